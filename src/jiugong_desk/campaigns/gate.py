"""Gathers what the launch checklist is about (`checklist.conditions`): the plan, its people, its approvals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from ..approvals import queries as approvals
from ..audiences.counting import count
from ..core.clock import bank_date
from ..core.digests import digest
from ..core.wording import unsayable
from ..products.models import Offer
from ..products.queries import faults_of
from ..scripts.models import Script
from . import dryrun
from .bridge import policy
from .checklist import PlanFacts, Staffing
from .lists import Counted, Listed, list_digest, listed_of
from .marks import in_force
from .menders import menders
from .models import Attachment, Campaign
from .plan import TEXTS, offers_of, payload
from .power import Power, power_of
from .schooling import untrained
from .staffing import effort, holes_of, may_take_part, participants_of

# What is approved of a campaign: by management, by compliance, and by finance where it has an incentive of its own.
PLAN, REVIEW, INCENTIVE = "plan", "plan_review", "incentive"
LINES = {PLAN: "approved", REVIEW: "reviewed", INCENTIVE: "incentive"}  # the checklist's line of each


def is_approved(campaign: Campaign) -> bool:
    """Whether management's last decision approved exactly this plan: as it was launched, or as it was amended since."""
    return PLAN in _decisions_on(campaign)[0] or _is_amended_to(campaign)


def _is_amended_to(campaign: Campaign) -> bool:
    """Whether the newest amendment in force made exactly this plan."""
    newest = in_force(campaign)[-1:]
    return any(one.result is not None and one.result.digest == digest(payload(campaign)) for one in newest)


def is_reviewed(campaign: Campaign) -> bool:
    """Whether compliance's last review approved exactly this plan."""
    return REVIEW in _decisions_on(campaign)[0]


def _decisions_on(campaign: Campaign) -> tuple[set[str], set[str]]:
    """The kinds of decision that stand for exactly this plan, and those that are asked for it (the plan is read once)."""
    if campaign.state == Campaign.State.DRAFT:
        return set(), set()
    bound = digest(payload(campaign))
    standing = {kind for kind in LINES if approvals.holds(kind, campaign.ref, bound)}
    return standing, approvals.waiting_of(campaign.ref, bound)


def plan_facts(
    campaign: Campaign, *, at: datetime, counted: Counted | None = None, sealed: str | None = None,
    cost: Decimal | None = None, power: Power | None = None,
) -> PlanFacts:  # fmt: skip
    """The plan as the gate sees it.

    counted : the audience, where it has been counted already; of an approved plan its sealed list counts
    sealed : the digest of the sealed list as it stood when this began, where the caller changes the list
    cost : yuan that the forecast expects, where it has been made; an approved plan is not held to a newer one
    power : what the plan can tell, where that has been asked already
    """
    on = bank_date(at)
    if campaign.sealed_digest:
        counted, cost = counted if isinstance(counted, Listed) else listed_of(campaign), None
    counted = counted or count(campaign.audience, campaign.unit, on=on, plan_id=campaign.pk)
    holdout = counted.held_out if isinstance(counted, Listed) else campaign.holdout_size
    people, offers, script = participants_of(campaign), offers_of(campaign), campaign.script
    holes = holes_of(campaign, people, on)
    learners = untrained(campaign, stand_ins=holes.stand_ins)
    work = effort(campaign, people, treated=max(counted.eligible - campaign.holdout_size, 0), at=at)
    standing, waiting = _decisions_on(campaign)
    power = power or power_of(campaign, on=on, counted=counted)
    return PlanFacts(
        today=on,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        has_purpose=bool(campaign.purpose.strip()),
        has_contact=bool(campaign.complaint_contact.strip()),
        goals=len(campaign.goals),
        has_primary=bool(campaign.primary_measure),
        budget=campaign.budget,
        cost=cost,
        has_impact=Attachment.objects.everyone().filter(campaign=campaign, kind=Attachment.Kind.IMPACT).exists(),
        script_chosen=script is not None,
        script_approved=script is not None and script.state == Script.State.APPROVED,
        script_returned=script is not None and script.state in Script.GIVEN_UP,
        forbidden=_unsayable(campaign),
        eligible=counted.eligible,
        holdout=holdout,
        minimum_share=policy().holdout.minimum_share,
        power=power.statement,
        shortfall=bool(power.shortfall),
        unlawful=_unlawful(campaign, offers, on),
        unsuited=tuple(dryrun.unsuited(campaign, offers, on=max(on, campaign.starts_on))),
        staffing=Staffing(
            participants=len(people),
            idle=tuple(str(person.staff) for person in people if not may_take_part(campaign, person)),
            away=holes.away,
            deserted=holes.deserted,
            unserved=dryrun.unserved(campaign, people, on=on) if people else (),
            untrained=len(learners),
            capacity=work.capacity,
            needed=work.needed,
        ),
        day_one=dryrun.day_one(
            campaign, listed=counted.treated if isinstance(counted, Listed) else counted.eligible, at=at
        ),
        sealed=bool(campaign.sealed_digest) and campaign.sealed_digest == (sealed or list_digest(campaign)),
        reviewed=REVIEW in standing,
        has_incentive=bool(campaign.incentive.strip()),
        incentive_authorised=INCENTIVE in standing,
        approved=PLAN in standing,
        waiting=frozenset(LINES[kind] for kind in waiting),
        menders=menders(campaign, untrained=learners, short_at=holes.places),
    )


def _unsayable(campaign: Campaign) -> tuple[str, ...]:
    """Words and sentences of the plan that no campaign may hold."""
    wording = policy().wording
    found = (said for name in TEXTS for _code, said in unsayable(getattr(campaign, name), wording))
    return tuple(dict.fromkeys(found))


def _unlawful(campaign: Campaign, offers: Iterable[Offer], on: date) -> tuple[str, ...]:
    """Each offer that may not be promised for the rest of the period, with the first reason."""
    found = []
    for offer in offers:
        against = faults_of(offer, on)
        if offer.valid_until < campaign.ends_on:
            found.append(_("“{title}”：{until} 到期，早于活动结束").format(title=offer.title, until=offer.valid_until))
        elif not against:
            found.append(f"“{offer.title}”：{str(against.reasons[0]).rstrip('。')}")
    return tuple(found)
