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
from .answering import answers_for
from .board import alone, board
from .bridge import supervision as policy
from .cards import told
from .forms import MoveForm, ReminderForm, ResolutionForm
from .models import Alert, Caller, Reminder
from .scope import SEES

ALERTS_SHOWN = 20


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
        "alerts": list(queries.alerts_for(request.user)[:ALERTS_SHOWN]),
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
    found = alone(person, request.now)
    lists = moving.lists_of(person, request.now, by=request.user)
    context = {
        "person": person,
        "row": found.row,
        "paces": [
            (one, pace, words.reason_word(pace.reason), words.advice_to_head(pace.reason)) for one, pace in found.paces
        ],
        "alerts": queries.alerts_of(person, viewer=request.user),
        "lists": lists,
        "reminders": queries.reminders_of(person, viewer=request.user),
        "form": ReminderForm(initial={"about": words.reminder_for(found.row.state)}),
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
    """First what it would do, then for good: just what was seen, or it is shown anew."""
    person = get_visible(Caller, request.user, ref)
    require(request.user, moving.MOVES)
    lists = moving.lists_of(person, request.now, by=request.user)
    form = _move_form(request, person, lists)
    if not form.is_valid():
        return _person(request, person, status=422, move=form)
    said = form.said()
    preview = _preview(said, lists)
    if request.POST.get("save") != preview["seal"]:
        preview["differs"] = "save" in request.POST
        return _person(request, person, status=409 if preview["differs"] else 200, move=form, preview=preview)
    try:
        gone = services.reassign(person, **said | {"number": preview["count"]}, by=request.user, at=request.now)
    except Refused as refusal:
        return _person(request, person, status=409, move=form, problems=refusal.verdict.reasons)
    done = ngettext("已改派 {count} 户给 {name}。", "已改派 {count} 户给 {name}。", gone)
    messages.success(request, done.format(count=gone, name=said["to"].name))
    # Without its own place in the page the browser would keep that of the form, below what is said.
    return HttpResponseRedirect(f"{reverse('caller', args=[ref])}#told", status=303)


def _preview(said: dict[str, Any], lists: list[moving.Moving]) -> dict[str, Any]:
    """`seal`: all that is agreed to by confirming it."""
    here, to = next(one for one in lists if one.campaign == said["campaign"]), said["to"]
    count = min(said["number"] or here.free, here.free)
    seal = f"{here.campaign.ref} {to.ref} {count}"
    return {"count": count, "busy": here.busy, "to": to.name, "seal": seal}


@require_POST
def reminder_seen(request: DeskRequest, ref: str) -> HttpResponse:
    reminder = get_visible(Reminder, request.user, ref)
    require(request.user, "call.work")
    services.acknowledge(reminder, by=request.user, at=request.now)
    messages.success(request, _("已确认，负责人可以看到。"))
    return HttpResponseRedirect(reverse("today"), status=303)


@require_GET
def alert(request: DeskRequest, ref: str) -> HttpResponse:
    """For the person himself as for who answers for him: the same page."""
    return _alert(request, get_visible(Alert, request.user, ref))


def _alert(request: DeskRequest, found: Alert, *, status: int = 200, **extra: Any) -> HttpResponse:
    his = found.staff_id == request.user.pk
    context = {
        "alert": found,
        "steps": queries.steps_of(found),
        "told": told(found, request.user),
        "advice": words.advice_to_self(found.reason) if his else words.advice_to_head(found.reason),
        "may_note": found.is_open and found.acknowledged_at is None and services.may_note(found, by=request.user, at=request.now),
        "form": ResolutionForm() if found.is_open and answers_for(request.user, found.staff) and not his else None,
        "person": Caller.objects.visible_to(request.user).filter(pk=found.staff_id).first()
        if request.user.may(SEES) else None,
        **extra,
    }  # fmt: skip
    return render(request, "supervision/alert.html", context, status=status)


@require_POST
def alert_note(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Alert, request.user, ref)
    services.take_note(found, by=request.user, at=request.now)
    messages.success(request, _("已记下您已知悉；进度恢复前，预警不会关闭。"))
    back = reverse("today") if "today" in request.POST else reverse("alert", args=[ref])
    return HttpResponseRedirect(back, status=303)


@require_POST
def alert_resolve(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Alert, request.user, ref)
    require(request.user, SEES)
    form = ResolutionForm(request.POST)
    if not form.is_valid():
        return _alert(request, found, status=422, form=form)
    try:
        services.resolve(found, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _alert(request, found, status=409, form=form, problems=refusal.verdict.reasons)
    messages.success(request, _("已处理。仍未好转时，过几个工作日会再次提出。"))
    return HttpResponseRedirect(reverse("alert", args=[ref]), status=303)
