"""Who sent a message, what somebody's telephone is doing, and what the administrator sees of it all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery

from ..organisation.models import Staff
from . import message, rules
from .bridge import telephony
from .models import Event, Extension, Pbx, Secret
from .rules import PhoneCall

REMEMBERED = timedelta(hours=12)  # longer than any call that is still of interest
ALIVE = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)
EVENTS_SHOWN = 30
_DECOY = "nobody's secret"


def sender(key: str, stamp: str, given: str, body: bytes, *, machine: datetime, at: datetime) -> Pbx | None:
    """The exchange that signed this just now; None for anybody else, without a word why.

    `machine`: the machine's moment, which signatures are measured by; `at`: the desk's, by which secrets end.
    """
    lasting = Q(until=None) | Q(until__gt=at)
    held = list(Secret.objects.filter(lasting, pbx__ref=key[:20], pbx__enabled=True).select_related("pbx"))
    signed = message.is_signed(given, [one.value for one in held] or [_DECOY], stamp, body)
    fresh = message.is_fresh(stamp, machine=machine, window_seconds=telephony().window_seconds)
    return held[0].pbx if held and signed and fresh else None


def holder_of(pbx: Pbx, number: str, at: datetime) -> Staff | None:
    """Who had this extension at that moment."""
    open_then = Q(until=None) | Q(until__gt=at)
    found = Extension.objects.filter(open_then, pbx=pbx, number=number, since__lte=at).select_related("staff").first()
    return found.staff if found else None


def extension_of(staff: Staff) -> Extension | None:
    """The telephone that somebody has now."""
    return Extension.objects.filter(staff=staff, until=None).select_related("pbx").first()


def calls_between(staff: Staff, since: datetime, until: datetime) -> tuple[PhoneCall, ...]:
    """The calls of somebody's telephone with a message in this time, the earliest first (one query)."""
    return rules.calls(_heard(Event.objects.filter(staff=staff, at__gte=since, at__lte=until)))


def current_call(staff: Staff, now: datetime) -> PhoneCall | None:
    """What somebody's telephone does, or has just done; None where it has been quiet (one query).

    While it goes on, `state` is ringing or talking; ended, `talk_seconds` says how long, for half an hour.
    """
    slack = timedelta(seconds=telephony().window_seconds)  # the exchange's clock may be ahead of ours
    return rules.current(calls_between(staff, now - REMEMBERED, now + slack), now)


def call_behind(
    staff: Staff, *, refs: Collection[str], since: datetime, named_since: datetime | None = None, until: datetime
) -> PhoneCall | None:
    """The telephone call behind what somebody recorded: the one that names it, else the last that began in this time.

    `named_since`: what names it counts from here on; None: whenever it began.
    """
    found = calls_between(staff, since - REMEMBERED, until + REMEMBERED)
    begun = [call for call in found if call.began is not None and call.began <= until]
    named = [
        call for call in begun
        if call.about and call.about in refs and (named_since is None or (call.began and call.began > named_since))
    ]  # fmt: skip
    inside = [call for call in begun if not call.about and call.began is not None and since <= call.began]
    return next(reversed(named or inside), None)


def _heard(events: Iterable[Event]) -> Iterable[rules.Heard]:
    for one in events:
        yield rules.Heard((one.pbx_id, one.call), one.kind, one.at, one.about, one.recording, one.talk_seconds)


@dataclass(frozen=True)
class Health:
    """An exchange as the administrator's page shows it. `last`: when its newest message came; None: never."""

    pbx: Pbx
    last: datetime | None
    alive: bool
    just_now: bool
    secret: int  # the number of the one that has no end
    overlap_until: datetime | None  # so long the one before it holds


def exchanges(now: datetime) -> list[Health]:
    """Every exchange with its health (one query)."""
    newest = Event.objects.filter(pbx=OuterRef("pk")).order_by("-received_at").values("received_at")[:1]
    overlap = Secret.objects.filter(pbx=OuterRef("pk"), until__gt=now).order_by("-until").values("until")[:1]
    number = Secret.objects.filter(pbx=OuterRef("pk"), until=None).values("number")[:1]
    rows = Pbx.objects.annotate(last=Subquery(newest), secret=Subquery(number), overlap=Subquery(overlap))
    return [
        Health(pbx, pbx.last, _within(pbx.last, ALIVE, now), _within(pbx.last, A_MINUTE, now), pbx.secret, pbx.overlap)
        for pbx in rows
    ]


def _within(last: datetime | None, span: timedelta, now: datetime) -> bool:
    return last is not None and now - last <= span


def extensions() -> list[Extension]:
    """Those that somebody has now."""
    return list(Extension.objects.filter(until=None).select_related("pbx", "staff"))


def last_events() -> list[Event]:
    """The newest messages of all exchanges."""
    return list(Event.objects.select_related("pbx", "staff")[:EVENTS_SHOWN])
