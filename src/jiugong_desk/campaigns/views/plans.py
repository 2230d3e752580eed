"""The list of campaigns, the plan page, and the people who take part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core.errors import Refused, Stale
from ...core.http import DeskRequest
from ...core.pages import get_visible, page_of, require_at, requires
from .. import queries, services
from ..forms import MOST_DAILY_CALLS, people_from
from ..models import Campaign
from .page import back_to, plan_page, seen_version


@require_GET
@requires("campaign.view")
def campaign_list(request: DeskRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    context = {
        "page": page_of(queries.campaigns_for(request.user, state), request.GET.get("page")),
        "states": Campaign.State.choices,
        "state": state,
        "may_draft": request.user.may("campaign.draft"),
        "may_see_audiences": request.user.may("audience.view"),
    }
    return render(request, "campaigns/list.html", context)


@require_GET
def campaign(request: DeskRequest, ref: str) -> HttpResponse:
    return plan_page(request, get_visible(Campaign, request.user, ref))


@require_http_methods(["GET", "POST"])
def campaign_people(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "campaign.draft", found.unit)
    people = queries.possible_people(found)
    if request.method == "GET":
        return _people_page(request, found, people)
    calls, version = people_from(request.POST, people), seen_version(request)
    try:
        services.set_participants(found, daily_calls=calls, by=request.user, at=request.now, version=version)
    except Refused as refusal:
        typed = [replace(row, daily_calls=calls.get(row.staff)) for row in people]
        status = 409 if isinstance(refusal, Stale) else 422
        return _people_page(request, found, typed, status=status, problems=refusal.verdict.reasons)
    messages.success(request, _("参与人员已保存。"))
    return back_to(found)


def _people_page(
    request: DeskRequest, found: Campaign, people: list[queries.Owned], *, status: int = 200, **extra: Any
) -> HttpResponse:
    work = queries.forecast(found, at=request.now).work
    context = {"campaign": found, "people": people, "most": MOST_DAILY_CALLS, "work": work, **extra}
    return render(request, "campaigns/people.html", context, status=status)
