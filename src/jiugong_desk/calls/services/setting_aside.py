"""Whom a reason that passes keeps back is judged together with those like him, not each at a price of a dozen queries.

In the first hour of calling a list may begin with a hundred of the older ones: one press would walk them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from ...campaigns.models import ListEntry
from .. import queue
from ..facts import ask_again_at, facts_of_each, lasting, may_call_entry

TOGETHER = 200


@transaction.atomic
def set_aside_like(
    entry: ListEntry, *, reach: queue.Reach, without: Collection[int], at: datetime, working: bool
) -> set[int]:
    """The primary keys of those after `entry` whom the rule keeps back for now; each is due when it may be asked again.

    A promise keeps its time. Who may never be called is left to whoever takes him, who closes him with the reason.
    """
    ahead = list(queue.like(entry, reach=reach, now=at).exclude(pk__in=without)[:TOGETHER])
    kept_back, again = set(), defaultdict(set)
    for pk, facts in facts_of_each(ahead, at).items() if ahead else ():
        verdict = may_call_entry(facts, at, working=working)
        if not verdict and not lasting(facts, verdict):
            kept_back.add(pk)
            again[ask_again_at(facts, at)].add(pk)
    for moment, keys in again.items():
        # Two who set aside at once would wait for each other: what is locked this moment is left to whoever has it.
        free = ListEntry.objects.everyone().filter(queue.unclaimed(at), pk__in=keys, state=ListEntry.State.OPEN)
        if connection.features.has_select_for_update:
            free = free.filter(pk__in=list(free.select_for_update(skip_locked=True).values_list("pk", flat=True)))
        free.update(due_at=moment)
    return kept_back
