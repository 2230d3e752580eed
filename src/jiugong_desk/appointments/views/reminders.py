"""Whom to remind of tomorrow's visit, and what they said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from .. import queries, services
from ..models import Appointment, Reminder


@require_GET
@requires("appointment.receive")
def reminders(request: DeskRequest) -> HttpResponse:
    context = {
        "waiting": queries.reminders(request.user, now=request.now),
        "day": queries.next_day(request.now),
        "answers": Reminder.Said.choices,
        "sees_customers": request.user.may("customer.view"),
    }
    return render(request, "appointments/reminders.html", context)


@require_POST
def visit_remind(request: DeskRequest, ref: str) -> HttpResponse:
    """A wish for another time leads to where it is given."""
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.receive")
    said = request.POST.get("said", "")
    back = HttpResponseRedirect(reverse("reminders"), status=303)
    try:
        services.remind(found, said=said, by=request.user, at=request.now)
    except Refused as refusal:
        messages.error(request, refusal.verdict.advice)
        return back
    if said == Reminder.Said.LATER:
        messages.info(request, _("请与客户商定新的时段。"))
        return HttpResponseRedirect(f"{reverse('visit', args=[found.ref])}#change", status=303)
    messages.success(request, _("已登记。"))
    return back
