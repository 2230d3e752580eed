"""What an exchange told of the call behind a record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ..campaigns.models import ListEntry
from ..organisation.models import Staff
from ..telephony.queries import call_behind
from ..telephony.rules import PhoneCall
from .models import Call

BEFORE_THE_CALL = timedelta(minutes=10)  # so long may a telephone ring and a talk be noted before it is recorded
CLOCKS_DIFFER = timedelta(minutes=1)  # the exchange's and ours


def phone_behind(call: Call) -> PhoneCall | None:
    """What his telephone did for this record (three queries)."""
    return phone_for(call.entry, by=call.by, at=call.at, talk_seconds=call.talk_seconds, refs={call.ref})


def phone_for(
    entry: ListEntry, *, by: Staff, at: datetime, talk_seconds: int, claimed_at: datetime | None = None,
    refs: Collection[str] = (),
) -> PhoneCall | None:  # fmt: skip
    """What his telephone did for what is recorded at this moment. What it did before his record before this one belongs
    to that one: one telephone call vouches for no two records. `claimed_at`: what it did before he had the customer is
    none of it either.
    """
    since = at - timedelta(seconds=talk_seconds) - BEFORE_THE_CALL
    first = [] if claimed_at is None else [claimed_at - CLOCKS_DIFFER]
    before = Call.objects.everyone().filter(by=by, at__lt=at).order_by("-at", "-pk").values_list("at", flat=True)
    since = max([before.filter(at__gt=since).first() or since, *first])
    named_since = max([*before.filter(entry=entry)[:1], *first], default=None)
    return call_behind(by, refs={*refs, entry.ref}, since=since, named_since=named_since, until=at)
