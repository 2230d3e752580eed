"""The list of campaigns, the plan page, and the people who take part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core.http import DeskRequest
from ...core.pages import get_visible, page_of, require, requires
from .. import queries, services
from ..forms import MOST_DAILY_CALLS, people_from
from ..models import Campaign
from ..rules import may_decide
from ..services.approving import makers
from ..services.drafting import EDITABLE
from .steps import back_to, seen_version

LIVE = (Campaign.State.LAUNCHED, Campaign.State.PAUSED, Campaign.State.CLOSED)
STEPS = ("draft", "approve", "launch", "pause", "progress", "see_holdout")


@require_GET
@requires("campaign.view")
def campaign_list(request: DeskRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    context = {
        "page": page_of(queries.campaigns_for(request.user, state), request.GET.get("page")),
        "states": Campaign.State.choices,
        "state": state,
        "may_draft": request.user.may("campaign.draft"),
    }
    return render(request, "campaigns/list.html", context)


@require_GET
def campaign(request: DeskRequest, ref: str) -> HttpResponse:
    """The whole plan; before the launch with what it would do now, afterwards with the list that was frozen."""
    found = get_visible(Campaign, request.user, ref)
    context: dict[str, Any] = {
        "campaign": found,
        "sections": queries.sections(found),
        "rules": queries.rules_in_words(found),
        "people": queries.people(found, at=request.now),
        "events": queries.history(found),
        "own_work": not may_decide(request.user.person_key, makers(found)).allowed,
        "may": {step: request.user.may(f"campaign.{step}") for step in STEPS},
        "editable": found.state in EDITABLE,
        "complaints_share": queries.complaints_share(),
    }
    if found.state in LIVE:
        context["waterfall"] = queries.frozen(found)
    else:
        context["waterfall"] = seen = queries.forecast(found, at=request.now)
        context["checklist"] = queries.checklist(found, at=request.now, counted=seen.counted)
    return render(request, "campaigns/plan.html", context)


@require_http_methods(["GET", "POST"])
def campaign_people(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require(request.user, "campaign.draft")
    people = queries.possible_people(found)
    if request.method == "POST":
        calls, version = people_from(request.POST, people), seen_version(request)
        services.set_participants(found, daily_calls=calls, by=request.user, at=request.now, version=version)
        messages.success(request, _("参与人员已保存。"))
        return back_to(found)
    context = {"campaign": found, "people": people, "most": MOST_DAILY_CALLS}
    return render(request, "campaigns/people.html", context)
