"""What this room itself puts on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..organisation.models import Staff
from .extension import TimelineItem
from .models import Customer
from .queries import answers_given


def answers(customer: Customer, staff: Staff) -> Iterator[TimelineItem]:
    """Every answer that the customer gave, the replaced ones too; those of one talk together."""
    given = sorted(answers_given(customer), key=lambda answer: (answer.at, -answer.by_id, -answer.pk), reverse=True)
    for (at, _by), talk in groupby(given, key=lambda answer: (answer.at, answer.by_id)):
        together = list(talk)
        words = "；".join(f"{answer.label}：{answer.value}" for answer in together)
        yield TimelineItem(at, "answer", words, together[0].by.name)
