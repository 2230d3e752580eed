"""The exchange of the demo: attached before the second campaign, it reports the calls of one outlet's managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from ..calls.models import Call
from ..core.digests import canonical
from ..telephony import services
from ..telephony.message import Said
from . import story
from .people import People

FIRST_EXTENSION, CONNECTED = 8001, 3
WRITTEN_UP = timedelta(seconds=40)  # between hanging up and recording
RANG = timedelta(seconds=9)


def reported(people: People) -> None:
    """By the administrator: the exchange and three telephones; by the exchange: what these have done since."""
    admin, at = people["administrator"], story.moment(story.SECOND_PLANNED, 9, 40)
    pbx, _secret = services.attach(name=f"{people.sub_branch.name}交换机", by=admin, at=at)
    for place, manager in enumerate(people.managers[:CONNECTED]):
        number = str(FIRST_EXTENSION + place)
        services.give_extension(pbx, number=number, staff=manager, by=admin, at=at + timedelta(minutes=5 + place))
        calls = Call.objects.everyone().filter(by=manager, at__gte=story.moment(story.SECOND_STARTS, 0)).order_by("at")
        for count, call in enumerate(calls):
            for said in _messages(call, number, count):
                services.receive(pbx, said, body=canonical({"id": said.id}), at=said.at + timedelta(seconds=1))


def _messages(call: Call, number: str, count: int) -> Iterator[Said]:
    """Ringing, the answer where there was one, the end; and where the recording lies."""
    ended = call.at - WRITTEN_UP
    answered = ended - timedelta(seconds=call.talk_seconds)
    name = f"{timezone.localtime(call.at):%m%d}-{number}-{count:04}"
    yield Said(f"{name}-1", "ringing", answered - RANG, number, name, about=call.entry.ref)
    if call.talk_seconds:
        yield Said(f"{name}-2", "answered", answered, number, name)
    yield Said(f"{name}-3", "ended", ended, number, name, talk_seconds=call.talk_seconds)
    if call.talk_seconds:
        place = f"{timezone.localtime(call.at):%Y/%m/%d}/{number}-{count:04}.wav"
        yield Said(f"{name}-4", "recording", ended + timedelta(seconds=5), number, name, recording=place)
