"""Gathers what the launch checklist is about (`rules.conditions`): the plan, its people, its approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Prefetch

from ..approvals import queries as approvals
from ..audiences.counting import count
from ..core.clock import bank_date
from ..core.digests import digest
from ..core.wording import found_words
from ..organisation.calendar import working_days
from ..organisation.models import Posting
from ..scripts.models import Script
from . import rules
from .bridge import policy
from .lists import Listed, list_digest, listed_of
from .models import Campaign, Participant
from .plan import TEXTS, payload

PLAN, REVIEW = "plan", "plan_review"  # what is approved of a campaign: by management, by compliance


class Counted(Protocol):
    """An audience that has been counted, whichever way."""

    @property
    def eligible(self) -> int: ...


@dataclass(frozen=True)
class Effort:
    """Calls that the managers can make in what is left of the period, and calls that the list needs at most."""

    days: int
    capacity: int
    needed: int


def participants_of(campaign: Campaign) -> list[Participant]:
    """With staff and their current posts (two queries)."""
    postings = Prefetch("staff__postings", Posting.objects.filter(ended_on=None).select_related("unit"))
    return list(campaign.participants.select_related("staff").prefetch_related(postings))


def effort(campaign: Campaign, people: Iterable[Participant], *, treated: int, at: datetime) -> Effort:
    """At the worst, every customer takes all the attempts that the policy allows."""
    first = max(campaign.starts_on, bank_date(at))
    days = len(working_days(first, campaign.ends_on)) if first <= campaign.ends_on else 0
    needed = treated * policy().calling.attempts_per_campaign
    return Effort(days, days * sum(person.daily_calls for person in people), needed)


def may_take_part(campaign: Campaign, person: Participant) -> bool:
    """Somebody who calls, with a post at or below the campaign's unit."""
    posts = [posting.unit.path for posting in person.staff.postings.all() if posting.ended_on is None]
    return person.staff.may("call.work") and any(campaign.unit.holds(path) for path in posts)


def is_approved(campaign: Campaign) -> bool:
    """Whether management's last decision approved exactly this plan."""
    return PLAN in _approvals_of(campaign)


def is_reviewed(campaign: Campaign) -> bool:
    """Whether compliance's last review approved exactly this plan."""
    return REVIEW in _approvals_of(campaign)


def _approvals_of(campaign: Campaign) -> set[str]:
    """The kinds of decision that stand for exactly this plan (the plan is read once)."""
    if campaign.state == Campaign.State.DRAFT:
        return set()
    bound = digest(payload(campaign))
    return {kind for kind in (PLAN, REVIEW) if approvals.holds(kind, campaign.ref, bound)}


def plan_facts(
    campaign: Campaign, *, at: datetime, counted: Counted | None = None, sealed: str | None = None
) -> rules.PlanFacts:
    """The plan as the gate sees it.

    counted : the audience, where it has been counted already; of an approved plan its sealed list counts
    sealed : the digest of the sealed list as it stood when this began, where the caller changes the list
    """
    if campaign.sealed_digest:
        counted = counted if isinstance(counted, Listed) else listed_of(campaign)
    counted = counted or count(campaign.audience, campaign.unit, on=bank_date(at), plan_id=campaign.pk)
    people = participants_of(campaign)
    work = effort(campaign, people, treated=max(counted.eligible - campaign.holdout_size, 0), at=at)
    script, standing = campaign.script, _approvals_of(campaign)
    return rules.PlanFacts(
        today=bank_date(at),
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        has_purpose=bool(campaign.purpose.strip()),
        has_contact=bool(campaign.complaint_contact.strip()),
        script_chosen=script is not None,
        script_approved=script is not None and script.state == Script.State.APPROVED,
        forbidden=found_words((getattr(campaign, name) for name in TEXTS), policy().wording.forbidden),
        eligible=counted.eligible,
        holdout=counted.held_out if isinstance(counted, Listed) else campaign.holdout_size,
        sealed=bool(campaign.sealed_digest) and campaign.sealed_digest == (sealed or list_digest(campaign)),
        minimum_share=policy().holdout.minimum_share,
        participants=len(people),
        idle=tuple(person.staff.staff_no for person in people if not may_take_part(campaign, person)),
        capacity=work.capacity,
        needed=work.needed,
        reviewed=REVIEW in standing,
        approved=PLAN in standing,
    )
