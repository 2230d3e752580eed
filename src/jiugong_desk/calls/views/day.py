"""Today, the next customer, and the pauses between."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...appointments.forms import day_of
from ...appointments.queries import waiting
from ...core.clock import bank_date
from ...core.http import DeskRequest
from ...core.pages import requires
from ...ui.today import cards_of
from .. import day, queue, services
from ..forms import PauseForm
from ..history import made_on, undo_offer
from ..models import Pause
from ..standing_in import covered_today
from ..upcoming import coming
from .ways import to_claimed, to_today

ONE_DAY = timedelta(days=1)


@require_GET
@requires("call.work")
def today(request: DeskRequest) -> HttpResponse:
    staff, now = request.user, request.now
    held, reach = queue.first_held(staff, now), queue.reach_on_page(staff)
    counts, promises = day.counts(staff, now, reach=reach), day.promises(staff, now, reach=reach)
    visits = day.visits_today(staff, now, reach=reach)
    context = {
        "counts": counts,
        "pace": day.pace(staff, now, reach=reach),
        "promised": promises.today,
        "later": promises.later,
        "visits": visits,
        "waiting": waiting(visits, now=now),
        "held": held,
        "reason": None if held else day.why_empty(staff, now, reach=reach, left=counts),
        "covered": covered_today(reach),
        "untaught": day.untaught(reach),
        "turn": reach.turn,
        "coming": coming(reach, now),
        "undo": undo_offer(staff, now),
        "pause": day.pause_of(staff),
        "pauses": Pause.Why.choices,
        "cards": [
            (card.urgent, render_to_string(card.template, dict(card.context), request)) for card in cards_of(staff, now)
        ],
    }
    return render(request, "calls/today.html", context)


@require_POST
@requires("call.work")
def call_next(request: DeskRequest) -> HttpResponse:
    entry = services.claim_next(None, by=request.user, at=request.now)
    return to_claimed(request, entry) if entry else to_today(request)


@require_GET
@requires("call.work")
def calls_made(request: DeskRequest) -> HttpResponse:
    """One's own calls of a day; each leads to its record, where it can be corrected."""
    today = bank_date(request.now)
    chosen = day_of(request.GET.get("day", "")) or today
    calls = made_on(request.user, chosen)
    context = {"calls": calls, "day": chosen, "today": today, "before": chosen - ONE_DAY, "after": chosen + ONE_DAY}
    return render(request, "calls/made.html", context)


@require_POST
@requires("call.work")
def call_pause(request: DeskRequest) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        services.pause(why=form.cleaned_data["why"], by=request.user, at=request.now)
    else:
        messages.error(request, _("请选择暂停原因。"))
    return _pause_or_today(request)


@require_POST
@requires("call.work")
def call_resume(request: DeskRequest) -> HttpResponse:
    services.resume(by=request.user, at=request.now)
    return _pause_or_today(request)


def _pause_or_today(request: DeskRequest) -> HttpResponse:
    """Beside a customer who is open only the pause changes: what is typed stays."""
    if not request.htmx:
        return to_today(request)
    return render(request, "calls/_pause.html", {"pause": day.pause_of(request.user), "pauses": Pause.Why.choices})
