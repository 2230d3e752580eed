"""An amendment read: the plan as it would be, what differs, and what is checked. (Which are in force: `marks`.)"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from ..approvals import queries as approvals
from ..core.clock import bank_date, midnight
from ..core.digests import digest
from ..core.verdict import Verdict
from ..scripts.models import Script
from . import amending
from .bridge import policy
from .changes import Change, differences
from .checklist import AFTER_SUBMITTING, Condition, PlanFacts, conditions
from .gate import plan_facts
from .marks import parts_of
from .models import Amendment, Campaign, ListEntry
from .plan import LABELS, changed, payload
from .power import UNASKED
from .staffing import capacities, holes_of, participants_of

State = Amendment.State
AMENDMENT, REVIEW = "amendment", "amendment_review"  # what is approved of it: by management, and by compliance
UNDER_WAY = (State.DRAFT, State.SUBMITTED)
ONE_DAY = timedelta(days=1)


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parts of a plan as an amendment keeps them: JSON, a script by its reference."""
    found = dict(values)
    if "ends_on" in found:
        found["ends_on"] = found["ends_on"].isoformat()
    if found.get("budget") is not None:
        found["budget"] = f"{found['budget']:.2f}"
    if found.get("script") is not None:
        found["script"] = found["script"].ref
    return found


def values_of(amendment: Amendment) -> dict[str, Any]:
    """The same as a campaign holds them."""
    found = dict(amendment.changes)
    if "ends_on" in found:
        found["ends_on"] = date.fromisoformat(found["ends_on"])
    if found.get("budget") is not None:
        found["budget"] = Decimal(found["budget"])
    if found.get("script") is not None:
        found["script"] = Script.objects.get(ref=found["script"])
    return found


def with_values(campaign: Campaign, values: Mapping[str, Any]) -> Campaign:
    """A copy that is never saved, with these parts changed."""
    changed = copy.copy(campaign)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def proposed(amendment: Amendment) -> Campaign:
    """The campaign as it would be under the amendment."""
    return with_values(amendment.campaign, values_of(amendment))


def plan_after(amendment: Amendment) -> dict[str, Any]:
    """The whole plan under the amendment: the one that it changes, and the changed parts in their place."""
    if amendment.result is not None:
        return dict(amendment.result.plan)
    after = payload(proposed(amendment))
    return {**amendment.base.plan, **{name: after[name] for name in amendment.changes}}


def digest_of(amendment: Amendment) -> str:
    """What a decision binds: the reason, the plan that is changed, and the plan that would come of it."""
    return digest(
        {
            "campaign": amendment.campaign.ref,
            "reason": amendment.reason,
            "base": amendment.base.digest,
            "after": plan_after(amendment),
        }
    )


def compared(amendment: Amendment) -> list[Change]:
    """Each changed part with what went and what came."""
    return differences(amendment.base.plan, plan_after(amendment), amendment.campaign.unit)


def lines(amendment: Amendment, *, at: datetime) -> tuple[Condition, ...]:
    """The lines of the launch gate that the amendment touches, for the plan as it would be."""
    before, after = amendment.campaign, proposed(amendment)
    codes = amending.touched(amendment.changes, later=after.ends_on > before.ends_on)
    found = [line for line in conditions(_facts(before, after, at)) if line.code in codes]
    if "capacity" in codes:  # an earlier end
        found.append(_promises(after))
    if amending.needs_review(amendment.changes):
        found.append(_review(amendment))
    return (*found, _as_approved(amendment))


def _facts(before: Campaign, after: Campaign, at: datetime) -> PlanFacts:
    """As at the launch, but for the work that is left and the days that are added: the rest has been answered for."""
    facts, people = plan_facts(after, at=at, power=UNASKED), participants_of(after)
    holes = holes_of(after, people, max(bank_date(at), before.ends_on + ONE_DAY))
    staffing = replace(
        facts.staffing, away=holes.away, deserted=holes.deserted, needed=_calls_left(after),
        capacity=sum(capacities(after, people, at=at).values()),
    )  # fmt: skip
    return replace(facts, staffing=staffing)


def _open_entries(campaign: Campaign) -> Any:
    rows = ListEntry.objects.everyone().filter(campaign=campaign, arm=ListEntry.Arm.TREATED)
    return rows.filter(state__in=ListEntry.UNFINISHED)


def _calls_left(campaign: Campaign) -> int:
    """Calls that the customers who are not done can still take."""
    most = policy().calling.attempts_per_campaign
    rows = _open_entries(campaign).filter(attempts__lt=most)
    left = rows.aggregate(customers=Count("pk"), made=Coalesce(Sum("attempts"), 0))
    return int(left["customers"] * most - left["made"])


def _promises(after: Campaign) -> Condition:
    """Nobody waits for a call that was promised and can no longer come."""
    late = _open_entries(after).filter(
        state=ListEntry.State.CALLBACK, due_at__gte=midnight(after.ends_on + ONE_DAY)
    ).count()  # fmt: skip
    reason = replace(amending.PROMISED, facts={"number": late})
    return Condition("callbacks", amending.PROMISES_KEPT, late == 0, reason)


def _review(amendment: Amendment) -> Condition:
    """Compliance's opinion on just this content; management decides after it."""
    given = approvals.holds(REVIEW, amendment.ref, digest_of(amendment))
    return Condition("reviewed", amending.REVIEWED, given, amending.REVIEW_FIRST)


def _as_approved(amendment: Amendment) -> Condition:
    """What the amendment does not name is still the plan that was approved: an offer may have changed by itself."""
    base, live = amendment.base.plan, payload(amendment.campaign)
    drifted = [name for name in changed(base, live) if name not in amendment.changes]
    reason = replace(amending.PLAN_DRIFTED, facts={"parts": "、".join(str(LABELS[name]) for name in drifted)})
    if "offers" in drifted:
        titles = [f"“{offer['title']}”" for offer in base["offers"] if offer not in live["offers"]]
        reason = replace(amending.OFFER_DRIFTED, facts={"titles": "".join(titles)})
    return Condition("as_approved", amending.AS_APPROVED, not drifted, reason)


def may_submit(found: tuple[Condition, ...]) -> Verdict:
    """What the planner has to bring; roster and reviews may follow until the approval."""
    return Verdict(tuple(line.reason for line in found if not line.met and line.code not in AFTER_SUBMITTING))


def may_take_effect(found: tuple[Condition, ...]) -> Verdict:
    return Verdict(tuple(line.reason for line in found if not line.met))


def under_way(campaign: Campaign) -> Amendment | None:
    """The one that is being written or decided."""
    found: Amendment | None = Amendment.objects.everyone().filter(campaign=campaign, state__in=UNDER_WAY).first()
    return found


def part_names(amendment: Amendment) -> list[Any]:
    """What it changes, in the order of the plan."""
    return [LABELS[name] for name in parts_of(amendment.changes)]
