"""The lot of a day, drawn once: by the worker in the night, or by the command."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from ...audit import services as audit
from ...calls.models import Call, Correction
from ...calls.outcomes import REACHED
from ...core.clock import bank_date, midnight
from ...organisation.bridge import policy
from ...organisation.calendar import working_days
from ...organisation.services.acting import COMMAND_LINE
from ..bridge import quality
from ..drawing import Candidate, draw
from ..models import Check, Draw

A_DAY = timedelta(days=1)
LOOKED_BACK = 7  # days: what a desk that stood still for a week catches up with
# Whom nobody asks again: he has said so, or complained.
LEFT_ALONE = frozenset({"refused_forever", "complaint", "refused"})


def draw_due(*, at: datetime) -> list[Draw]:
    """Draw what has not been drawn of the last days, the earliest first; yesterday is the last one that is whole."""
    today = bank_date(at)
    days = [today - A_DAY * back for back in range(LOOKED_BACK, 0, -1)]
    drawn = set(Draw.objects.filter(day__in=days).values_list("day", flat=True))
    made = (draw_day(day, at=at) for day in days if day not in drawn)
    return [one for one in made if one is not None]


def draw_day(day: date, *, at: datetime, seed: str = "") -> Draw | None:
    """The lot of one day that is over; None where it has been drawn. Without a seed one is thrown, kept, and audited.

    Killed half-way it never was; two at once draw once (the day is unique).
    """
    assert day < bank_date(at), "a day is drawn when it is over"
    try:
        with transaction.atomic():
            return _draw(day, seed or secrets.token_hex(16), at)
    except IntegrityError:
        if Draw.objects.filter(day=day).exists():
            return None
        raise


def _draw(day: date, seed: str, at: datetime) -> Draw:
    calls = calls_of(day)
    made = Draw.objects.create(day=day, seed=seed, policy=policy().label, calls=len(calls), drawn_at=at)
    by_ref = {call.ref: call for call in calls}
    for kind in Check.Kind.values:
        for ref in lot(day, seed=seed, kind=kind, calls=calls):
            call = by_ref[ref]
            Check.objects.create(draw=made, call=call, kind=kind, caller=call.by, unit=call.entry.customer.unit)
    audit.record(
        chain="system", by=COMMAND_LINE, at=at, verb="check.drawn", about="check", ref=f"{day}",
        facts={"day": f"{day}", "seed": seed, "calls": len(calls), "drawn": made.checks_drawn()},
    )  # fmt: skip
    return made


def drawn_again(made: Draw) -> bool:
    """Whether the kept seed gives just the calls that were drawn, under the policy that is in force now.

    It need not where a call was taken into or out of those that could be drawn by a later correction.
    """
    calls = calls_of(made.day)
    for kind in Check.Kind.values:
        kept = Check.objects.everyone().filter(draw=made, kind=kind).values_list("call__ref", flat=True)
        if set(kept) != set(lot(made.day, seed=made.seed, kind=kind, calls=calls)):
            return False
    return True


def corrected_since(made: Draw) -> int:
    """Calls of the day whose callers have corrected them after the draw."""
    rows = Correction.objects.filter(at__gt=made.drawn_at, call__at__gte=midnight(made.day), call__at__lt=midnight(made.day + A_DAY))  # fmt: skip
    return rows.values("call").distinct().count()


def calls_of(day: date) -> list[Call]:
    """The day's calls that reached somebody, of the others nothing can be heard; and earlier ones that a correction of
    that day has made such a call: nobody gets by the lot by recording first that nobody answered.
    """
    first, end = midnight(day), midnight(day + A_DAY)
    corrected = Correction.objects.filter(at__gte=first, at__lt=end, call__at__lt=first).values("call")
    drawn_before = Check.objects.everyone().filter(draw__day__lt=day).values("call")
    late = Q(pk__in=corrected) & ~Q(pk__in=drawn_before)
    rows = Call.objects.everyone().filter(Q(at__gte=first, at__lt=end) | late, outcome__in=REACHED)
    return list(rows.select_related("by", "entry__customer__unit"))


def lot(day: date, *, seed: str, kind: str, calls: Iterable[Call]) -> tuple[str, ...]:
    """The refs that this seed draws: what was drawn, whenever it is asked again."""
    of_form, rules = kind == Check.Kind.FORM, quality()
    candidates = [
        Candidate(call.ref, call.entry.campaign_id, call.by_id)
        for call in calls
        if of_form or (call.outcome not in LEFT_ALONE and call.purpose_disclosed)
    ]
    return draw(
        candidates, seed=f"{seed}:{kind}", share=rules.share if of_form else rules.share * 0,
        minimum=rules.per_week if of_form else rules.call_backs_per_week, before=_before(day, kind),
        days_left=_days_left(day),
    )  # fmt: skip


def _before(day: date, kind: str) -> Counter[int]:
    """By caller, what the earlier days of the week have had."""
    monday = day - A_DAY * day.weekday()
    drawn = Check.objects.everyone().filter(kind=kind, draw__day__gte=monday, draw__day__lt=day)
    return Counter(drawn.values_list("caller", flat=True))


def _days_left(day: date) -> int:
    """Working days of the week from this one on; a day that is none counts as the last."""
    sunday = day + A_DAY * (6 - day.weekday())
    return max(1, len(working_days(day, sunday)))
