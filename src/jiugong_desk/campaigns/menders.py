"""Who by name can mend a red line of the launch checklist, and who had a hand in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from django.utils.translation import gettext as _

from ..organisation.models import Posting, Staff, Unit
from ..organisation.permissions import roles_with
from ..products.models import Offer
from .checklist import Mender
from .marks import in_force
from .models import Campaign

NAMED = 3  # names that fit into a line; more are counted
PERMISSIONS: Mapping[Mender, str] = {
    Mender.PLANNER: "campaign.draft",
    Mender.SUBMITTER: "campaign.draft",
    Mender.APPROVER: "campaign.approve",
    Mender.COMPLIANCE: "campaign.review",
    Mender.SCRIPT_REVIEWER: "script.approve",
    Mender.FINANCE: "campaign.authorise_incentive",
    Mender.ROSTER: "duty.manage",
}
DECIDERS = (Mender.APPROVER, Mender.COMPLIANCE, Mender.FINANCE)  # maker is not checker


def makers(campaign: Campaign) -> set[str]:
    """The persons who wrote or edited the plan, its script, what it promises, and the amendments that are in it."""
    wrote = campaign.plan_versions.values_list("by__person_key", flat=True)
    promised = Offer.objects.filter(ref__in=campaign.offers).values_list(
        "drafted_by__person_key", "edited_by__person_key"
    )
    amended = (one.makers for one in in_force(campaign))
    spoken = campaign.script.drafted_by if campaign.script else None
    authors = [one.person_key for one in (campaign.drafted_by, spoken) if one]
    return {key for key in chain(authors, wrote, *promised, *amended) if key}


def launchers(campaign: Campaign) -> str:
    """Who may start it, by name and staff number."""
    rows = Posting.objects.filter(ended_on=None, staff__is_active=True, role__in=roles_with("campaign.launch"))
    found = [post.staff for post in rows.select_related("staff", "unit") if post.unit.holds(campaign.unit.path)]
    return _named(found)


def menders(campaign: Campaign, *, untrained: Iterable[Staff], short_at: Iterable[Unit]) -> dict[Mender, str]:
    """The names for each kind of line (four queries). `short_at`: the outlets whose roster has a hole."""
    roles = {mender: set(roles_with(permission)) for mender, permission in PERMISSIONS.items()}
    rows = Posting.objects.filter(ended_on=None, staff__is_active=True, role__in=set().union(*roles.values()))
    postings = list(rows.select_related("staff", "unit").order_by("-unit__path", "staff__staff_no"))
    wrote = makers(campaign)
    found: dict[Mender, list[Staff]] = {}
    for mender, held in roles.items():
        places = list(short_at) if mender is Mender.ROSTER else [campaign.unit]
        found[mender] = [
            posting.staff for posting in postings
            if posting.role in held and any(posting.unit.holds(place.path) for place in places)
            and not (mender in DECIDERS and posting.staff.person_key in wrote)
        ]  # fmt: skip
    author = campaign.drafted_by
    if author in found[Mender.PLANNER]:
        found[Mender.PLANNER] = found[Mender.SUBMITTER] = [author]
    found[Mender.LEARNERS] = list(untrained)
    return {mender: _named(people) for mender, people in found.items()}


def _named(people: Iterable[Staff]) -> str:
    names = list(dict.fromkeys(str(person) for person in people))
    if len(names) <= NAMED:
        return "、".join(names)
    return _("{names}等 {number} 人").format(names="、".join(names[:NAMED]), number=len(names))
