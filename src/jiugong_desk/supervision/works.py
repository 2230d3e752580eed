"""How everybody stands in every campaign that runs: what the rule of the pace is handed (about twelve queries)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..campaigns.models import Campaign, Participant, StateChange
from ..core.clock import bank_date
from ..duty import queries as duty
from ..duty.rules import Roster
from ..organisation.calendar import is_working_day
from ..organisation.models import Unit
from . import figures, rules
from .bridge import calling, supervision
from .figures import Listed
from .pace import GREEN, Finding, Work, assess, behind_of, by_days

Key = tuple[int, int]  # staff id, campaign id
NONE = Listed()


def findings(
    posts: Mapping[int, Unit], now: datetime, *, campaigns: list[Campaign], parts: list[Participant]
) -> dict[Key, Finding]:
    """Of each of these people (staff id -> where he calls) in each of the campaigns in which he takes part."""
    attempts, limits = calling().attempts_per_campaign, supervision()
    made = works(posts, now, campaigns=campaigns, parts=parts)
    return {key: assess(work, attempts=attempts, limits=limits) for key, work in made.items()}


def works(
    posts: Mapping[int, Unit], now: datetime, *, campaigns: list[Campaign], parts: list[Participant]
) -> dict[Key, Work]:
    keys, by_pk = set(posts), {one.pk: one for one in campaigns}
    wanted = [part for part in parts if part.staff_id in keys]
    if not wanted:
        return {}
    roster, paused = _roster(keys, now, campaigns), paused_days(campaigns, bank_date(now))
    lists = figures.listed(keys, campaigns, attempts=calling().attempts_per_campaign)
    taught, shares, faults = figures.passed(keys, campaigns), duty.shares_of(keys), figures.line_faults(keys, now)
    working = is_working_day(bank_date(now))
    elapsed = rules.hour_of(now, is_working_day=working, hours=calling().hours).elapsed
    found = {}
    for part in wanted:
        campaign, mine = by_pk[part.campaign_id], lists.get((part.staff_id, part.campaign_id), NONE)
        worked = [day for day in roster.days if _counts(day, campaign, paused)]
        days, passed = _days(roster, part.staff_id, worked, bank_date(now), elapsed)
        slot = roster.slots.get((part.staff_id, bank_date(now)))
        found[part.staff_id, campaign.pk] = Work(
            listed=mine.listed, left=mine.left, calls_left=mine.calls_left, begun=mine.called > 0, days=days, passed=passed,
            a_day=int(part.daily_calls * shares.get(part.staff_id, 1)), away=slot is not None and not slot.on_duty,
            covered=slot is not None and slot.cover is not None, trained=campaign.ref in taught.get(part.staff_id, set()),
            faults=faults.get(part.staff_id, 0),
        )  # fmt: skip
    return _beside_each_other(found, posts)


def _beside_each_other(found: dict[Key, Work], posts: Mapping[int, Unit]) -> dict[Key, Work]:
    """With what the late ones of the same outlet have left: of that, whoever is through could take some."""
    attempts, limits = calling().attempts_per_campaign, supervision()
    late: Counter[tuple[int, int]] = Counter()
    for (staff_id, campaign_id), work in found.items():
        if by_days(behind_of(work, attempts), limits) != GREEN:
            late[posts[staff_id].pk, campaign_id] += work.left
    return {key: replace(work, others_left=late[posts[key[0]].pk, key[1]]) for key, work in found.items()}


def paused_days(campaigns: Iterable[Campaign], today: date) -> set[tuple[int, date]]:
    """Days on which a campaign was paused, be it for an hour: they are no days of anybody's (one query)."""
    rows = StateChange.objects.filter(campaign__in=list(campaigns)).order_by("at", "pk")
    since: dict[int, date] = {}
    found: set[tuple[int, date]] = set()
    for campaign_id, state, at in rows.values_list("campaign", "state", "at"):
        if state == Campaign.State.PAUSED:
            since[campaign_id] = bank_date(at)
        elif campaign_id in since:
            found |= {(campaign_id, day) for day in _days_between(since.pop(campaign_id), bank_date(at))}
    return found | {(key, day) for key, first in since.items() for day in _days_between(first, today)}


def _days_between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _counts(day: date, campaign: Campaign, paused: set[tuple[int, date]]) -> bool:
    return begins(campaign) <= day <= campaign.ends_on and (campaign.pk, day) not in paused


def _roster(keys: set[int], now: datetime, campaigns: list[Campaign]) -> Roster:
    first = min((begins(one) for one in campaigns), default=bank_date(now))
    last = max((one.ends_on for one in campaigns), default=bank_date(now))
    return duty.roster_for(keys, first, last)


def begins(campaign: Campaign) -> date:
    """Its first day of calls: none before the launch."""
    launched = bank_date(campaign.launched_at) if campaign.launched_at else campaign.starts_on
    return max(campaign.starts_on, launched)


def _days(roster: Roster, staff_id: int, worked: list[date], today: date, elapsed: float) -> tuple[int, float]:
    """His days on duty among these, and those of them that are over."""
    mine = [day for day in worked if roster.slot(staff_id, day).on_duty]
    return len(mine), sum(1.0 if day < today else elapsed for day in mine if day <= today)


def worst(found: Mapping[Key, Finding]) -> dict[int, tuple[int, Finding]]:
    """Of each person the campaign in which he stands worst, with its finding."""
    shown: dict[int, tuple[int, Finding]] = {}
    for (staff_id, campaign_id), one in found.items():
        kept = shown.get(staff_id)
        if kept is None or (one.weight, one.behind) > (kept[1].weight, kept[1].behind):
            shown[staff_id] = (campaign_id, one)
    return shown
