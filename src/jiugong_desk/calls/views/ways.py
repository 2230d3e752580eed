"""Where a page of calls leads to next; for htmx the whole page goes there, not a part of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from ...campaigns.models import ListEntry
from ...core.http import DeskRequest
from ..forms import OutcomeForm
from ..models import Call, Pause


def tell_hidden(request: DeskRequest, kept: Call, form: OutcomeForm) -> None:
    """What was typed into the note and is not kept is not hidden in silence."""
    if kept.note != form.cleaned_data["note"]:
        messages.info(request, _("备注中的号码已隐藏。"))


def to_entry(request: DeskRequest, entry: ListEntry) -> HttpResponse:
    return _to(request, reverse("call", args=[entry.ref]))


def to_claimed(request: DeskRequest, entry: ListEntry) -> HttpResponse:
    """To the customer whom he has just taken; a pause does not end in silence."""
    ended = Pause.objects.filter(staff=request.user, ended_at=request.now).first()
    if ended is not None:
        messages.info(request, _("暂停（%(why)s）到此结束。") % {"why": ended.get_why_display()}, extra_tags="passing")
    return to_entry(request, entry)


def to_today(request: DeskRequest) -> HttpResponse:
    return _to(request, reverse("today"))


def _to(request: DeskRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address, status=303)
