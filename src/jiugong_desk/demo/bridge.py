"""The only importer of the library here: the fictional bank, its truth, and the warehouse."""

from __future__ import annotations

from datetime import date

from jiugong.errors import InputError
from jiugong.evaluate import cut_points
from jiugong.simulate import (
    QUESTIONS,
    Bank,
    Placement,
    Question,
    Reaction,
    Reactions,
    Truth,
    reactions,
    simulate_bank,
    truth,
)
from jiugong.warehouse import Snapshot, ingest, load_tables, open_snapshot

__all__ = [
    "QUESTIONS",
    "Bank",
    "InputError",
    "Placement",
    "Question",
    "Reaction",
    "Reactions",
    "Snapshot",
    "Truth",
    "cut_points",
    "ingest",
    "load_tables",
    "open_snapshot",
    "reactions",
    "simulate_bank",
    "truth",
    "walk_ins",
]


def walk_ins(count: int, *, seed: int) -> list[tuple[str, str, str]]:
    """People who are not customers yet: name, ID number, mobile; nobody real."""
    import numpy as np

    from jiugong.simulate.people import id_numbers, mobiles, names

    rng = np.random.default_rng([seed, 7])
    male = rng.random(count) < 0.5
    birth = rng.integers(date(1965, 1, 1).toordinal(), date(2003, 1, 1).toordinal(), count)
    found = zip(names(seed + 7, male), id_numbers(birth, male), mobiles(seed + 7, count), strict=True)
    return [(str(name), str(number), str(mobile)) for name, number, mobile in found]
