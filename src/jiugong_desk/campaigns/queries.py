"""What the pages show: lists of campaigns, the forecast of a plan, its people and its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..approvals import queries as approvals
from ..audiences import exclusions
from ..audiences.counting import Counted, count
from ..audiences.reading import read, sentences
from ..core.clock import bank_date
from ..customers.models import Customer
from ..organisation.models import Posting, Staff, Unit
from ..products.models import Offer
from ..products.queries import offers_for_sale
from . import bridge, gate
from .checklist import Condition, conditions, least_holdout
from .expectation import Expectation, of_plan
from .gate import plan_facts
from .marks import in_force
from .models import Campaign, ListEntry, Participant, PlanVersion
from .plan import LABELS, changed
from .power import Power, power_of
from .staffing import Effort, capacities, effort, may_take_part, participants_of

State = Campaign.State


def campaigns_for(staff: Staff, state: str = "") -> QuerySet[Campaign]:
    """Newest first, with the sizes of their lists."""
    rows: QuerySet[Campaign] = Campaign.objects.visible_to(staff).select_related("unit", "drafted_by")
    if state in Campaign.State.values:
        rows = rows.filter(state=state)
    treated = Count("entries", filter=Q(entries__arm=ListEntry.Arm.TREATED))
    done = Count("entries", filter=Q(entries__arm=ListEntry.Arm.TREATED, entries__attempts__gt=0))
    counted = rows.annotate(treated=treated, attempted=done, listed=Count("entries"))
    return counted.order_by("-starts_on", "-id")  # grouping forgets the model's order


def callers_below(unit: Unit) -> list[Staff]:
    """Who could take part: everybody at or below the unit who may call, by outlet."""
    postings = Prefetch("postings", Posting.objects.filter(ended_on=None).select_related("unit"))
    rows = Staff.objects.filter(is_active=True, postings__unit__path__startswith=unit.path, postings__ended_on=None)
    staff = [person for person in rows.distinct().prefetch_related(postings) if person.may("call.work")]
    return sorted(staff, key=lambda person: (person.home.path if person.home else "", person.staff_no))


@dataclass(frozen=True)
class Frozen:
    """What is left of the waterfall once the list is frozen."""

    audience: int
    eligible: int
    left_out: dict[str, int]


@dataclass(frozen=True)
class Forecast:
    """What a plan would do as things stand."""

    counted: Counted | Frozen
    left_out: list[tuple[Any, int]]
    holdout: int
    treated: int
    power: Power
    work: Effort
    expected: Expectation | None = None

    @property
    def holdout_short_of(self) -> int:
        """The least that the policy asks for, where this hold-out is smaller; else 0."""
        least = least_holdout(bridge.policy().holdout.minimum_share, self.counted.eligible)
        return least if self.counted.eligible and self.holdout < least else 0

    @property
    def treated_share(self) -> float:
        return self.treated / self.counted.eligible if self.counted.eligible else 0.0


def forecast(campaign: Campaign, *, at: datetime, counted: Counted | None = None) -> Forecast:
    """Count, hold-out, smallest detectable effect and effort of a plan, saved or not; raises `WrongRule`.

    `counted`: the audience, where it has been counted (or estimated) already.
    """
    on = bank_date(at)
    counted = counted or count(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
    treated = max(counted.eligible - campaign.holdout_size, 0)
    people = participants_of(campaign) if campaign.pk else []
    expectation = of_plan(campaign, counted, people, at=at)
    return Forecast(
        counted=counted,
        left_out=in_words(counted.left_out),
        holdout=campaign.holdout_size,
        treated=treated,
        power=power_of(campaign, on=on, counted=counted, expected=expectation),
        work=effort(campaign, people, treated=treated, at=at),
        expected=expectation,
    )


def in_words(left_out: dict[str, int]) -> list[tuple[Any, int]]:
    """Why customers are not on the list, the commonest reason first."""
    words = exclusions.labels()
    return [(words[code], number) for code, number in sorted(left_out.items(), key=lambda item: (-item[1], item[0]))]


def frozen(campaign: Campaign, *, at: datetime) -> Forecast:
    """The same figures of a launched campaign, from its frozen list (no counting anew)."""
    arms = ListEntry.objects.everyone().filter(campaign=campaign)
    eligible = arms.count()
    holdout = arms.filter(arm=ListEntry.Arm.HELD_OUT).count()
    return Forecast(
        counted=Frozen(eligible + sum(campaign.left_out.values()), eligible, campaign.left_out),
        left_out=in_words(campaign.left_out),
        holdout=holdout,
        treated=eligible - holdout,
        power=power_of(campaign, on=bank_date(at)),
        work=Effort(0, 0, 0),
    )


def current_texts(campaign: Campaign, names: Iterable[str]) -> list[tuple[Any, str]]:
    """What stands now in the parts of a plan that somebody else changed."""
    special = {
        "audience": lambda: "；".join(rules_in_words(campaign)),
        "participants": lambda: "、".join(str(person.staff) for person in participants_of(campaign)),
        "unit": lambda: campaign.unit.name,
    }
    return [(LABELS[name], str(special[name]() if name in special else getattr(campaign, name))) for name in names]


def complaints_share() -> Any:
    return bridge.policy().outcomes.complaints_pause_share


@dataclass(frozen=True)
class PersonRow:
    """A participant on the plan page. `dealt`: customers on his list; `left`: of them still to be worked on."""

    participant: Participant
    outlet: str
    capacity: int
    fit: bool
    dealt: int = 0
    left: int = 0


def people(campaign: Campaign, *, at: datetime) -> list[PersonRow]:
    entries = ListEntry.objects.everyone().filter(campaign=campaign, arm=ListEntry.Arm.TREATED)
    counts = {
        row["manager"]: (row["dealt"], row["left"])
        for row in entries.order_by()
        .values("manager")
        .annotate(dealt=Count("id"), left=Count("id", filter=Q(state__in=ListEntry.UNFINISHED)))
    }
    taking_part = participants_of(campaign)
    capacity, rows = capacities(campaign, taking_part, at=at), []
    for person in taking_part:
        posts = [posting.unit for posting in person.staff.postings.all() if campaign.unit.holds(posting.unit.path)]
        dealt, left = counts.get(person.staff_id, (0, 0))
        outlet = posts[0].name if posts else "—"
        rows.append(PersonRow(person, outlet, capacity[person.staff_id], may_take_part(campaign, person), dealt, left))
    return rows


@dataclass(frozen=True)
class Owned:
    """A possible participant with the number of active customers that he owns."""

    staff: Staff
    outlet: str
    owned: int
    daily_calls: int | None


def possible_people(campaign: Campaign) -> list[Owned]:
    taking_part = dict(campaign.participants.values_list("staff", "daily_calls"))
    owned = dict(
        Customer.objects.everyone()
        .filter(unit__path__startswith=campaign.unit.path, status=Customer.Status.ACTIVE)
        .order_by().values_list("manager").annotate(number=Count("id"))
    )  # fmt: skip
    return [
        Owned(person, person.home.name if person.home else "—", owned.get(person.pk, 0), taking_part.get(person.pk))
        for person in callers_below(campaign.unit)
    ]


def offer_choices(on: date) -> list[tuple[str, str]]:
    """What a plan may promise: reference, and title with its last day."""
    return [(offer.ref, offer_label(offer)) for offer in offers_for_sale(on)]


def offer_label(offer: Offer) -> str:
    return _("{offer}（至 {day}）").format(offer=offer.title, day=offer.valid_until)


def approved_digests(campaign: Campaign) -> set[str]:
    """Of the versions that management once approved."""
    return {one.digest for one in approvals.of_matter(campaign.ref, [gate.PLAN]) if one.state == one.State.APPROVED}


def checklist(campaign: Campaign, seen: Forecast, *, at: datetime) -> tuple[Condition, ...]:
    """启动条件 of a plan whose forecast has been made."""
    cost = seen.expected.cost if seen.expected else None
    return conditions(plan_facts(campaign, at=at, counted=seen.counted, cost=cost, power=seen.power))


def rules_in_words(campaign: Campaign) -> list[str]:
    """A sentence for each rule of which all must hold, and for each other block."""
    return [words for block in read(campaign.audience, campaign.unit) for words in sentences(block, campaign.unit)]


@dataclass(frozen=True)
class Event:
    """A line of the plan's history: an edit with what it changed, or a step with its reason."""

    at: datetime
    who: str
    what: Any
    detail: str = ""


