"""Sizes and periods of a standing hold-out, and the form of its sealed list."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.holdout import rules
from jiugong_desk.holdout.bridge import draw

numbers = st.lists(
    st.sampled_from([f"{level}|OU{outlet}" for level in "159" for outlet in "12"]), min_size=8, max_size=300
)


@given(strata=numbers, share=st.decimals("0.05", "0.4", places=3), seed=st.text(min_size=1, max_size=8))
def test_every_stratum_gives_its_share_within_one_customer(strata, share, seed):
    customers = [f"C{n:05d}" for n in range(len(strata))]
    size = rules.size_of(len(customers), share)
    if not 1 <= size < len(customers):
        return
    drawn = draw(customers, strata, size=size, seed=seed)
    sizes, held = Counter(drawn.strata.values()), Counter(drawn.strata[one] for one in drawn.held_out)
    for name, count in sizes.items():
        assert abs(held[name] - size * count / len(customers)) < 1
    assert len(drawn.held_out) == size
    assert abs(size - share * len(customers)) <= Decimal("0.5")


@given(strata=numbers, seed=st.text(min_size=1, max_size=8), order=st.randoms())
def test_the_same_seed_draws_the_same_customers_in_whatever_order_they_come(strata, seed, order):
    pairs = [(f"C{n:05d}", name) for n, name in enumerate(strata)]
    mixed = order.sample(pairs, len(pairs))
    one = draw([no for no, _ in pairs], [name for _, name in pairs], size=2, seed=seed)
    other = draw([no for no, _ in mixed], [name for _, name in mixed], size=2, seed=seed)
    assert one.held_out == other.held_out


@given(first=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(1, 60))
def test_a_period_is_as_many_months_as_it_says(first, months):
    last = rules.last_day_of(first, months)
    after = last + timedelta(days=1)
    index = first.year * 12 + first.month + months
    assert (after.year * 12 + after.month - index, after.day) in {(0, first.day), (1, 1)}
    assert after.day == first.day or first.day > 28


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 4), 12, date(2027, 1, 3)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_a_period_ends_the_day_before_it_would_begin_again(first, months, last):
    assert rules.last_day_of(first, months) == last


@pytest.mark.parametrize(
    ("share", "customers", "until", "codes"),
    [
        ("0.01", 1000, None, ()),
        ("0", 1000, None, ("standing_switched_off",)),
        ("0.01", 1000, date(2026, 12, 31), ("standing_not_over",)),
        ("0.01", 149, None, ("standing_too_few",)),
        ("0.01", 150, None, ()),  # one and a half, upwards
        ("0.4", 0, None, ("standing_too_few",)),
    ],
)
def test_when_one_may_be_drawn(share, customers, until, codes):
    assert rules.may_draw(share=Decimal(share), customers=customers, until=until).codes == codes


rows = st.lists(
    st.builds(
        rules.Row,
        st.text("C,0123456789", min_size=1, max_size=9),
        st.booleans(),
        st.sampled_from(["5|OU01", "-|OU02", "*"]),
        st.decimals(0, 1, places=8),
    ),
    unique_by=lambda row: row.customer_no,
    max_size=30,
)


@given(rows)
def test_the_sealed_list_reads_as_it_was_written_and_has_one_form(listed):
    text = rules.as_text(listed)
    assert sorted(rules.read(text), key=lambda row: row.customer_no) == sorted(listed, key=lambda row: row.customer_no)
    assert rules.as_text(reversed(listed)) == text
    assert rules.held_out_of(text) == {row.customer_no for row in listed if row.held_out}


def test_levels_are_counted_from_the_highest_and_the_unknown_last():
    levels = {"a": 5, "b": 5, "c": None, "d": 9}
    assert rules.by_level(levels, ["b", "c"]) == [
        {"level": 9, "customers": 1, "held_out": 0},
        {"level": 5, "customers": 2, "held_out": 1},
        {"level": None, "customers": 1, "held_out": 1},
    ]
