"""What must hold whenever nobody is in the middle of something; each check says what it found, empty where all is well.

Run by the tests after every step, and over a live desk by `jiugong admin check`. Plain on purpose: they are what the
clever code is compared with. References only, no personal data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Q

from ..campaigns.models import ListEntry
from .bridge import calling
from .models import Call


def broken(now: datetime) -> Iterator[str]:
    """Every break of the calling room's invariants at this moment."""
    yield from _one_claim_at_a_time(now)
    yield from _held_out_are_left_alone()
    yield from _attempts_are_the_calls_that_stand()
    yield from _one_call_at_a_time_for_one_customer()


def _one_claim_at_a_time(now: datetime) -> Iterator[str]:
    """V1: a customer is with one person, and nobody has more open than the policy lets him."""
    live = list(ListEntry.objects.everyone().filter(lease_until__gte=now).values_list("customer", "claimed_by"))
    with_several = [key for key, count in Counter(customer for customer, _by in live).items() if count > 1]
    hoarding = [
        key for key, count in Counter(by for _c, by in live).items() if count > calling().open_claims_per_manager
    ]
    yield from (f"V1 customer {key} is with several people" for key in with_several)
    yield from (f"V1 staff {key} holds too many" for key in hoarding)


def _held_out_are_left_alone() -> Iterator[str]:
    """Nobody of the hold-out is ever claimed or called."""
    rows = ListEntry.objects.everyone().exclude(arm=ListEntry.Arm.TREATED)
    for ref in rows.filter(Q(attempts__gt=0) | Q(claimed_by__isnull=False)).values_list("ref", flat=True):
        yield f"held out, yet worked on: {ref}"


def _attempts_are_the_calls_that_stand() -> Iterator[str]:
    """V7: the counter on the list equals its recount."""
    stands = Count("calls", filter=Q(calls__undone_at=None))
    rows = ListEntry.objects.everyone().order_by().annotate(made=stands).exclude(made=F("attempts"))
    for ref, attempts, made in rows.values_list("ref", "attempts", "made"):
        yield f"V7 entry {ref} counts {attempts} attempts, {made} calls stand"


def _one_call_at_a_time_for_one_customer() -> Iterator[str]:
    """V2: one effect for one submission (the database holds it), and no two calls of an entry at one moment."""
    rows = Call.objects.everyone().order_by().values("entry", "at").annotate(count=Count("pk")).filter(count__gt=1)
    for row in rows:
        yield f"V2 entry {row['entry']} has {row['count']} calls at one moment"
