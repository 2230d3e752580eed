"""The roster of a month, one absence, and what the head does to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from ..organisation.bridge import policy
from ..organisation.models import Staff
from . import month as months
from . import queries, services
from .extension import effects
from .forms import AbsenceForm, CoverForm, HoursForm
from .models import Absence
from .preview import preview


@require_GET
@requires("duty.view")
def duty(request: DeskRequest) -> HttpResponse:
    """A month of an outlet; of himself and those whom he stands in for, where he sees no unit."""
    today = bank_date(request.now)
    first = months.month_of(request.GET.get("month", ""), today=today)
    units = queries.outlets_for(request.user)
    chosen = next((unit for unit in units if unit.code == request.GET.get("outlet")), units[0] if units else None)
    people = queries.on_the_roster(request.user, chosen, first)
    shown = months.month(request.user, people, [chosen] if chosen else [], first, today=today)
    context = {"month": shown, "units": units, "chosen": chosen, "today": today} | _may(request)
    return render(request, "duty/month.html", context)


def _may(request: DeskRequest) -> dict[str, bool]:
    return {"may_manage": request.user.may("duty.manage")}


@require_http_methods(["GET", "POST"])
@requires("duty.manage")
def absence_new(request: DeskRequest) -> HttpResponse:
    """Record leave: first what it would do, then for good."""
    people, callers = queries.managed_by(request.user), queries.callers_of(request.user)
    named = {
        name: request.GET.get(name, "") for name in ("staff", "first_day", "last_day")
    }  # by a link of another room
    form = AbsenceForm(request.POST or None, people=people, callers=callers, initial=named)
    if request.method == "GET" or not form.is_valid():
        return _form(request, form, status=200 if request.method == "GET" else 422)
    said = form.said()
    if "save" not in request.POST:
        return _form(request, form, shown=preview(said, by=request.user, at=request.now))
    try:
        made = services.record(**said, by=request.user, at=request.now)
    except Refused as refusal:
        return _form(request, form, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("已登记 {name} 的缺勤。").format(name=made.staff.name))
    return HttpResponseRedirect(_month_of(made), status=303)


def _form(request: DeskRequest, form: AbsenceForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    return render(request, "duty/new.html", {"form": form, **extra}, status=status)


def _month_of(found: Absence) -> str:
    unit = found.staff.home
    outlet = f"&outlet={unit.code}" if unit else ""
    return f"{reverse('duty')}?month={found.first_day:%Y-%m}{outlet}"


@require_GET
def absence(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Absence, request.user, ref)
    require(request.user, "duty.view")
    return _page(request, found)


def _page(request: DeskRequest, found: Absence, *, status: int = 200, **extra: Any) -> HttpResponse:
    days = queries.days_of(found)
    may = request.user.may("duty.manage") and found.is_open
    context = {
        "absence": found,
        "kind": months.kind_word(request.user, found),
        "knows_why": queries.knows_why(request.user, found.staff),
        "days": days,
        "effects": effects(found.staff, days, viewer=request.user, cover=found.cover) if found.is_open else [],
        "holes": [(slot.day, months.why_missing(slot.missing)) for slot in queries.holes_of(found)],
        "may_change": may,
        "form": _cover_form(request.user, found) if may else None,
        "back": _month_of(found),
        **extra,
    }
    return render(request, "duty/absence.html", context, status=status)


def _cover_form(user: Staff, found: Absence) -> CoverForm:
    callers = [person for person in queries.callers_of(user) if person.pk != found.staff_id]
    return CoverForm(initial={"cover": found.cover.ref if found.cover else ""}, callers=callers)


@require_POST
def absence_cover(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Absence, request.user, ref)
    require(request.user, "duty.manage")
    form = CoverForm(request.POST, callers=queries.callers_of(request.user))
    if not form.is_valid():
        return _page(request, found, status=422, form=form)
    try:
        services.change_cover(found, cover=form.chosen_cover, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, found, status=409, problems=refusal.verdict.reasons, form=form)
    messages.success(request, _("顶岗安排已更改。"))
    return HttpResponseRedirect(reverse("absence", args=[ref]), status=303)


@require_POST
def absence_cancel(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Absence, request.user, ref)
    require(request.user, "duty.manage")
    try:
        services.cancel(found, by=request.user, at=request.now)
    except Refused as refusal:
        found = get_visible(Absence, request.user, ref)
        return _page(request, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("已取消，这几天恢复在岗。"))
    return HttpResponseRedirect(_month_of(found), status=303)


@require_http_methods(["GET", "POST"])
@requires("duty.manage")
def duty_hours(request: DeskRequest) -> HttpResponse:
    """Callable hours of everybody at his unit; empty is the policy's."""
    people, full = queries.managed_by(request.user), policy().duty.hours_per_day
    known = queries.hours_of(person.pk for person in people)
    forms = [
        HoursForm(request.POST or None, staff=person, full=full, initial={"hours": known.get(person.pk)})
        for person in people
    ]
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419  each shows its own fault
        given = {form.staff: form.cleaned_data["hours"] for form in forms}
        changed = services.set_hours(given, by=request.user, at=request.now)
        messages.success(request, _("已更改 {count} 人的可拨打时数。").format(count=changed))
        return HttpResponseRedirect(reverse("duty"), status=303)
    return render(
        request, "duty/hours.html", {"forms": forms, "full": full}, status=200 if request.method == "GET" else 422
    )
