"""Who moved between two runs."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError
from jiugong.segment import migration


def levels(rows: dict[str, int | None]) -> pa.Table:
    return pa.table({"customer_id": pa.array(rows, pa.string()), "level": pa.array(rows.values(), pa.int16())})


def test_entries_exits_and_the_unscored_have_rows_of_their_own() -> None:
    found = migration(levels({"a": 1, "b": 1, "c": None, "d": 9}), levels({"a": 1, "b": 4, "c": 4, "e": 5}))
    assert found.to_pylist() == [
        {"before": "1", "after": "1", "customers": 1, "share": 0.5},
        {"before": "1", "after": "4", "customers": 1, "share": 0.5},
        {"before": "9", "after": "absent", "customers": 1, "share": 1.0},
        {"before": "absent", "after": "5", "customers": 1, "share": 1.0},
        {"before": "unscored", "after": "4", "customers": 1, "share": 1.0},
    ]


runs = st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.integers(1, 9)))


@settings(max_examples=25, deadline=None)
@given(runs, runs)
def test_against_a_plain_loop(before: dict[str, int | None], after: dict[str, int | None]) -> None:
    def said(run: dict[str, int | None], who: str) -> str:
        return "absent" if who not in run else "unscored" if run[who] is None else str(run[who])

    expected = Counter((said(before, who), said(after, who)) for who in before.keys() | after.keys())
    found = migration(levels(before), levels(after)).to_pylist()
    assert {(row["before"], row["after"]): row["customers"] for row in found} == expected
    totals = Counter()
    for row in found:
        totals[row["before"]] += row["share"]
    assert all(total == pytest.approx(1) for total in totals.values())


def test_what_is_no_segmentation_is_refused() -> None:
    good = levels({"a": 1})
    with pytest.raises(InputError) as caught:
        migration(good.rename_columns(["customer_id", "levels"]), good)
    assert str(caught.value) == (
        "column 'level': is needed in 'before' but is not there; did you mean 'levels'?; give a file that `jiugong "
        "segment` wrote"
    )
    with pytest.raises(InputError, match="column 'customer_id': of 'after' has 2 rows for 1 customers; one row a cust"):
        migration(good, pa.concat_tables([good, good]))


def test_mean_margins_before_and_after() -> None:
    """To the cent; nothing where nobody was. The moves of the lifetime value are made of it."""
    money = pa.decimal128(18, 2)

    def run(rows: dict[str, tuple[int | None, str]]) -> pa.Table:
        table = levels({who: level for who, (level, _) in rows.items()})
        return table.append_column("current_value", pa.array([Decimal(value) for _, value in rows.values()], money))

    one = run({"a": (1, "10.00"), "b": (1, "0.01"), "c": (9, "7")})
    found = migration(one, run({"a": (4, "1"), "b": (4, "2"), "d": (4, "100")}), values=True).to_pylist()
    assert [(row["before"], row["after"], row["value_before"], row["value_after"]) for row in found] == [
        ("1", "4", Decimal("5.01"), Decimal("1.50")),
        ("9", "absent", Decimal("7.00"), None),
        ("absent", "4", None, Decimal("100.00")),
    ]


def test_who_is_no_longer_segmented_has_left() -> None:
    """Closed since: without an asset band, where one is given."""
    after = levels({"a": None, "b": None}).append_column("asset_band", pa.array([None, 2], pa.int16()))
    found = migration(levels({"a": 1, "b": 1}), after).to_pylist()
    assert [(row["before"], row["after"], row["customers"]) for row in found] == [
        ("1", "absent", 1),
        ("1", "unscored", 1),
    ]
