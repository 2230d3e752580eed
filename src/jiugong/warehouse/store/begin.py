"""What a load is laid over: the date itself, nothing, or the newest earlier date by reference."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from ...errors import InputError
from .batches import Batch
from .manifest import Manifest, Onto, Stacks, dates, read_manifest
from .stacks import inherited

FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2100, 12, 31)  # what lies outside is a slip of the pen


def begun(warehouse: Path, as_of: date, stood: Manifest | None, *, onto_previous: bool, afresh: tuple[str, ...]) -> Manifest:  # fmt: skip
    """The manifest that a load of this date adds to; nothing is written.

    Raises
    ------
    InputError: a date that nobody means; `onto_previous`, and there is no earlier date, or the date began otherwise
    """
    if not FIRST_DAY <= as_of <= LAST_DAY:
        raise InputError(f"a snapshot of {as_of} was asked for; its date lies from {FIRST_DAY} to {LAST_DAY}")
    if stood is not None:
        return _agreeing(warehouse, stood, onto_previous=onto_previous, afresh=afresh)
    return _as_the_previous(warehouse, as_of, afresh) if onto_previous else Manifest(as_of)


def _agreeing(warehouse: Path, stood: Manifest, *, onto_previous: bool, afresh: tuple[str, ...]) -> Manifest:
    if onto_previous and stood.onto is None:
        raise InputError(
            f"the snapshot of {stood.as_of} is there and did not begin as an earlier one; load into it without "
            "--onto-previous",
            file=str(warehouse),
        )
    if stood.onto is not None and not set(afresh) <= set(stood.onto.afresh):
        late = ", ".join(sorted(set(afresh) - set(stood.onto.afresh)))
        raise InputError(
            f"the snapshot of {stood.as_of} has begun, with {late} as it stood on {stood.onto.as_of}; a table begins "
            "afresh only with the first load of a date: undo the batches of this one, or leave --afresh out",
            file=str(warehouse),
        )
    return stood


def _as_the_previous(warehouse: Path, as_of: date, afresh: tuple[str, ...]) -> Manifest:
    earlier = (read_manifest(warehouse, day) for day in reversed(dates(warehouse)) if day < as_of)
    previous = next((manifest for manifest in earlier if manifest and manifest.tables), None)
    if previous is None:
        raise InputError(
            f"holds no snapshot before {as_of} to begin from; load the whole extracts without --onto-previous",
            file=str(warehouse),
        )
    tables = {
        name: {part: inherited(stack) for part, stack in parts.items()}
        for name, parts in previous.tables.items()
        if name not in afresh
    }
    onto = Onto(previous.as_of, previous.digest, tuple(sorted(afresh)))
    return Manifest(as_of, tables, _still_separate(previous, tables), onto)


def _still_separate(previous: Manifest, tables: Stacks) -> tuple[Batch, ...]:
    """The batches of which every layer still stands for itself: those that can be undone here too."""
    had, has = _layers(previous.tables), _layers(tables)
    return tuple(batch for batch in previous.batches if not batch.undone and 0 < had[batch.id] == has[batch.id])


def _layers(tables: Stacks) -> Counter[str]:
    return Counter(layer.batch for parts in tables.values() for stack in parts.values() for layer in stack.layers)
