"""The list is drawn and sealed when the plan is approved: whoever launches it cannot choose a luckier lot.

Between then and the launch customers may only fall off it, treated and held out alike, for the lasting reasons of
contact; nobody is added, and nobody changes sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Max

from ...audiences.listing import Candidate, listed
from ...audiences.matching import exclusion_steps, first_failing, matching
from ...core.clock import bank_date
from ...customers.models import Customer
from ..bridge import draw, policy
from ..lists import list_digest
from ..models import Campaign, ListEntry

if TYPE_CHECKING:
    from ..bridge import Draw

Arm = ListEntry.Arm
EIGHT_PLACES = Decimal("0.00000001")


def seal(campaign: Campaign, *, at: datetime) -> str:
    """Draw the hold-out from who may be called now, keep the list, and answer its digest. The caller holds the row."""
    found = listed(campaign.audience, campaign.unit, on=bank_date(at), plan_id=campaign.pk)
    rows = found.candidates
    clusters = clusters_of(campaign, rows)
    drawn = draw(
        [row.customer_no for row in rows], [stratum_of(row) for row in rows], size=campaign.holdout_size,
        seed=campaign.seed, clusters=[clusters[row.pk] for row in rows] if clusters else None,
    )  # fmt: skip
    ListEntry.objects.bulk_create(list(_entries(campaign, rows, drawn, clusters)), batch_size=1000)
    sealed = list_digest(campaign)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(
        left_out=found.left_out, sealed_digest=sealed, sealed_at=at, policy_version=policy().label,
        snapshot_on=_snapshot(campaign),
    )  # fmt: skip
    return sealed


def unseal(campaign: Campaign) -> None:
    """The plan goes back to its planner: its list was nobody's work yet."""
    ListEntry.objects.everyone().filter(campaign=campaign).delete()
    Campaign.objects.everyone().filter(pk=campaign.pk).update(sealed_digest="", sealed_at=None, left_out={})


def drop_the_uncallable(campaign: Campaign) -> dict[str, int]:
    """Take off the sealed list who must not be called any more; how many for which first reason."""
    steps = exclusion_steps(campaign.pk, on=campaign.starts_on)
    rows = Customer.objects.everyone().filter(entries__campaign=campaign).annotate(first=first_failing(steps))
    fallen = list(rows.exclude(first=0).values_list("pk", "first"))
    dropped = ListEntry.objects.everyone().filter(campaign=campaign, customer__in=[pk for pk, _first in fallen])
    dropped.delete()
    return dict(Counter(steps[first - 1].code for _pk, first in fallen))


def stratum_of(row: Candidate) -> str:
    """By the policy's strata, for example `5|OU01`; `-` where the level is unknown."""
    parts: Mapping[str, str] = {"level": str(row.level or "-"), "unit": row.unit_code}
    return "|".join(parts[name] for name in policy().holdout.strata)


def clusters_of(campaign: Campaign, rows: Iterable[Candidate]) -> dict[int, str]:
    """Customer -> whom he is drawn with, by the plan's unit; empty where everybody is drawn by himself."""
    unit = campaign.holdout_unit
    if unit == Campaign.HoldoutUnit.MANAGER:
        return {row.pk: f"m{row.manager_id}" if row.manager_id else row.customer_no for row in rows}
    if unit == Campaign.HoldoutUnit.OUTLET:
        return {row.pk: row.unit_code for row in rows}
    if unit == Campaign.HoldoutUnit.HOUSEHOLD:
        return _households(rows)
    return {}


def _households(rows: Iterable[Candidate]) -> dict[int, str]:
    """Who shares a telephone, as a couple does; named by a piece of its digest, which is no number."""
    numbers = {row.pk: row.customer_no for row in rows}
    phones = Customer.objects.everyone().in_bulk(list(numbers))
    return {pk: phones[pk].mobile_digest[:16] or number for pk, number in numbers.items()}


def _entries(
    campaign: Campaign, rows: Iterable[Candidate], drawn: Draw, clusters: Mapping[int, str]
) -> Iterable[ListEntry]:
    for row in rows:
        no = row.customer_no
        yield ListEntry(
            campaign=campaign, customer_id=row.pk, arm=Arm.HELD_OUT if no in drawn.held_out else Arm.TREATED,
            stratum=drawn.strata[no], probability=Decimal(drawn.probability[no]).quantize(EIGHT_PLACES),
            cluster=clusters.get(row.pk, ""),
        )  # fmt: skip


def _snapshot(campaign: Campaign) -> date | None:
    """The newest load among the customers that the list was made from."""
    rows = matching(campaign.audience, campaign.unit, on=campaign.starts_on)
    newest: date | None = rows.aggregate(newest=Max("snapshot_on"))["newest"]
    return newest
