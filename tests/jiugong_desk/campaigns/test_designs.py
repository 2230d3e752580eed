"""The same plan drawn otherwise: what helps, in which order, and what the bank does not have."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.campaigns.designs import HELPS, WIDEST, Design, Way, better

designs = st.builds(
    Design, treated=st.integers(2, 50_000), held_out=st.integers(2, 50_000), clusters=st.none() | st.integers(4, 500),
    size=st.floats(1, 200), alike=st.floats(0, 0.5), fixed=st.booleans(),
)  # fmt: skip


def seen(design: Design) -> float | None:
    """The textbook line, of an outcome that varies by one."""
    return sqrt(design.effect * (1 / design.treated + 1 / design.held_out)) if design.tells else None


@given(designs, st.integers(0, 500_000))
def test_advice_helps_by_a_twentieth_the_most_helpful_first_and_names_no_customer_whom_the_bank_has_not(
    design, available
):
    found = better(design, seen, available=available)
    values = [one.value for one in found]
    assert values == sorted(values)
    for one in found:
        assert seen(design) is None or one.value <= seen(design) * HELPS
        assert one.way is not Way.WIDENED or one.design.customers <= min(available, WIDEST * design.customers)
        assert one.way not in (Way.HALVED, Way.BY_CUSTOMER) or one.design.customers == design.customers


def test_equal_groups_need_no_halving_and_customers_no_drawing_one_by_one():
    assert {one.way for one in better(Design(100, 100), seen, available=200)} == {Way.REPEATED}


@pytest.mark.parametrize(("fixed", "clusters", "size"), [(True, 20, 40.0), (False, 80, 10.0)])
def test_a_wider_audience_fills_the_outlets_there_are_but_brings_more_households(fixed, clusters, size):
    wide = Design(160, 40, clusters=20, size=10.0, alike=0.1, fixed=fixed).widened(4)
    assert (wide.treated, wide.held_out, wide.clusters, wide.size) == (640, 160, clusters, size)


def test_of_few_outlets_which_are_alike_no_width_helps_as_much_as_drawing_customers():
    found = better(Design(800, 200, clusters=10, size=100, alike=0.3, fixed=True), seen, available=10_000)
    assert found[0].way is Way.BY_CUSTOMER
    assert Way.WIDENED not in {one.way for one in found}


def test_two_campaigns_draw_twice_as_many_clusters_of_the_same_size():
    once = Design(160, 40, clusters=20, size=10.0, alike=0.1)
    assert once.repeated() == replace(once, treated=320, held_out=80, clusters=40)
