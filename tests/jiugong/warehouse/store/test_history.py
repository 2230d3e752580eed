"""Any sequence of loads, updates, undos and new dates reads as the plain model says: by `read` and by the engine."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError
from jiugong.warehouse import (
    MODES,
    TABLES,
    LaterBatches,
    Terms,
    batches,
    engine,
    load_tables,
    open_snapshot,
    preview_tables,
    undo_batch,
)  # fmt: skip
from jiugong.warehouse.store.manifest import named_files

from .model import Day, counted, table, total

ids = st.sampled_from("123")
amounts = st.sampled_from([Decimal("1.00"), Decimal("2.50")])
maybe = {"x": st.sampled_from([None, "x", "y"]), "amount": st.none() | amounts}
ROWS = {
    "customers": st.fixed_dictionaries({"customer_id": ids, "occupation": maybe["x"], "annual_income": maybe["amount"]}),
    "balances": st.fixed_dictionaries(
        {
            "customer_id": ids, "category": st.sampled_from(["demand", "time"]), "average_daily": amounts,
            "month": st.sampled_from([date(2026, 1, 1), date(2026, 2, 1)]), "month_end": maybe["amount"],
            "account_id": st.sampled_from([None, "A"]),
        }
    ),
    "transactions": st.fixed_dictionaries(
        {
            "customer_id": ids, "amount": amounts, "channel": maybe["x"],
            "booked_at": st.sampled_from([datetime(2026, 1, 31, 23, 59), datetime(2026, 2, 1)]),  # noqa: DTZ001
        }
    ),
    "maturities": st.fixed_dictionaries({"customer_id": ids, "amount": amounts, "matures_on": st.just(date(2027, 1, 1))}),
}  # fmt: skip
NAMES = ("customers", "balances", "transactions", "maturities")


@st.composite
def some_tables(draw: st.DrawFn) -> dict[str, Any]:
    made = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
        key = TABLES[name].key
        unique = {"unique_by": (lambda row, key=key: tuple(row.get(each) for each in key))} if key else {}
        made[name] = table(name, draw(st.lists(ROWS[name], max_size=5, **unique)))
    return made


loads = st.tuples(st.just("load"), st.integers(1, 3), some_tables(), st.sampled_from(MODES), st.booleans())
undos = st.tuples(st.just("undo"), st.integers(1, 3), st.integers(0, 20))
steps_of = st.lists(st.one_of(loads, loads, undos), max_size=9)


class World:
    """A warehouse and its model, driven alike."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.days, self.number = folder, {}, 0
        self.contents: dict[str, Any] = {}
        self.digests: dict[Any, str] = {}

    def load(self, month: int, tables: dict[str, Any], mode: str, onto_previous: bool) -> None:
        self.number += 1
        as_of, name = date(2026, month, 28), f"batch {self.number}"
        earlier = [day for day in self.days if day < as_of and self.days[day].tables()]
        if as_of in self.days:
            onto_previous = False
        elif onto_previous and not earlier:
            with pytest.raises(
                InputError, match=r"holds no snapshot before \S+ to begin from; load the whole extracts"
            ):
                load_tables(self.folder, as_of, tables, Terms(mode, name, onto_previous=True))
            return
        if onto_previous:
            previous = self.days[max(earlier)]
            self.days[as_of] = Day(list(previous.loads), set(previous.undone))
        model = self.days.setdefault(as_of, Day())
        before = model.tables()
        terms = Terms(mode, name, onto_previous=onto_previous)
        previews = preview_tables(self.folder, as_of, tables, terms)
        done = load_tables(self.folder, as_of, tables, terms)
        expected = model.load(name, tables, mode)
        assert {each: vars(counts) for each, counts in done.batch.tables.items()} == expected.counts
        for change in previews:
            self.check_preview(change, tables[change.table], before.get(change.table, Counter()), model, expected)
        again = load_tables(self.folder, as_of, tables, terms)
        assert (again.repeated, again.changed, again.batch, again.snapshot) == (True, False, done.batch, done.snapshot)

    def check_preview(self, change: Any, load: Any, before: Counter, model: Day, expected: Any) -> None:
        name, after = change.table, model.tables()[change.table]
        assert vars(change.counts) == expected.counts[name]
        assert (change.rows_before, change.rows_after) == (before.total(), after.total())
        for column, sums in change.sums.items():
            wanted = [total(name, rows, column) for rows in (counted(load), before, after)]
            assert [sums.load, sums.before, sums.after] == wanted

    def undo(self, month: int, place: int) -> None:
        as_of = date(2026, month, 28)
        if as_of not in self.days:
            return
        model, known = self.days[as_of], batches(self.folder, as_of)
        if not known:
            return
        chosen = known[place % len(known)]
        assert chosen.undone == (chosen.id in model.undone)
        meeting = set() if chosen.undone else model.meeting(chosen.id)
        if not meeting:
            done = undo_batch(self.folder, as_of, chosen.id)
            assert done.changed != chosen.undone
            assert done.batch.undone
            model.undone.add(chosen.id)
            return
        before = open_snapshot(self.folder, as_of)
        with pytest.raises(LaterBatches) as caught:
            undo_batch(self.folder, as_of, chosen.id)
        order = [batch.id for batch in reversed(known)]
        assert list(caught.value.batches) == [name for name in order if name in meeting]
        assert open_snapshot(self.folder, as_of) == before

    def check(self) -> None:
        for as_of, model in self.days.items():
            expected = model.tables()
            if not expected:
                with pytest.raises(InputError, match="holds no snapshot"):
                    open_snapshot(self.folder, as_of)
                continue
            snapshot = open_snapshot(self.folder, as_of)
            backend = engine.connect(readable=[snapshot.data])
            assert snapshot.tables == tuple(sorted(expected))
            for name, rows in expected.items():
                read = snapshot.read(name)
                assert read.schema.equals(TABLES[name].schema)
                assert counted(read) == rows
                assert counted(backend.to_pyarrow(snapshot.relation(backend, name)).cast(read.schema)) == rows
            assert self.contents.setdefault(snapshot.digest, expected) == expected
            effective = tuple(load.batch for load in model.loads if load.batch not in model.undone)
            assert self.digests.setdefault((as_of, effective), snapshot.digest) == snapshot.digest
        assert {file.name for file in self.folder.glob("data/*")} <= named_files(self.folder)


@contextmanager
def few_layers(kept: int) -> Iterator[None]:
    with patch("jiugong.warehouse.store.stacks.KEPT_LAYERS", kept):
        yield


@settings(max_examples=20, deadline=None)
@given(steps_of, st.sampled_from([2, 64]))
def test_every_history_reads_as_the_plain_model(steps: list[Any], kept: int) -> None:
    with tempfile.TemporaryDirectory() as folder, few_layers(kept):
        world = World(Path(folder))
        for verb, *arguments in steps:
            getattr(world, verb)(*arguments)
            world.check()
