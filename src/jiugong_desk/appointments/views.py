"""The day list, one visit, and its changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from ..core.verdict import ALLOWED, Verdict
from ..customers.models import Customer
from . import queries, services
from .forms import BookingForm, FinishForm
from .models import Appointment
from .rules import is_thinkable

CHANGES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {"arrive": services.arrive, "miss": services.miss, "cancel": services.cancel}
)


@require_GET
@requires("appointment.view")
def visits(request: DeskRequest) -> HttpResponse:
    day = day_of(request.GET.get("day", "")) or bank_date(request.now)
    listed = queries.day_list(request.user, day, now=request.now)
    return render(request, "appointments/visits.html", {"list": listed, "today": bank_date(request.now)})


@require_GET
def visit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    return _page(request, found, FinishForm(suited=queries.suited(found, request.user, now=request.now)))


@require_POST
def visit_change(request: DeskRequest, ref: str, change: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    if change not in CHANGES:
        raise Http404
    CHANGES[change](found, by=request.user, at=request.now)
    if request.htmx:
        row = queries.row_of(found, request.user, now=request.now)
        return render(request, "appointments/visits.html#row", {"row": row})
    return _to_day(found)


@require_POST
def visit_finish(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.finish")
    form = FinishForm(request.POST, suited=queries.suited(found, request.user, now=request.now))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        services.finish(found, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        if found.state != Appointment.State.ARRIVED:
            raise
        asked = isinstance(refusal, services.Unsuitable) or form.cleaned_data.get("as_fact", False)
        return _page(request, found, form, status=409, verdict=refusal.verdict, ask_fact=asked)  # what was typed stays
    messages.success(request, _("已登记面谈结果。"))
    return _to_day(found)


@require_POST
def visit_book(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "appointment.book")
    form = BookingForm(request.POST)
    back = HttpResponseRedirect(reverse("customer", args=[customer.ref]), status=303)
    if not form.is_valid():
        messages.error(request, _("请选择到店时段。"))
        return back
    starts_at = form.cleaned_data["starts_at"]
    services.book(customer, manager=request.user, starts_at=starts_at, by=request.user, at=request.now)
    messages.success(request, _("已预约。请提醒客户携带身份证件。"))
    return back


def _page(
    request: DeskRequest,
    found: Appointment,
    form: FinishForm,
    *,
    status: int = 200,
    verdict: Verdict = ALLOWED,
    **extra: Any,
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": queries.row_of(found, request.user, now=request.now),
        "visit": found,
        "form": form,
        "verdict": verdict,
        **extra,
    }
    return render(request, "appointments/visit.html", context, status=status)


def _to_day(found: Appointment) -> HttpResponse:
    day = bank_date(found.starts_at)
    return HttpResponseRedirect(f"{reverse('visits')}?day={day.isoformat()}", status=303)


def day_of(text: str) -> date | None:
    """The day asked for; None where it is none, or none that anybody could mean."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and is_thinkable(day) else None
