"""Launch: check the sealed list once more, deal it, and let the calls begin, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ...core.errors import hold
from ...core.pages import require_at
from ...customers.models import Customer
from ...customers.services import assign
from ...organisation.locks import lock_bank
from ...organisation.models import Staff
from .. import checklist
from ..bridge import policy
from ..dealing import Caller, deal
from ..gate import plan_facts
from ..lists import Listed, list_digest, listed_of
from ..models import Campaign, ListEntry, Participant
from ..staffing import capacities, participants_of
from . import sealing, steps

State, Arm = Campaign.State, ListEntry.Arm


@dataclass(frozen=True)
class LaunchResult:
    """`audience` = `left_out` + `treated` + `held_out`. `per_manager` by staff number; `handed_over` to non-owners.

    `left_out` counts who was left out when the list was sealed and who fell off since.
    """

    audience: int
    eligible: int
    left_out: dict[str, int]
    treated: int
    held_out: int
    per_manager: dict[str, int]
    handed_over: int
    list_digest: str


@transaction.atomic
def launch(campaign: Campaign, *, by: Staff, at: datetime, version: int | None = None) -> LaunchResult:
    """Everything or nothing. Refuses with every red line of the checklist."""
    require_at(by, "campaign.launch", campaign.unit)
    steps.must_be(campaign, State.APPROVED)
    lock_bank(campaign.unit)  # two launched in the same moment must not both list a customer
    steps.move(campaign, State.LAUNCHED, by=by, at=at, version=version, launched_at=at)
    sealed = list_digest(campaign)
    dropped = sealing.drop_the_uncallable(campaign)
    found = listed_of(campaign)
    hold(checklist.may_launch(plan_facts(campaign, at=at, counted=found, sealed=sealed)))
    dealt = _deal(campaign, at=at)
    handed_over = _hand_over(campaign, dealt, by=by, at=at)
    digest = list_digest(campaign)
    left_out = dict((Counter(campaign.left_out) + Counter(dropped)).most_common())
    Campaign.objects.everyone().filter(pk=campaign.pk).update(
        left_out=left_out, list_digest=digest, held_out=found.held_out
    )
    result = _result(found, left_out, dealt, handed_over, digest)
    steps.done(
        campaign, "campaign.launched", by=by, at=at, list=digest, sealed=campaign.sealed_digest, seed=campaign.seed,
        treated=result.treated, held_out=result.held_out, left_out=left_out, dropped=dropped,
    )  # fmt: skip
    return result


def _deal(campaign: Campaign, *, at: datetime) -> dict[int, int]:
    """Customer -> manager, written into the list."""
    people = participants_of(campaign)
    attempts = policy().calling.attempts_per_campaign
    calls = capacities(campaign, people, at=at)
    callers = [_caller(person, calls[person.staff_id] // attempts) for person in people]
    treated = ListEntry.objects.everyone().filter(campaign=campaign, arm=Arm.TREATED)
    rows = Customer.objects.everyone().filter(entries__in=treated.values("pk")).order_by("customer_no")
    dealt = deal(rows.only("pk", "unit_id", "manager_id"), callers)
    per_manager: dict[int, list[int]] = {}
    for pk, staff_id in dealt.items():
        per_manager.setdefault(staff_id, []).append(pk)
    for staff_id, customers in per_manager.items():
        for start in range(0, len(customers), 1_000):
            treated.filter(customer__in=customers[start : start + 1_000]).update(manager_id=staff_id)
    return dealt


def _caller(person: Participant, room: int) -> Caller:
    units = frozenset(posting.unit_id for posting in person.staff.postings.all())
    return Caller(person.staff_id, units, room)


def hand_over_reason(campaign: Campaign) -> str:
    return f"campaign:{campaign.ref}"


def _hand_over(campaign: Campaign, dealt: Mapping[int, int], *, by: Staff, at: datetime) -> int:
    """Whoever was dealt somebody else's customer may see him until the campaign closes."""
    treated = ListEntry.objects.everyone().filter(campaign=campaign, arm=Arm.TREATED)
    owners = treated.values_list("customer", "customer__manager")
    given = [(pk, dealt[pk]) for pk, owner in owners if pk in dealt and dealt[pk] != owner]
    staff = Staff.objects.in_bulk({staff_id for _pk, staff_id in given})
    customers = Customer.objects.everyone().only("pk").in_bulk([pk for pk, _staff_id in given])
    for pk, staff_id in given:
        assign(customers[pk], staff=staff[staff_id], reason=hand_over_reason(campaign), by=by, at=at, audit=False)
    return len(given)


def _result(
    found: Listed, left_out: dict[str, int], dealt: Mapping[int, int], handed_over: int, digest: str
) -> LaunchResult:
    numbers = dict(Staff.objects.filter(pk__in=set(dealt.values())).values_list("pk", "staff_no"))
    per_manager = Counter(numbers[staff_id] for staff_id in dealt.values())
    return LaunchResult(
        audience=found.eligible + sum(left_out.values()),
        eligible=found.eligible,
        left_out=left_out,
        treated=len(dealt),
        held_out=found.held_out,
        per_manager=dict(sorted(per_manager.items())),
        handed_over=handed_over,
        list_digest=digest,
    )
