"""How many marketing contacts a customer has left, over all channels together and over each. Pure.

What is counted are contacts that reached him; service contacts never come here. A window is the last so many days up to
this moment: what is exactly so many days old has left it, what lies in the future (a clock ran ahead) counts as now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from ..core.verdict import Reason
from .bridge import Calling, Contacting
from .channels import Channel
from .reasons import reason

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class Reached:
    """One marketing contact that reached the customer."""

    at: datetime
    channel: str


@dataclass(frozen=True)
class Cap:
    """At most `limit` contacts within `span`; `channel` empty: over all channels together. `code`: of the refusal."""

    code: str
    span: timedelta
    limit: int
    channel: str = ""

    def within(self, contacts: Sequence[Reached], now: datetime) -> list[datetime]:
        """The moments that it counts, the oldest first."""
        counted = (one for one in contacts if not self.channel or one.channel == self.channel)
        return sorted(one.at for one in counted if now - one.at < self.span)

    def left(self, contacts: Sequence[Reached], now: datetime) -> int:
        return max(0, self.limit - len(self.within(contacts, now)))

    def again(self, contacts: Sequence[Reached], now: datetime) -> datetime | None:
        """When one more has room under this cap: `now` or later; None: never, its limit is nought."""
        if self.limit <= 0:
            return None
        counted = self.within(contacts, now)
        return counted[-self.limit] + self.span if len(counted) >= self.limit else now


@dataclass(frozen=True)
class Room:
    """What is left of one channel in the month, and when the next contact is possible (None: never)."""

    channel: str
    left: int
    next_at: datetime | None
    limit: int

    @property
    def label(self) -> str:
        return str(Channel(self.channel).label)


@dataclass(frozen=True)
class Budget:
    """What marketing may still ask of a customer: `left` of `limit` contacts in 30 days, and of each channel."""

    left: int
    limit: int
    rooms: tuple[Room, ...]
    now: datetime

    @property
    def next_at(self) -> datetime | None:
        """When the next contact over any channel is possible; None: never."""
        return min((room.next_at for room in self.rooms if room.next_at is not None), default=None)

    @property
    def open_now(self) -> bool:
        return self.next_at is not None and self.next_at <= self.now


def caps_on(channel: str, calling: Calling, contact: Contacting) -> tuple[Cap, ...]:
    """Every cap that a contact over this channel has to keep, in the order in which the reasons are told."""
    calls = (
        (Cap("reached_recently", WEEK, calling.reached_calls_per_7_days, channel),) if channel == Channel.CALL else ()
    )
    return (
        *calls,
        Cap("marketing_week", WEEK, contact.marketing_per_7_days),
        Cap("marketing_month", MONTH, contact.marketing_per_30_days),
        Cap("channel_month", MONTH, contact.channel_per_30_days.get(channel, 0), channel),
    )


def most_counted(calling: Calling, contact: Contacting) -> int:
    """So many of the newest contacts over each channel are enough to answer every cap; at least one."""
    limits = [cap.limit for channel in Channel for cap in caps_on(channel, calling, contact)]
    return max(1, *limits)


def used_up(
    channel: str, contacts: Sequence[Reached], *, now: datetime, calling: Calling, contact: Contacting
) -> list[Reason]:
    """The caps that leave no room for one more contact over this channel."""
    return [
        _used_up(cap, cap.again(contacts, now), channel)
        for cap in caps_on(channel, calling, contact)
        if not cap.left(contacts, now)
    ]  # fmt: skip


def _used_up(cap: Cap, again: datetime | None, channel: str) -> Reason:
    facts = {"limit": cap.limit, "again": shown(again) if again else "—"}
    return reason(cap.code, **facts, **({"channel": Channel(channel).label} if cap.code == "channel_month" else {}))


def budget(contacts: Sequence[Reached], *, now: datetime, calling: Calling, contact: Contacting) -> Budget:
    """What is left at this moment."""
    month = Cap("marketing_month", MONTH, contact.marketing_per_30_days)
    left = month.left(contacts, now)
    return Budget(left, month.limit, tuple(_room(channel, contacts, now, calling, contact) for channel in Channel), now)


def _room(channel: str, contacts: Sequence[Reached], now: datetime, calling: Calling, contact: Contacting) -> Room:
    caps = caps_on(channel, calling, contact)
    in_month = [cap for cap in caps if cap.span == MONTH]
    moments = [cap.again(contacts, now) for cap in caps]
    known = [moment for moment in moments if moment is not None]
    return Room(
        channel,
        min(cap.left(contacts, now) for cap in in_month),
        max(known) if len(known) == len(moments) else None,
        min(cap.limit for cap in in_month),
    )


def shown(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
