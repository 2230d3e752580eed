"""Amendments of a running campaign: written, compared with the plan in force, checked, handed in, given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...approvals import queries as approvals
from ...core.clock import bank_date
from ...core.errors import Refused, Stale
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, require_at
from .. import amending, amendments, services
from ..amendment_form import AmendmentForm, initial_of, other_goals, with_primary
from ..forms import goal_rows
from ..goals import goals_from, sentence
from ..measures import MEASURES
from ..models import Amendment, Campaign
from ..services.amending import MOVED_ON
from ..services.steps import wrong_state
from .page import back_to, plan_page, seen_version


@require_GET
def amendment(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Amendment, request.user, ref)
    require(request.user, "campaign.view")
    return _page(request, found)


def _page(request: DeskRequest, found: Amendment, *, status: int = 200, **extra: Any) -> HttpResponse:
    """What would change, or has changed; why; what is still against it; who decides."""
    user = request.user
    context = {
        "amendment": found,
        "campaign": found.campaign,
        "parts": amendments.part_names(found),
        "changes": amendments.compared(found),
        "script": amendments.proposed(found).script if "script" in found.changes else None,
        "lines": amendments.lines(found, at=request.now) if found.is_under_way else (),
        "reviewed": amending.needs_review(found.changes),
        "approvals": approvals.shown(found.ref, user),
        "decisions": approvals.decisions(found.ref, user, now=request.now),
        "may_write": found.is_under_way and user.may_at("campaign.draft", found.campaign.unit),
        **extra,
    }
    return render(request, "campaigns/amendment.html", context, status=status)


@require_http_methods(["GET", "POST"])
def amendment_new(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "campaign.draft", found.unit)
    if request.method == "POST":
        return _sent(request, found, None)
    begun = amendments.under_way(found)
    if begun is not None:
        messages.info(request, str(amending.ONE_AT_A_TIME))
        return _to(begun)
    if found.state not in Campaign.RUNNING:
        return plan_page(request, found, status=409, problems=wrong_state(found).reasons)
    return _form(request, found, None, _filled(request, found, found), other_goals(found))


@require_http_methods(["GET", "POST"])
def amendment_edit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Amendment, request.user, ref)
    require_at(request.user, "campaign.draft", found.campaign.unit)
    if request.method == "POST":
        return _sent(request, found.campaign, found)
    if not found.is_under_way:
        return _page(request, found, status=409, problems=(MOVED_ON,))
    after = amendments.proposed(found)
    return _form(
        request, found.campaign, found, _filled(request, found.campaign, after, found.reason), other_goals(after)
    )


def _filled(request: DeskRequest, campaign: Campaign, plan: Campaign, reason: str = "") -> AmendmentForm:
    return AmendmentForm(initial=initial_of(plan, reason), campaign=campaign, on=bank_date(request.now))


def _sent(request: DeskRequest, campaign: Campaign, found: Amendment | None) -> HttpResponse:
    goals = goals_from(request.POST)
    form = AmendmentForm(request.POST, campaign=campaign, on=bank_date(request.now))
    if not form.is_valid():
        return _form(request, campaign, found, form, goals, status=422)
    said: dict[str, Any] = {
        "reason": form.cleaned_data["reason"], **form.parts(), "goals": with_primary(campaign, goals),
    }  # fmt: skip
    try:
        if found is None:
            found = services.amend(campaign, by=request.user, at=request.now, **said)
        else:
            seen = seen_version(request)
            services.edit_amendment(found, version=seen, by=request.user, at=request.now, **said)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _form(request, campaign, found, form, goals, status=status, problems=refusal.verdict.reasons)
    messages.success(request, _("变更已保存，尚未提交。"))
    return _to(found)


def _form(
    request: DeskRequest,
    campaign: Campaign,
    found: Amendment | None,
    form: AmendmentForm,
    goals: list[dict[str, str]],
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    primary = campaign.primary_measure
    context = {
        "campaign": campaign,
        "amendment": found,
        "form": form,
        "goals": goal_rows(goals),
        "measures": {key: one for key, one in MEASURES.items() if key != primary},
        "primary": [sentence(goal) for goal in campaign.goals if goal["measure"] == primary],
        "sealed": amending.SEALED,
        **extra,
    }
    return render(request, "campaigns/amendment_form.html", context, status=status)


def _step(
    verb: Callable[..., None], said: Any, after: Callable[[Amendment], HttpResponse]
) -> Callable[..., HttpResponse]:
    """What ends the drafting, as it was seen in a version."""

    @require_POST
    def view(request: DeskRequest, ref: str) -> HttpResponse:
        found = get_visible(Amendment, request.user, ref)
        require_at(request.user, "campaign.draft", found.campaign.unit)
        try:
            verb(found, version=seen_version(request), by=request.user, at=request.now)
        except Refused as refusal:
            return _refused(request, ref, refusal)
        messages.success(request, said)
        return after(found)

    return view


def _refused(request: DeskRequest, ref: str, refusal: Refused) -> HttpResponse:
    """The amendment as it is now, with the reasons."""
    found = get_visible(Amendment, request.user, ref)
    return _page(request, found, status=409, problems=refusal.verdict.reasons)


def _to(found: Amendment) -> HttpResponse:
    return HttpResponseRedirect(reverse("amendment", args=[found.ref]), status=303)


amendment_submit = _step(services.submit_amendment, gettext_lazy("变更已提交审批。"), _to)
amendment_give_up = _step(services.give_up, gettext_lazy("变更已放弃。"), lambda found: back_to(found.campaign))
