"""The only importer of the library here: the fictional bank, its truth, and the warehouse."""

from __future__ import annotations

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
]
