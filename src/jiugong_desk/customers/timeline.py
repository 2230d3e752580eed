"""What this room itself puts on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterator

from ..organisation.models import Staff
from .extension import TimelineItem
from .models import Customer


def answers(customer: Customer, staff: Staff) -> Iterator[TimelineItem]:
    """Every answer that the customer gave, the replaced ones too."""
    for answer in customer.answers.select_related("by"):
        yield TimelineItem(answer.at, "answer", f"{answer.label}:{answer.value}", answer.by.name)
