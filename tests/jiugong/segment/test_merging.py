"""The pass over two sorted files, against the join."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong.segment import migration
from jiugong.segment.merging import sorted_moves

Run = dict[str, tuple[int | None, int | None]]  # customer -> level, asset band
ids = st.builds(
    str.__add__,
    st.sampled_from(
        ["", "0000000", "00000000", "00000001", "客户00000000000000"]
    ),  # bytes are compared eight at a time
    st.text(st.sampled_from("01aZ号"), min_size=1, max_size=4),
)
runs = st.dictionaries(
    ids, st.tuples(st.one_of(st.none(), st.integers(1, 12)), st.one_of(st.none(), st.integers(1, 3)))
)


def table(run: Run, *, in_order: bool = True, bands: bool = True) -> pa.Table:
    who = sorted(run, key=str.encode) if in_order else list(run)
    columns = {
        "customer_id": pa.array(who, pa.string()),
        "level": pa.array([run[one][0] for one in who], pa.int16()),
    }
    if bands:
        columns["asset_band"] = pa.array([run[one][1] for one in who], pa.int16())
    return pa.table(columns)


def written(folder: Path, name: str, rows: pa.Table) -> Path:
    path = folder / f"{name}.parquet"
    pq.write_table(rows, path, row_group_size=7)
    return path


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs, runs, st.booleans())
def test_against_the_join(tmp_path: Path, before: Run, after: Run, bands: bool) -> None:
    one, two = table(before, bands=bands), table(after, bands=bands)
    found = sorted_moves(written(tmp_path, "one", one), written(tmp_path, "two", two), batch=3)
    assert found is not None
    assert found.to_pylist() == migration(one, two).to_pylist()


def test_many_customers_against_the_join(tmp_path: Path) -> None:
    draw = random.Random(2)

    def run() -> Run:
        return {
            str(number): (draw.choice([None, *range(1, 10)]), draw.choice([None, 1, 2, 3]))
            for number in range(20_000)
            if draw.random() < 0.9
        }

    one, two = table(run()), table(run())
    found = sorted_moves(written(tmp_path, "one", one), written(tmp_path, "two", two))
    assert found is not None
    assert found.to_pylist() == migration(one, two).to_pylist()


def test_as_two_threads_write_them(tmp_path: Path) -> None:
    """Row groups in any order, and rows a little out of place within."""
    draw, run = random.Random(4), {f"{number:05d}": (number % 9 + 1, 1) for number in range(5_000)}
    groups = []
    for start in range(0, 5_000, 500):
        places = list(range(start, min(start + 500, 5_000)))
        for _ in range(5):
            at = draw.randrange(400)
            places[at], places[at + 3] = places[at + 3], places[at]
        groups.append(table(run).take(places))
    draw.shuffle(groups)
    path = tmp_path / "threads.parquet"
    with pq.ParquetWriter(path, groups[0].schema) as writer:
        for group in groups:
            writer.write_table(group)
    later = table(dict.fromkeys(list(run)[::2], (5, 1)))
    found = sorted_moves(path, written(tmp_path, "later", later))
    assert found is not None
    assert found.to_pylist() == migration(table(run), later).to_pylist()


ONE: Run = {"a": (1, 1), "b": (2, 2), "c": (3, 3)}
UNFIT = {
    "out of order": table({f"{number * 7 % 101:03d}": (1, 1) for number in range(101)}, in_order=False),
    "repeated": pa.concat_tables([table(ONE).slice(2), table(ONE).slice(2)]),
    "repeated across batches": pa.concat_tables([table(ONE), table(ONE).slice(2)]),
    "a number": table(ONE).set_column(0, "customer_id", pa.array([1, 2, 3])),
    "nobody": table(ONE).set_column(0, "customer_id", pa.array(["a", None, "c"])),
    "text for level": table(ONE).set_column(1, "level", pa.array(["1", "2", "3"])),
    "level beyond": table(ONE).set_column(1, "level", pa.array([1, 255, 3])),
    "level of nothing": table(ONE).set_column(1, "level", pa.array([1, 0, 3])),
    "no level": table(ONE).drop_columns("level"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_does_not_lie_so_is_left_to_the_join(case: str, tmp_path: Path) -> None:
    good, bad = written(tmp_path, "good", table(ONE)), written(tmp_path, "bad", UNFIT[case])
    assert sorted_moves(good, bad) is None
    assert sorted_moves(bad, good) is None
