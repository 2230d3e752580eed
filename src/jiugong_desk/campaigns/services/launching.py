"""Launch: count, draw the hold-out, freeze the list and deal it, in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from ...audiences.listing import Candidate, Listed, listed
from ...audiences.matching import matching
from ...core.clock import bank_date
from ...core.pages import require
from ...customers.models import Customer
from ...customers.services import assign
from ...organisation.models import Staff, Unit
from .. import rules
from ..bridge import draw, policy
from ..dealing import Caller, deal
from ..gate import effort, participants_of, plan_facts
from ..models import Campaign, ListEntry, Participant
from . import steps

if TYPE_CHECKING:
    from ..bridge import Draw

State, Arm = Campaign.State, ListEntry.Arm
EIGHT_PLACES = Decimal("0.00000001")


@dataclass(frozen=True)
class LaunchResult:
    """`audience` = `left_out` + `treated` + `held_out`. `per_manager` by staff number; `handed_over` to non-owners."""

    audience: int
    eligible: int
    left_out: dict[str, int]
    treated: int
    held_out: int
    per_manager: dict[str, int]
    handed_over: int
    list_digest: str
    draw_digest: str


@transaction.atomic
def launch(campaign: Campaign, *, by: Staff, at: datetime, version: int | None = None) -> LaunchResult:
    """Everything or nothing. Refuses with every red line of the checklist."""
    require(by, "campaign.launch")
    steps.must_be(campaign, State.APPROVED)
    _one_launch_at_a_time(campaign)
    steps.move(campaign, State.LAUNCHED, by=by, at=at, version=version, launched_at=at)
    counted = listed(campaign.audience, campaign.unit, on=bank_date(at), plan_id=campaign.pk)
    steps.hold(rules.may_launch(plan_facts(campaign, at=at, counted=counted)))
    free = counted.candidates
    drawn = draw(
        [row.customer_no for row in free],
        [stratum_of(row) for row in free],
        size=campaign.holdout_size,
        seed=campaign.seed,
    )
    dealt = _deal(campaign, [row for row in free if row.customer_no not in drawn.held_out], at=at)
    _freeze(campaign, free, drawn, dealt)
    handed_over = _hand_over(campaign, free, dealt, by=by, at=at)
    digest = list_digest(free, drawn)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(
        left_out=counted.left_out, list_digest=digest, policy_version=policy().label, snapshot_on=_snapshot(campaign)
    )
    result = _result(counted, drawn, dealt, handed_over, digest)
    steps.done(
        campaign, "campaign.launched", by=by, at=at, list=digest, draw=drawn.digest, seed=campaign.seed,
        treated=result.treated, held_out=result.held_out, left_out=counted.left_out,
    )  # fmt: skip
    return result


def _one_launch_at_a_time(campaign: Campaign) -> None:
    """Two campaigns launched in the same moment must not both list a customer: hold the bank's root unit."""
    root = campaign.unit.path.split(".", 1)[0]
    Unit.objects.select_for_update(no_key=True).get(code=root)


def stratum_of(row: Candidate) -> str:
    """By the policy's strata, for example `5|OU01`; `-` where the level is unknown."""
    parts: Mapping[str, str] = {"level": str(row.level or "-"), "unit": row.unit_code}
    return "|".join(parts[name] for name in policy().holdout.strata)


def list_digest(listed: Iterable[Candidate], drawn: Draw) -> str:
    """SHA-256 over number, arm, stratum and probability of the whole list, a line each, by customer number."""
    lines = []
    for row in sorted(listed, key=lambda row: row.customer_no):
        no = row.customer_no
        arm = Arm.HELD_OUT if no in drawn.held_out else Arm.TREATED
        lines.append(f"{no},{arm.value},{drawn.strata[no]},{_probability(drawn, no)}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _probability(drawn: Draw, customer_no: str) -> Decimal:
    return Decimal(drawn.probability[customer_no]).quantize(EIGHT_PLACES)


def _deal(campaign: Campaign, treated: list[Candidate], *, at: datetime) -> dict[int, int]:
    people = participants_of(campaign)
    attempts = policy().calling.attempts_per_campaign
    callers = [_caller(person, effort(campaign, [person], treated=0, at=at).capacity // attempts) for person in people]
    return deal(treated, callers)


def _caller(person: Participant, room: int) -> Caller:
    units = frozenset(posting.unit_id for posting in person.staff.postings.all())
    return Caller(person.staff_id, units, room)


def _freeze(campaign: Campaign, listed: list[Candidate], drawn: Draw, dealt: Mapping[int, int]) -> None:
    entries = [
        ListEntry(
            campaign=campaign,
            customer_id=row.pk,
            arm=Arm.HELD_OUT if row.customer_no in drawn.held_out else Arm.TREATED,
            stratum=drawn.strata[row.customer_no],
            probability=_probability(drawn, row.customer_no),
            manager_id=dealt.get(row.pk),
        )
        for row in listed
    ]
    ListEntry.objects.bulk_create(entries, batch_size=1000)


def hand_over_reason(campaign: Campaign) -> str:
    return f"campaign:{campaign.ref}"


def _hand_over(
    campaign: Campaign, listed: list[Candidate], dealt: Mapping[int, int], *, by: Staff, at: datetime
) -> int:
    """Whoever was dealt somebody else's customer may see him until the campaign closes."""
    given = [(row.pk, dealt[row.pk]) for row in listed if row.pk in dealt and dealt[row.pk] != row.manager_id]
    staff = Staff.objects.in_bulk({staff_id for _pk, staff_id in given})
    customers = Customer.objects.everyone().only("pk").in_bulk([pk for pk, _staff_id in given])
    for pk, staff_id in given:
        assign(customers[pk], staff=staff[staff_id], reason=hand_over_reason(campaign), by=by, at=at, audit=False)
    return len(given)


def _snapshot(campaign: Campaign) -> date | None:
    """The newest load among the customers that the list was made from."""
    rows = matching(campaign.audience, campaign.unit, on=campaign.starts_on)
    newest: date | None = rows.aggregate(newest=Max("snapshot_on"))["newest"]
    return newest


def _result(counted: Listed, drawn: Draw, dealt: Mapping[int, int], handed_over: int, digest: str) -> LaunchResult:
    numbers = dict(Staff.objects.filter(pk__in=set(dealt.values())).values_list("pk", "staff_no"))
    per_manager = Counter(numbers[staff_id] for staff_id in dealt.values())
    return LaunchResult(
        audience=counted.audience,
        eligible=counted.eligible,
        left_out=counted.left_out,
        treated=len(dealt),
        held_out=len(drawn.held_out),
        per_manager=dict(sorted(per_manager.items())),
        handed_over=handed_over,
        list_digest=digest,
        draw_digest=drawn.digest,
    )
