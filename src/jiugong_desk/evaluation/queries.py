"""The figures of a campaign, counted with their denominators, for pages and reports (a bounded number of queries)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate

from ..calls.outcomes import OUTCOMES, REACHED
from ..campaigns.models import Campaign, ListEntry, Participant
from ..core.clock import bank_date
from ..organisation.calendar import working_days
from ..organisation.models import Staff, Unit
from . import rows, rules
from .bridge import policy
from .rows import Row, Span

# Each step of the funnel with the step that it is a share of.
FUNNEL = (
    ("audience", ""),
    ("eligible", "audience"),
    ("treated", "eligible"),
    ("attempted", "treated"),
    ("reached", "attempted"),
    ("valid", "reached"),
    ("interested", "reached"),
    ("invited", "reached"),
    ("due", ""),
    ("visited", "due"),
    ("converted", "treated"),
)
REFUSALS = frozenset({"refused", "refused_forever", "complaint"})
OPT_OUT, COMPLAINT = "refused_forever", "complaint"


@dataclass(frozen=True)
class Step:
    """`count` out of `of` (the count of the step `of_key`; None at a step that starts a count of its own)."""

    key: str
    count: int
    of: int | None
    of_key: str


def funnel(campaign: Campaign, *, start: date, end: date) -> tuple[Step, ...]:
    """From the audience to the conversion, in customers (visits: in appointments due), for the days given."""
    found = rows.rows_of(rows.treated(campaign), Span(start, end))
    return steps(list_counts(campaign) | rows.total(found))


def list_counts(campaign: Campaign) -> dict[str, int]:
    """How the list came about: the audience, and those of it who could be listed (hold-out included)."""
    eligible = ListEntry.objects.everyone().filter(campaign=campaign).count()
    return {"audience": eligible + sum(campaign.left_out.values()), "eligible": eligible}


def steps(counts: dict[str, int]) -> tuple[Step, ...]:
    present = [(key, of) for key, of in FUNNEL if key in counts]
    return tuple(Step(key, counts[key], counts.get(of), of if of in counts else "") for key, of in present)


@dataclass(frozen=True)
class Pace:
    """Time against work: working days of the campaign, those that have passed, and the calls that can be made a day."""

    days: tuple[date, ...]
    elapsed_days: int
    capacity: int

    @property
    def elapsed(self) -> Fraction:
        return rules.share(self.elapsed_days, len(self.days))


def pace(campaign: Campaign, *, until: date) -> Pace:
    days = tuple(working_days(campaign.starts_on, campaign.ends_on))
    daily = Participant.objects.filter(campaign=campaign).values_list("daily_calls", flat=True)
    return Pace(days, sum(day <= until for day in days), sum(daily))


def daily(entries: QuerySet[ListEntry], span: Span, pace: Pace) -> list[dict[str, Any]]:
    """Each day of the campaign up to the span's end: planned and first-called customers, calls by kind of answer."""
    calls = rows.calls_of(entries, span).order_by()
    firsts = Counter(
        bank_date(first) for first in calls.values("entry").annotate(first=Min("at")).values_list("first", flat=True)
    )
    answers: Counter[tuple[date, str]] = Counter()
    by_day = calls.annotate(day=TruncDate("at")).values("day", "outcome").annotate(n=Count("id"))
    for row in by_day:
        answers[row["day"], kind_of(row["outcome"])] += row["n"]
    size, number = entries.count(), len(pace.days)
    worked = {day for day, _kind in answers}
    planned_until = {day: size * (index + 1) // number for index, day in enumerate(pace.days)}
    found, planned, called = [], 0, 0
    for day in sorted({day for day in pace.days if day <= span.end} | worked):
        planned = planned_until.get(day, planned)
        called += firsts[day]
        kinds = {kind: answers[day, kind] for kind in KINDS}
        found.append(
            {"day": day.isoformat(), "planned": planned, "called": called, "working": day in planned_until, **kinds}
        )
    return found


KINDS = ("willing", "not_willing", "other_reached", "not_reached")


def kind_of(outcome: str) -> str:
    """Four kinds of answer, for charts: willing, not willing, otherwise reached, not reached."""
    if outcome in rows.WILLING:
        return "willing"
    if outcome in REFUSALS or outcome == "not_interested":
        return "not_willing"
    return "other_reached" if outcome in REACHED else "not_reached"


def reactions(entries: QuerySet[ListEntry], span: Span) -> dict[str, Any]:
    """How customers answered: calls by outcome, and the answers that call for care."""
    calls = rows.calls_of(entries, span).order_by()
    found = dict(calls.values("outcome").annotate(n=Count("id")).values_list("outcome", "n"))
    reached = calls.filter(outcome__in=REACHED)
    return {
        "calls": sum(found.values()),
        "reached_calls": sum(number for code, number in found.items() if code in REACHED),
        "reached": reached.values("entry").distinct().count(),
        "refusals": sum(found.get(code, 0) for code in REFUSALS),
        "complaints": found.get(COMPLAINT, 0),
        "opt_outs": found.get(OPT_OUT, 0),
        "outcomes": [{"code": code, "count": found[code]} for code in OUTCOMES if code in found],
    }


def outlets(found: list[Row], *, elapsed: Fraction) -> list[dict[str, Any]]:
    """One row an outlet: the best first, those too small to be graded last, with a support action where it is needed."""
    groups = rows.grouped(found, lambda row: row.outlet)
    names = Unit.objects.in_bulk(list(groups))
    limits = policy().outcomes
    everyone = rows.total(found)
    table = []
    for unit, members in groups.items():
        counts = rows.total(members)
        grade = rules.grade(done=counts["done"], treated=counts["treated"], elapsed=elapsed, outcomes=limits)
        support = rules.step_to_support(counts, everyone) if grade == "support" else ""
        table.append(
            {
                "code": names[unit].code,
                "name": names[unit].name,
                "grade": grade,
                "support": support,
                "agreed": rows.agreed(members),
            }
            | counts
        )
    return sorted(table, key=_best_first)


def _best_first(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["grade"] == "small", -rules.share(row["done"], row["treated"]), row["code"])


def managers(found: list[Row], entries: QuerySet[ListEntry], span: Span) -> list[dict[str, Any]]:
    """One row a manager, by staff number: what was done, never money, unless the policy's form is `as-written`.

    Calls and days count for whoever called, also in somebody's place; how far a list has come for whose list it is.
    """
    groups = rows.grouped((row for row in found if row.manager), lambda row: row.manager)
    active = rows.calls_of(entries, span).order_by().annotate(day=TruncDate("at")).values("by").annotate(
        days=Count("day", distinct=True), calls=Count("pk")
    )  # fmt: skip
    called: dict[int, dict[str, Any]] = {row["by"]: dict(row) for row in active}
    people = Staff.objects.in_bulk({*groups, *called})
    money = policy().assessment.form == "as-written"
    table = []
    for key, person in people.items():
        members, own = groups.get(key, []), called.get(key, {})
        row = {"staff_no": person.staff_no, "name": person.name, "active_days": own.get("days", 0)}
        if money:
            row["agreed"] = rows.agreed(members)
        table.append(row | rows.total(members) | {"calls": own.get("calls", 0)})
    return sorted(table, key=lambda row: row["staff_no"])


def campaigns_in_work(staff: Staff) -> list[Campaign]:
    """The campaigns whose progress this person may follow, newest first."""
    if not staff.may("campaign.progress"):
        return []
    return list(Campaign.objects.visible_to(staff).filter(state__in=Campaign.STARTED).select_related("unit")[:20])
