"""Compose a report's figures: whole numbers and text only, so that the same data give the same bytes and digest."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from ..campaigns.models import Campaign
from ..core.clock import bank_date
from . import queries, rows, rules
from .bridge import policy
from .effect import effect_block
from .periods import Period
from .rows import Span

SCHEMA = 1


def figures_of(campaign: Campaign, *, kind: str, period: Period, cutoff: datetime) -> dict[str, Any]:
    """Everything the report shows, counted up to the cut-off: the campaign so far, and the period alone."""
    entries = rows.treated(campaign)
    so_far = Span(campaign.starts_on, max(period.end, bank_date(cutoff)) if kind == "final" else period.end, cutoff)
    alone = Span(period.start, period.end, cutoff)
    found = rows.rows_of(entries, so_far)
    counts, listed = rows.total(found), queries.list_counts(campaign)
    pace = queries.pace(campaign, until=period.end)
    reactions = queries.reactions(entries, so_far)
    figures: dict[str, Any] = {
        "schema": SCHEMA,
        "form": policy().assessment.form,
        "campaign": _campaign(campaign),
        "execution": {
            "working_days": len(pace.days),
            "elapsed_days": pace.elapsed_days,
            "capacity": pace.capacity,
            "days": queries.daily(entries, so_far, pace),
        }
        | {key: counts[key] for key in ("treated", "attempted", "done", "calls")},
        "funnel": _steps(queries.steps(listed | counts)),
        "funnel_period": _steps(queries.steps(rows.total(rows.rows_of(entries, alone)))),
        "reactions": reactions | {"must_pause": _must_pause(reactions)},
        "outlets": queries.outlets(found, elapsed=pace.elapsed),
        "agreed": rows.agreed(found),
    }
    if kind != "bulletin":  # a bulletin names no person
        figures["managers"] = queries.managers(found, entries, so_far)
        figures["effect"] = effect_block(campaign, cutoff=cutoff)
    return figures


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


def digest_of(payload: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
