"""What closed campaigns came to, for the forecast of the next one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from django.db.models import Count

from ..campaigns.models import Campaign, ListEntry
from ..core.clock import bank_date
from ..organisation.models import Unit
from . import queries, rows
from .models import Report
from .rows import Span

MOST = 12  # the newest; older ones were made under other conditions
BRANCH = 2  # codes of a path down to the branch


def past(unit: Unit) -> Iterator[dict[str, Any]]:
    """The newest closed campaigns of the unit's branch, as `jiugong.forecast.PastCampaign` takes them."""
    branch = "".join(f"{code}." for code in unit.path.split(".")[:BRANCH] if code)
    closed = Campaign.objects.everyone().filter(unit__path__startswith=branch, state=Campaign.State.CLOSED)
    reports = Report.objects.everyone().filter(kind=Report.Kind.FINAL)
    for campaign in closed.order_by("-closed_at", "-pk")[:MOST]:
        newest = reports.filter(campaign=campaign).order_by("-pk").values_list("pk", flat=True).first()
        yield _result(campaign.pk, campaign.version, newest)


@lru_cache(maxsize=64)
def _result(campaign_pk: int, version: int, report_pk: int | None) -> dict[str, Any]:
    """Counted once a process: of a closed campaign nothing changes but its version and its final report."""
    campaign = Campaign.objects.everyone().get(pk=campaign_pk)
    until = max(campaign.ends_on, bank_date(campaign.closed_at) if campaign.closed_at else campaign.ends_on)
    entries, span = rows.treated(campaign), Span(campaign.starts_on, until)
    found = rows.rows_of(entries, span)
    counts = rows.total(found)
    answers = queries.reactions(entries, span)
    listed = queries.list_counts(campaign)
    waiting = sum(
        1 for row in found if row.counts["attempted"] and not row.counts["done"] and not row.counts["reached"]
    )
    return {
        "starts_on": campaign.starts_on,
        "audience": listed["audience"],
        "eligible": listed["eligible"],
        **{name: counts[name] for name in ("attempted", "reached", "valid", "invited", "due", "visited", "calls")},
        "interested": max(counts["interested"], counts["invited"]),
        "converted": min(counts["converted"], counts["visited"]),
        "complaints": answers["complaints"],
        "do_not_call": answers["opt_outs"],
        "still_open": waiting,
        "agreed": float(rows.agreed(found)),
        "levels": _levels(campaign),
        **_deposits(report_pk),
    }


def _levels(campaign: Campaign) -> dict[int, int]:
    entries = ListEntry.objects.everyone().filter(campaign=campaign).order_by()
    return {level or 0: count for level, count in entries.values_list("customer__level").annotate(Count("pk"))}


def _deposits(report_pk: int | None) -> dict[str, float]:
    """What the hold-out showed, with its standard error; nothing where it was not measured soundly."""
    report = Report.objects.everyone().filter(pk=report_pk).first()
    effect = (report.figures.get("effect") or {}) if report else {}
    if effect.get("status") != "measured" or effect.get("verdict") == "check_first":
        return {}
    total = effect["total"]
    width = Decimal(total["high"]) - Decimal(total["low"])
    confidence = float(effect["drawer"]["confidence"])
    error = float(width) / 2 / NormalDist().inv_cdf((1 + confidence) / 2)
    return {"deposits": float(total["value"]), "deposits_error": error}