def history(campaign: Campaign) -> list[Event]:
    """Edits, steps, amendments and decisions, newest first (three queries)."""
    changes = list(campaign.changes.select_related("by").order_by("at", "id"))
    events = [
        Event(change.at, change.by.name, _step(before.state if before else "", change.state), change.reason)
        for before, change in zip([None, *changes], changes, strict=False)
    ]
    versions = list(campaign.plan_versions.select_related("by").order_by("number"))
    amended = {one.result_id: one.number for one in in_force(campaign)}
    for before, after in pairwise(versions):
        number = amended.get(after.pk)
        edited = pgettext_lazy("办理", "修改方案")
        what = edited if number is None else format_lazy(_("变更{n}生效"), n=number)
        events.append(Event(after.at, after.by.name, what, _names(before, after)))
    return sorted(events, key=lambda event: event.at, reverse=True)


STEPS = {
    State.SUBMITTED: pgettext_lazy("办理", "提交"),
    State.APPROVED: pgettext_lazy("办理", "批准"),
    State.LAUNCHED: pgettext_lazy("办理", "启动"),
    State.PAUSED: pgettext_lazy("办理", "暂停"),
    State.CLOSED: pgettext_lazy("办理", "结束"),
}


def _step(before: str, after: str) -> Any:
    """What somebody did, from the states before and after it."""
    if after == State.DRAFT:
        return pgettext_lazy("办理", "退回草稿") if before else pgettext_lazy("办理", "起草")
    return pgettext_lazy("办理", "恢复") if before == State.PAUSED and after == State.LAUNCHED else STEPS[State(after)]


def _names(before: PlanVersion, after: PlanVersion) -> str:
    return "、".join(str(LABELS[name]) for name in changed(before.plan, after.plan))
