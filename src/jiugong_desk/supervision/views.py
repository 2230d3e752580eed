"""People by what they do this minute; one of them; and what his head does for him."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from . import moving, queries, services, words
from .board import board, row_alone
from .bridge import supervision as policy
from .forms import MoveForm, ReminderForm
from .models import Caller, Reminder
from .scope import SEES


@require_GET
@requires(SEES)
def supervision(request: DeskRequest) -> HttpResponse:
    """The whole page, or what changes on it every half minute."""
    found = board(request.user, request.now)
    unit, state = request.GET.get("unit", ""), request.GET.get("state", "")
    page = page_of(found.narrowed(unit=unit, state=state), request.GET.get("page"))
    reminded = queries.reminded_on(bank_date(request.now), [row.staff.pk for row in page], viewer=request.user)
    page.object_list = [(row, reminded.get(row.staff.pk)) for row in page]
    context = {
        "board": found,
        "page": page,
        "unit": unit,
        "state": state,
        "silence_minutes": policy().silence_minutes,
        **_may(request),
    }
    name = "supervision/board.html#figures" if request.htmx else "supervision/board.html"
    return render(request, name, context)


def _may(request: DeskRequest) -> dict[str, bool]:
    return {"may_cover": request.user.may("duty.manage"), "may_move": request.user.may(moving.MOVES)}


@require_GET
def caller(request: DeskRequest, ref: str) -> HttpResponse:
    person = get_visible(Caller, request.user, ref)
    require(request.user, SEES)
    return _person(request, person)


def _person(request: DeskRequest, person: Caller, *, status: int = 200, **extra: Any) -> HttpResponse:
    row = row_alone(person, request.now)
    lists = moving.lists_of(person, request.now)
    context = {
        "person": person,
        "row": row,
        "lists": lists,
        "reminders": queries.reminders_of(person, viewer=request.user),
        "form": ReminderForm(initial={"about": words.reminder_for(row.state)}),
        "move": _move_form(request, person, lists) if request.user.may(moving.MOVES) and lists else None,
        **_may(request),
        **extra,
    }
    return render(request, "supervision/caller.html", context, status=status)


def _move_form(request: DeskRequest, person: Caller, lists: list[moving.Moving]) -> MoveForm:
    campaigns = [one.campaign for one in lists]
    people = moving.receivers(person, campaigns, request.now, by=request.user)
    return MoveForm(request.POST if "to" in request.POST else None, campaigns=campaigns, people=people)


@require_POST
def caller_remind(request: DeskRequest, ref: str) -> HttpResponse:
    """From the list (with what the state suggests), or from the person's page."""
    person = get_visible(Caller, request.user, ref)
    require(request.user, SEES)
    form = ReminderForm(request.POST)
    if not form.is_valid():
        return _person(request, person, status=422, form=form)
    try:
        services.remind(person, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _person(request, person, status=409, form=form, problems=refusal.verdict.reasons)
    messages.success(request, _("已提醒 {name}，对方确认后这里可见。").format(name=person.name))
    return HttpResponseRedirect(reverse("supervision"), status=303)


@require_POST
def caller_reassign(request: DeskRequest, ref: str) -> HttpResponse:
    """First what it would do, then for good."""
    person = get_visible(Caller, request.user, ref)
    require(request.user, moving.MOVES)
    lists = moving.lists_of(person, request.now)
    form = _move_form(request, person, lists)
    if not form.is_valid():
        return _person(request, person, status=422, move=form)
    said = form.said()
    if "save" not in request.POST:
        return _person(request, person, move=form, preview=_preview(said, lists))
    try:
        gone = services.reassign(person, **said, by=request.user, at=request.now)
    except Refused as refusal:
        return _person(request, person, status=409, move=form, problems=refusal.verdict.reasons)
    done = ngettext("已改派 {count} 户给 {name}。", "已改派 {count} 户给 {name}。", gone)
    messages.success(request, done.format(count=gone, name=said["to"].name))
    return HttpResponseRedirect(reverse("caller", args=[ref]), status=303)


def _preview(said: dict[str, Any], lists: list[moving.Moving]) -> dict[str, Any]:
    here = next(one for one in lists if one.campaign == said["campaign"])
    return {"count": min(said["number"] or here.free, here.free), "busy": here.busy, "to": said["to"].name}


@require_POST
def reminder_seen(request: DeskRequest, ref: str) -> HttpResponse:
    reminder = get_visible(Reminder, request.user, ref)
    require(request.user, "call.work")
    services.acknowledge(reminder, by=request.user, at=request.now)
    messages.success(request, _("已确认，负责人可以看到。"))
    return HttpResponseRedirect(reverse("today"), status=303)
