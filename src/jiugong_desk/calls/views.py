"""Today, the next customer, the workbench, the number, the outcome, giving back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..campaigns.models import ListEntry
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from ..core.verdict import Verdict
from ..ui.today import cards_of
from . import day, queue, services, workbench
from .forms import OutcomeForm, ReleaseForm, answers_of, skipped_of
from .outcomes import label_of
from .services.claims import NOT_HELD, RELEASE_REASONS
from .standing_in import covered_today


@require_GET
@requires("call.work")
def today(request: DeskRequest) -> HttpResponse:
    staff, now = request.user, request.now
    held, reach = queue.first_held(staff, now), queue.reach_on_page(staff)
    counts = day.counts(staff, now, reach=reach)
    context = {
        "counts": counts,
        "pace": day.pace(staff, now, reach=reach),
        "promised": day.promised(staff, now, reach=reach),
        "visits": day.visits_today(staff, now, reach=reach),
        "held": held,
        "reason": None if held else day.why_empty(staff, now, reach=reach, left=counts),
        "covered": covered_today(reach),
        "untaught": day.untaught(reach),
        "turn": reach.turn,
        "cards": [
            (card.urgent, render_to_string(card.template, dict(card.context), request)) for card in cards_of(staff, now)
        ],
    }
    return render(request, "calls/today.html", context)


@require_POST
@requires("call.work")
def call_next(request: DeskRequest) -> HttpResponse:
    entry = services.claim_next(None, by=request.user, at=request.now)
    return _to_entry(entry) if entry else _to_today()


@require_POST
def call_claim(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    services.claim(entry, by=request.user, at=request.now)
    return _to_entry(entry)


@require_GET
def call(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    if not _holds(request, entry):
        messages.error(request, f"{NOT_HELD} {NOT_HELD.remedy}")
        return _to_today()
    return _workbench(request, entry)


@require_POST
def call_number(request: DeskRequest, ref: str) -> HttpResponse:
    """Shows the number in the answer to the POST: a redirect would have to carry it."""
    entry = _entry(request, ref)
    number = services.show_number(entry, by=request.user, at=request.now)
    if request.htmx:
        return render(request, "calls/call.html#number", {"entry": entry, "number": number})
    return _workbench(request, entry, number=number)


@require_POST
def call_keep(request: DeskRequest, ref: str) -> HttpResponse:
    """The page is still open. 204 where the lease is renewed; a sentence where it is lost."""
    entry = _entry(request, ref)
    if services.extend(entry, by=request.user, at=request.now):
        return HttpResponse(status=204)
    return render(request, "ui/refused.html#fragment", {"verdict": Verdict((NOT_HELD,))}, status=409)


@require_POST
def call_outcome(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _workbench(request, entry, status=422, form=form) if _holds(request, entry) else _to_today()
    try:
        recorded = services.record_outcome(entry, **form.values(), by=request.user, at=request.now)
    except Refused as refusal:
        if not _holds(request, entry):
            raise
        return _workbench(request, entry, status=409, form=form, verdict=refusal.verdict)  # what was typed stays
    messages.success(request, _("已保存：%(outcome)s") % {"outcome": label_of(recorded.outcome)})
    if "next" in request.POST:
        return call_next(request)
    return _to_today()


@require_POST
def call_release(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择归还原因。"))
        return _to_entry(entry)
    services.release(entry, reason=form.cleaned_data["reason"], by=request.user, at=request.now)
    messages.success(request, _("已归还，稍后会再次排到您的队列。"))
    return _to_today()


def _entry(request: DeskRequest, ref: str) -> ListEntry:
    """404 for whom it does not exist, 403 for who does not call.

    What somebody holds he may finish, though the leave of the colleague whose customer it is was taken back meanwhile.
    """
    held = queue.held(request.user, request.now).filter(ref=ref).select_related(*queue.RELATED).first()
    entry = held or get_visible(ListEntry, request.user, ref)
    require(request.user, "call.work")
    return entry


def _holds(request: DeskRequest, entry: ListEntry) -> bool:
    lease = entry.lease_until
    return entry.claimed_by_id == request.user.pk and lease is not None and lease >= request.now


def _workbench(request: DeskRequest, entry: ListEntry, *, status: int = 200, **extra: Any) -> HttpResponse:
    typed = request.POST if "submission" in request.POST else {}
    reach = queue.reach_on_page(request.user)
    context = {
        **workbench.page_context(entry, request.user, request.now, answers_of(typed), skipped_of(typed)),
        "counts": day.counts(request.user, request.now, entry.campaign, reach=reach),
        "pace": day.pace(request.user, request.now, reach=reach),
        "absent": queue.stood_in_for(entry, request.user),
        "submission": uuid4().hex,
        "typed": typed,
        "release_reasons": RELEASE_REASONS.items(),
        "may_reveal": request.user.may("customer.reveal"),
        **extra,
    }
    return render(request, "calls/call.html", context, status=status)


def _to_entry(entry: ListEntry) -> HttpResponse:
    return HttpResponseRedirect(reverse("call", args=[entry.ref]), status=303)


def _to_today() -> HttpResponse:
    return HttpResponseRedirect(reverse("today"), status=303)
