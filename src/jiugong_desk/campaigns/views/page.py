"""The plan page, shown by itself and again by a step that was refused: with the reasons, and what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from ...approvals import queries as approvals
from ...core.http import DeskRequest
from ...documents import queries as documents
from .. import queries, services
from ..amendments import part_names
from ..checklist import Condition
from ..gate import is_approved
from ..goals import sentence
from ..measures import MEASURES
from ..menders import launchers
from ..models import Amendment, Attachment, Campaign
from ..notice import ABOUT, is_outdated
from ..plan import offers_of, sections
from ..services.drafting import EDITABLE

STEPS = ("draft", "launch", "pause")  # what takes a post at the plan's unit
LOOKS = ("progress", "see_holdout")


def plan_page(request: DeskRequest, found: Campaign, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The whole plan; before the launch with what it would do now, afterwards with the list that was frozen."""
    context: dict[str, Any] = {
        "campaign": found,
        "sections": sections(found),
        "rules": queries.rules_in_words(found),
        "offers": offers_of(found),
        "goals": [sentence(goal) for goal in found.goals],
        "primary": MEASURES[found.primary_measure].label if found.primary_measure else "",
        "attachments": Attachment.objects.visible_to(request.user).filter(campaign=found).select_related("by"),
        "attachment_kinds": Attachment.Kind.choices,
        "people": queries.people(found, at=request.now),
        "events": queries.history(found),
        "approvals": approvals.shown(found.ref, request.user),
        "decisions": approvals.decisions(found.ref, request.user, now=request.now),
        "may": {step: request.user.may_at(f"campaign.{step}", found.unit) for step in STEPS}
        | {look: request.user.may(f"campaign.{look}") for look in LOOKS},
        **_resuming(request, found),
        "documents": documents.of_subject(ABOUT, found.ref, request.user),
        "outdated": is_outdated(found),
        "may_notify": request.user.may_at("document.issue", found.unit) and is_approved(found),
        "editable": found.state in EDITABLE,
        "complaints_share": queries.complaints_share(),
        **_amendments(request, found),
        **extra,
    }
    if found.state in Campaign.STARTED:
        context["waterfall"] = queries.frozen(found, at=request.now)
    else:
        context["waterfall"] = seen = queries.forecast(found, at=request.now)
        lines = queries.checklist(found, seen, at=request.now)
        context["checklist"] = (
            _with_addresses(lines, found) if context["may"]["draft"] and context["editable"] else lines
        )
        context["launchers"] = launchers(found) if found.state == Campaign.State.APPROVED else ""
        context["unmet"] = sum(not line.met for line in lines)
    return render(request, "campaigns/plan.html", context, status=status)


# The section of the editor in which a line is mended; of people, the page where they are named.
SECTIONS = {
    "purpose": "compliance", "contact": "compliance", "goals": "aims", "budget": "judging", "script": "script",
    "period": "holdout", "audience": "audience", "holdout": "holdout", "power": "holdout", "offers": "script",
    "suitability": "script", "day_one": "audience",
}  # fmt: skip
PEOPLE = ("participants", "callers", "capacity")


def _with_addresses(lines: Iterable[Condition], found: Campaign) -> list[Condition]:
    """Each line with the place where a planner mends it."""
    editor, people = reverse("campaign_edit", args=[found.ref]), reverse("campaign_people", args=[found.ref])
    places = {code: f"{editor}#{section}" for code, section in SECTIONS.items()} | dict.fromkeys(PEOPLE, people)
    places["impact"] = "#attachments"
    return [replace(line, address=places.get(line.code, "")) for line in lines]


def _resuming(request: DeskRequest, found: Campaign) -> dict[str, bool]:
    """Whether this person lifts the pause, or is told who does."""
    may = found.state == Campaign.State.PAUSED and request.user.may_at(
        services.right_to_resume(found, request.user), found.unit
    )
    held = may and services.waits_for_review(found) and not request.user.may("campaign.review")
    return {"may_resume": may and not held, "held_for_review": held}


def _amendments(request: DeskRequest, found: Campaign) -> dict[str, Any]:
    """What was changed after the launch, the newest first, as far as this person may see; and whether he may begin one."""
    seen = Amendment.objects.visible_to(request.user).filter(campaign=found).select_related("drafted_by")
    listed = [(one, part_names(one)) for one in seen]
    free = not any(one.is_under_way for one, _names in listed)
    may_amend = found.state in Campaign.RUNNING and request.user.may_at("campaign.draft", found.unit)
    return {"amendments": listed, "may_amend": may_amend and free}


def back_to(found: Campaign) -> HttpResponse:
    return HttpResponseRedirect(reverse("campaign", args=[found.ref]), status=303)


def seen_version(request: DeskRequest) -> int:
    """The version that the form was filled from; 0, which never exists, where it is none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
