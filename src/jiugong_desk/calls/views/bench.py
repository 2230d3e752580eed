"""The workbench: one customer, from the claim to the outcome."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...appointments.queries import waiting_for
from ...campaigns.models import ListEntry
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require
from ...core.verdict import Verdict
from ...telephony.views import live_context
from .. import day, queue, services, workbench
from ..forms import NOTE_MOST, OutcomeForm, ReleaseForm, SlotForm, answers_of, skipped_of, typed_in
from ..history import entry_of, in_words, made_today, undo_offer
from ..models import Call, Pause
from ..services.claims import FOR_SOMEBODY_ELSE, RELEASE_REASONS
from ..services.leases import NOT_HELD
from ..upcoming import coming
from .day import call_next
from .ways import tell_hidden, to_claimed, to_entry, to_today


@require_POST
def call_claim(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    services.claim(entry, by=request.user, at=request.now)
    return to_claimed(request, entry)


@require_GET
def call(request: DeskRequest, ref: str) -> HttpResponse:
    held = _held(request, ref)
    if held is None and (made := made_today(ref, request.user, request.now)) is not None:
        return _way_on(request, made)
    entry = held or get_visible(ListEntry, request.user, ref)
    require(request.user, "call.work")
    if held is None:
        messages.error(request, f"{NOT_HELD} {NOT_HELD.remedy}")
        return to_today(request)
    return _workbench(request, entry)


def _way_on(request: DeskRequest, made: Call) -> HttpResponse:
    """Back in the browser, to a customer whose result is saved: there is nothing wrong, and nothing more to do."""
    messages.info(request, _("上一户已登记：%(outcome)s") % {"outcome": in_words(made)}, extra_tags="passing")
    following = queue.first_held(request.user, request.now)
    return to_entry(request, following) if following else to_today(request)


@require_POST
def call_number(request: DeskRequest, ref: str) -> HttpResponse:
    """Shows the number in the answer to the POST: a redirect would have to carry it."""
    entry = _entry(request, ref)
    number = services.show_number(entry, by=request.user, at=request.now)
    if request.htmx:
        heard = live_context(request.user, request.now)
        return render(request, "calls/call.html#number", {"entry": entry, "number": number, **heard})
    return _workbench(request, entry, number=number)


@require_POST
def call_keep(request: DeskRequest, ref: str) -> HttpResponse:
    """The page is still open. 204 where the lease is renewed, or the visitors who wait for him; a sentence where it is lost."""
    entry = _entry(request, ref)
    if services.extend(entry, by=request.user, at=request.now):
        waiting = waiting_for(request.user, now=request.now)
        if waiting or "shown" in request.POST:  # nobody any more: what is shown goes
            return render(request, "appointments/_waiting.html", {"waiting": waiting, "beside_call": True})
        return HttpResponse(status=204)
    return render(request, "ui/refused.html#fragment", {"verdict": Verdict((NOT_HELD,))}, status=409)


@require_POST
def call_outcome(request: DeskRequest, ref: str) -> HttpResponse:
    try:
        entry = _entry(request, ref)
    except Http404:  # sent again, of a customer who is not his any more
        sent_before = entry_of(request.POST.get("submission", ""), ref, request.user)
        if sent_before is None:
            raise
        entry = sent_before
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _again(request, entry, status=422, form=form)
    try:
        recorded = services.record_outcome(entry, **form.values(), by=request.user, at=request.now)
    except Refused as refusal:
        if not _holds(request, entry):
            raise
        return _again(request, entry, status=409, form=form, verdict=refusal.verdict)
    tell_hidden(request, recorded, form)
    if undo_offer(request.user, request.now) is None:  # else the offer to take it back says it
        messages.success(request, _("已登记：%(outcome)s") % {"outcome": in_words(recorded)}, extra_tags="passing")
    if "next" not in request.POST:
        return to_today(request)
    if day.pause_of(request.user) is not None:  # whoever goes away now is given nobody to hold
        messages.info(request, _("您在暂停中，没有领取下一户。回来后请点“继续工作”。"))
        return to_today(request)
    return call_next(request)


@require_POST
def call_draft(request: DeskRequest, ref: str) -> HttpResponse:
    """What is typed so far; it comes again with the page, until the outcome is saved."""
    entry = _entry(request, ref)
    services.keep_draft(entry, typed_in(request.POST), by=request.user, at=request.now)
    return render(request, "calls/_kept.html", {"kept_at": request.now})


@require_POST
def call_hold(request: DeskRequest, ref: str) -> HttpResponse:
    """The chosen slot is kept for this customer; the answer stands beside the choice."""
    entry = _entry(request, ref)
    form = SlotForm(request.POST)
    if not form.is_valid():
        return _again(request, entry, status=422, form=form)
    held = services.hold_slot(entry, starts_at=form.cleaned_data["visit_at"], by=request.user, at=request.now)
    return render(request, "calls/call.html#held", {"held": held})


@require_GET
def call_coming(request: DeskRequest, ref: str) -> HttpResponse:
    """Who comes next, beside the customer that is open."""
    _entry(request, ref)
    return render(request, "calls/_coming.html", {"coming": coming(queue.reach_on_page(request.user), request.now)})


@require_POST
def call_release(request: DeskRequest, ref: str) -> HttpResponse:
    entry = _entry(request, ref)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择归还原因。"))
        return to_entry(request, entry)
    services.release(entry, reason=form.cleaned_data["reason"], by=request.user, at=request.now)
    if form.cleaned_data["reason"] in FOR_SOMEBODY_ELSE:
        messages.success(request, _("已归还，排在您队列的最后。要由他人联系，请告诉网点负责人，由他改派。"))
    else:
        messages.success(request, _("已归还，稍后会再次排到您的队列。"))
    return to_today(request)


def _entry(request: DeskRequest, ref: str) -> ListEntry:
    """404 for whom it does not exist, 403 for who does not call.

    What somebody holds he may finish, though the leave of the colleague whose customer it is was taken back meanwhile.
    """
    entry = _held(request, ref) or get_visible(ListEntry, request.user, ref)
    require(request.user, "call.work")
    return entry


def _held(request: DeskRequest, ref: str) -> ListEntry | None:
    return queue.held(request.user, request.now).filter(ref=ref).select_related(*queue.RELATED).first()


def _holds(request: DeskRequest, entry: ListEntry) -> bool:
    lease = entry.lease_until
    return entry.claimed_by_id == request.user.pk and lease is not None and lease >= request.now


def _again(request: DeskRequest, entry: ListEntry, *, status: int, **extra: Any) -> HttpResponse:
    """What was typed stays: for htmx on the page, which is told what is wrong; else the page is made again."""
    if request.htmx:
        return render(request, "calls/call.html#problems", {"typed": request.POST, **extra}, status=status)
    return _workbench(request, entry, status=status, **extra) if _holds(request, entry) else to_today(request)


def _workbench(request: DeskRequest, entry: ListEntry, *, status: int = 200, **extra: Any) -> HttpResponse:
    typed = request.POST if "submission" in request.POST else services.draft_of(entry, request.user)
    reach = queue.reach_on_page(request.user)
    context = {
        **workbench.page_context(entry, request.user, request.now, answers_of(typed), skipped_of(typed)),
        "counts": day.counts(request.user, request.now, entry.campaign, reach=reach),
        "pace": day.pace(request.user, request.now, reach=reach),
        "absent": queue.stood_in_for(entry, request.user),
        "sees_page": entry.manager_id in (request.user.pk, *reach.turn.covered_ids),
        "submission": uuid4().hex,
        "note_most": NOTE_MOST,
        "typed": typed,
        "release_reasons": RELEASE_REASONS.items(),
        "pause": day.pause_of(request.user),
        "pauses": Pause.Why.choices,
        "undo": undo_offer(request.user, request.now),
        "waiting": waiting_for(request.user, now=request.now),
        "may_reveal": request.user.may("customer.reveal"),
        **extra,
    }
    return render(request, "calls/call.html", context, status=status)
