"""Unsaved work of a planner, kept by itself; and a new plan from an old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from ...core.clock import bank_date
from ...core.pages import require, require_at
from ...organisation.models import Staff
from ..models import Campaign, Participant, WorkingCopy
from . import drafting
from .drafting import FIELDS

AHEAD = timedelta(days=14)  # of a cloned plan: time enough to have it approved
LARGEST_COPY = 200_000  # characters of a form; more is no plan


@transaction.atomic
def keep_copy(
    campaign: Campaign | None, *, data: Mapping[str, list[str]], version: int, by: Staff, at: datetime
) -> WorkingCopy | None:
    """What stands in the form now; None where it is larger than any plan."""
    if campaign is None:
        require(by, "campaign.draft")
    else:
        require_at(by, "campaign.draft", campaign.unit)
    if sum(len(text) for values in data.values() for text in values) > LARGEST_COPY:
        return None
    copy, _made = WorkingCopy.objects.update_or_create(
        staff=by, campaign=campaign, defaults={"data": dict(data), "version": version, "at": at}
    )
    return copy


def copy_of(campaign: Campaign | None, staff: Staff) -> WorkingCopy | None:
    """This person's unsaved work on the plan (or on a new one)."""
    return WorkingCopy.objects.filter(staff=staff, campaign=campaign).first()


def drop_copy(campaign: Campaign | None, *, by: Staff) -> None:
    WorkingCopy.objects.filter(staff=by, campaign=campaign).delete()


@transaction.atomic
def clone(campaign: Campaign, *, by: Staff, at: datetime) -> Campaign:
    """A new draft with the same content, as long, beginning in a fortnight; another lot, no files, nobody's approval."""
    require_at(by, "campaign.draft", campaign.unit)
    length = campaign.ends_on - campaign.starts_on
    starts = bank_date(at) + AHEAD
    fields = {name: getattr(campaign, name) for name in FIELDS if name not in ("seed", "starts_on", "ends_on")}
    shift = starts + length - campaign.ends_on
    fields["goals"] = [drafting.shifted(goal, shift) for goal in campaign.goals]
    fields["title"] = f"{campaign.title[:74]}（复制）"
    made = drafting.draft(unit=campaign.unit, by=by, at=at, starts_on=starts, ends_on=starts + length, **fields)
    people = {
        person.staff: person.daily_calls
        for person in Participant.objects.filter(campaign=campaign).select_related("staff")
        if person.staff.may("call.work")
        and any(made.unit.holds(post.unit.path) for post in person.staff.current_postings)
    }
    if people:
        drafting.set_participants(made, daily_calls=people, by=by, at=at)
    return made
