"""Compose a report's figures: whole numbers and text only, so that the same data give the same bytes and digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ..campaigns.models import Campaign, ListEntry
from ..core.clock import bank_date
from . import amended, queries, rows, rules
from .bridge import policy
from .effect import effect_block
from .periods import Period
from .rows import Span

SCHEMA = 1


def figures_of(campaign: Campaign, *, kind: str, period: Period, cutoff: datetime) -> dict[str, Any]:
    """Everything the report shows, counted up to the cut-off: the campaign so far, and the period alone."""
    entries = rows.treated(campaign)
    last = max(period.end, bank_date(cutoff)) if kind == "final" else period.end  # visits go on after the last call
    figures = progress_of(
        campaign, entries, Span(campaign.starts_on, last, cutoff), listed=queries.list_counts(campaign)
    )
    alone = rows.total(rows.rows_of(entries, Span(period.start, period.end, cutoff)))
    figures |= {"schema": SCHEMA, "funnel_period": _steps(queries.steps(alone))}
    if kind == "bulletin":  # it names no person
        del figures["managers"]
    else:
        figures["effect"] = effect_block(campaign, cutoff=cutoff)
    return figures


def progress_of(
    campaign: Campaign, entries: QuerySet[ListEntry], span: Span, *, listed: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """How far the work on these entries has come. `listed`: the counts before the list, for those who see all of it."""
    found = rows.rows_of(entries, span)
    counts = rows.total(found)
    pace = queries.pace(campaign, until=span.end)
    reactions = queries.reactions(entries, span)
    return {
        "form": policy().assessment.form,
        "campaign": _campaign(campaign),
        "execution": {
            "working_days": len(pace.days),
            "elapsed_days": pace.elapsed_days,
            "capacity": pace.capacity,
            "days": queries.daily(entries, span, pace),
        }
        | {key: counts[key] for key in ("treated", "attempted", "done", "calls")},
        "funnel": _steps(queries.steps(dict(listed or {}) | counts)),
        "reactions": reactions | {"must_pause": _must_pause(reactions)},
        "outlets": queries.outlets(found, elapsed=pace.elapsed),
        "grading": {
            "ahead": str(policy().outcomes.leading_ahead),
            "behind": str(policy().outcomes.support_behind),
            "few": policy().outcomes.small_group,
        },
        "managers": queries.managers(found, entries, span),
        "agreed": rows.agreed(found),
        "amendments": amended.frozen(campaign, until=span.moments[1]),
    }


def _campaign(campaign: Campaign) -> dict[str, str]:
    return {
        "title": campaign.title,
        "unit": campaign.unit.name,
        "unit_code": campaign.unit.code,
        "goal": campaign.goal,
        "purpose": campaign.purpose,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
    }


def _steps(steps: tuple[queries.Step, ...]) -> list[dict[str, Any]]:
    return [{"key": step.key, "count": step.count, "of": step.of, "of_key": step.of_key} for step in steps]


def _must_pause(reactions: dict[str, Any]) -> bool:
    return rules.must_pause(
        complaints=reactions["complaints"], reached=reactions["reached"], outcomes=policy().outcomes
    )
