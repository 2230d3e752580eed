"""The standing hold-out of today, those before it, and the two things that can be done: draw, and measure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from . import queries, results, services
from .models import StandingHoldout


@require_GET
@requires("campaign.see_holdout")
def holdout(request: DeskRequest) -> HttpResponse:
    """The newest one, or what would be drawn."""
    return _page(request, queries.seen_by(request.user).first())


@require_GET
def period(request: DeskRequest, ref: str) -> HttpResponse:
    return _page(request, get_visible(StandingHoldout, request.user, ref))


@require_POST
@requires("campaign.draw_standing")
def draw(request: DeskRequest) -> HttpResponse:
    """For the unit that was chosen; the one chosen is still chosen where it was refused."""
    chosen = request.POST.get("unit", "")
    unit = next((unit for unit in queries.units_for(request.user) if unit.code == chosen), None)
    if unit is None:
        problems = (services.NOT_YOURS,)
        return _page(request, queries.seen_by(request.user).first(), status=422, problems=problems)
    try:
        made = services.draw_standing(unit, by=request.user, at=request.now)
    except Refused as refusal:
        shown = queries.seen_by(request.user).first()
        return _page(request, shown, status=409, problems=refusal.verdict.reasons, chosen=chosen)
    messages.success(request, _("全局保留组已抽取并封存：{n} 户。").format(n=f"{made.held_out:,}"))
    return HttpResponseRedirect(reverse("holdout_period", args=[made.ref]), status=303)


@require_POST
def measure(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(StandingHoldout, request.user, ref)
    require(request.user, "report.write")
    services.measure(found, by=request.user, at=request.now)
    messages.success(request, _("已按最新数据测算。"))
    return HttpResponseRedirect(reverse("holdout_period", args=[found.ref]), status=303)


def _page(request: DeskRequest, found: StandingHoldout | None, *, status: int = 200, **extra: Any) -> HttpResponse:
    today = bank_date(request.now)
    looks = queries.measurements(found) if found else []
    context = {
        "found": found,
        "current": found is not None and found.first_day <= today <= found.last_day,
        "sealed": found is not None and queries.is_sealed(found),
        "levels": queries.levels(found) if found else [],
        "looks": looks,
        "result": results.in_words(looks[0].figures) if looks else None,
        "switched_off": not queries.terms()["share"],
        "others": [one for one in queries.seen_by(request.user) if found is None or one.pk != found.pk],
        "terms": queries.terms(),
        "units": queries.units_for(request.user) if request.user.may("campaign.draw_standing") else [],
        "may_draw": request.user.may("campaign.draw_standing"),
        "may_measure": request.user.may("report.write"),
        **extra,
    }
    return render(request, "holdout/holdout.html", context, status=status)
