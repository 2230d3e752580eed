"""Find the patterns of a day and of a week, and write down who has looked at them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ...audit import services as audit
from ...calls.models import Call
from ...calls.outcomes import INTERESTED, INVITED, OUTCOMES
from ...campaigns.models import Campaign
from ...core.clock import midnight
from ...core.errors import Stale, hold
from ...core.pages import require
from ...organisation.models import Staff
from .. import rules
from ..bridge import quality
from ..models import Draw, Flag
from ..pace import Recorded, impossible, overlaps

A_DAY = timedelta(days=1)
SUNDAY = 6
FOUR_WEEKS = 28  # days whose outcomes are compared
TOLERANCE = 5  # seconds by which talks may overlap: clocks and whole seconds


@transaction.atomic
def find_patterns(draw: Draw, *, at: datetime) -> int:
    """What is worth a look of a drawn day and, on a Sunday, of the week and the four weeks that end with it. How many are new.

    Found again, a pattern is the one that was there: also what has been looked at is not opened anew.
    """
    day = draw.day
    found = list(_of_day(day))
    if day.weekday() == SUNDAY:
        found += [*_short(day), *_mixes(day)]
    people = {staff.pk: staff for staff in Staff.objects.filter(pk__in={one["staff_id"] for one in found})}
    made = 0
    for one in found:
        unit = people[one["staff_id"]].home
        if unit is not None:  # who holds no post any more is nobody's to look at
            values = {**one, "unit": unit, "found_at": at}
            _flag_row, new = Flag.objects.everyone().get_or_create(key=values.pop("key"), defaults=values)
            made += new
    Draw.objects.filter(pk=draw.pk).update(patterns_at=at)
    return made


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    rows = Call.objects.everyone().filter(at__gte=midnight(first), at__lt=midnight(last + A_DAY))
    names = ("ref", "by", "at", "talk_seconds", "outcome", "entry__campaign")
    yield from rows.order_by("at", "pk").values(*names)


def _flag(kind: str, staff: int, day: date, facts: dict[str, Any], *, campaign: int | None = None) -> dict[str, Any]:
    key = f"{kind}:{staff}:{day}:{campaign or 0}"
    return {"kind": kind, "staff_id": staff, "day": day, "facts": facts, "campaign_id": campaign, "key": key}


def _of_day(day: date) -> Iterator[dict[str, Any]]:
    """Pace and overlaps, over all campaigns: a caller has one telephone."""
    of_caller: defaultdict[int, list[Recorded]] = defaultdict(list)
    for row in _rows(day, day):
        of_caller[row["by"]].append(Recorded(row["at"], row["ref"], row["talk_seconds"]))
    limits = quality()
    for caller, calls in sorted(of_caller.items()):
        stretch = impossible(calls, handling_seconds=limits.handling_seconds)
        if stretch and stretch.lacking >= limits.lacking_seconds:
            first, last = (f"{timezone.localtime(one):%H:%M}" for one in (stretch.first, stretch.last))
            facts = {"first": first, "last": last, "calls": stretch.calls, "needed": stretch.needed, "had": stretch.had}
            yield _flag("pace", caller, day, facts)
        if over := overlaps(calls, tolerance_seconds=TOLERANCE):
            yield _flag("overlap", caller, day, {"calls": len(over), "refs": list(over[:20])})


def _short(sunday: date) -> Iterator[dict[str, Any]]:
    """Interest and invitations within seconds."""
    limits, refs = quality(), defaultdict[int, list[str]](list)
    for row in _rows(sunday - A_DAY * 6, sunday):
        if row["outcome"] in INTERESTED | INVITED and row["talk_seconds"] < limits.short_seconds:
            refs[row["by"]].append(row["ref"])
    for caller, found in sorted(refs.items()):
        if len(found) >= limits.short_calls:
            facts = {"calls": len(found), "seconds": limits.short_seconds, "refs": found[:20]}
            yield _flag("short", caller, sunday, facts)


def _mixes(sunday: date) -> Iterator[dict[str, Any]]:
    """By campaign that is not over: whose outcomes are unlike those of the others."""
    from ..mixes import unlike_peers  # only here: it needs the numerical packages, which cost every start seconds

    counts: defaultdict[int, defaultdict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in _rows(sunday - A_DAY * (FOUR_WEEKS - 1), sunday):
        if row["outcome"] in OUTCOMES:
            counts[row["entry__campaign"]][row["by"]][OUTCOMES[row["outcome"]].group] += 1
    over = set(Campaign.objects.everyone().filter(pk__in=counts, state=Campaign.State.CLOSED).values_list("pk", flat=True))  # fmt: skip
    limits = quality()
    for campaign in sorted(counts.keys() - over):
        found = unlike_peers(
            counts[campaign], rate=float(limits.mix_rate), least=float(limits.mix_least), least_calls=limits.mix_calls,
            least_peers=limits.mix_peers, prior=limits.mix_prior,
        )  # fmt: skip
        for one in found:
            facts = {"outcome": one.outcome, "share": round(one.share, 3), "peers": round(one.peers, 3), "calls": one.calls}  # fmt: skip
            yield _flag("mix", one.caller, sunday, facts, campaign=campaign)


@transaction.atomic
def look_at(flag: Flag, *, finding: str, note: str, by: Staff, at: datetime) -> None:
    """A checker has looked into it; what he found is his judgement, the pattern is none."""
    require(by, "quality.check")
    hold(rules.not_his_own(caller=flag.staff.person_key, by=by.person_key))
    hold(rules.good_reason(note))
    assert finding in Flag.Finding.values, "the form offers only these"
    rows = Flag.objects.everyone().filter(pk=flag.pk, state=Flag.State.OPEN)
    if not rows.update(state=Flag.State.LOOKED, finding=finding, note=note.strip(), looked_by=by, looked_at=at):
        raise Stale(rules.LOOKED_AT)
    audit.record(
        chain=flag.unit.code, by=by.staff_no, at=at, verb="flag.looked_at", about="flag", ref=flag.ref,
        facts={"kind": flag.kind, "finding": finding},
    )  # fmt: skip
