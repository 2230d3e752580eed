"""What all campaigns together brought: a known truth is found, a small hold-out says what it cannot see."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest

from jiugong_desk.consent.models import Contact
from jiugong_desk.evaluation import periods, programme, rules
from jiugong_desk.holdout.models import StandingHoldout, StandingMember
from tests.support import balances, standing
from tests.support.cast import SHANGHAI, make_campaign, make_customer, make_entry
from tests.support.worked import at, call

from .conftest import GAIN, MONTHS

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def found(cast) -> StandingHoldout:
    """Twenty of eighty, from 7 January."""
    rows = [make_customer(cast.north, cast.wang) for _ in range(80)]
    first = date(2026, 1, 7)
    return standing.holdout(cast.sub_branch, by=cast.management, members=rows[:20], others=rows[20:], first_day=first)


@pytest.fixture
def write(warehouse, found):
    """`write(as_of, gain)`: balances by month; everybody else gains in February, and February is a rich month for all."""

    def fill(as_of: date, *, gain: float = GAIN) -> None:
        arms = programme.design_of(found, until=as_of).treated
        place = {number: n for n, number in enumerate(sorted(arms))}

        def amount(customer: str, month: date) -> float:
            level = 10_000 + Random(f"place {place[customer]}").random() * 10_000
            noise = Random(f"place {place[customer]} {month}").uniform(-500, 500)
            february = month == date(2026, 2, 1)
            return level + noise + (1_000 + gain * arms[customer] if february else 0)

        months = [month for month in MONTHS if periods.month_after(month) <= as_of]
        balances.write(warehouse, as_of, list(arms), months, amount)

    return fill


def test_december_is_compared_with_the_last_whole_month_of_the_period(found):
    design = programme.design_of(found, until=date(2026, 2, 28))
    assert (design.sizes, design.base, design.outcome) == ((60, 20), (date(2025, 12, 1),), (date(2026, 2, 1),))
    assert programme.design_of(found, until=date(2026, 7, 15)).outcome == (date(2026, 6, 1),)
    assert programme.design_of(found, until=date(2028, 1, 1)).outcome == (date(2026, 12, 1),)


@pytest.mark.parametrize(
    ("first", "until", "count", "months"),
    [
        (date(2026, 1, 7), date(2026, 2, 27), 1, (date(2026, 2, 1),)),  # not over: the first that will be
        (date(2026, 1, 7), date(2026, 3, 31), 1, (date(2026, 3, 1),)),
        (date(2026, 1, 1), date(2026, 1, 31), 1, (date(2026, 1, 1),)),  # drawn on a first: that month counts
        (date(2026, 1, 7), date(2026, 5, 31), 3, (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))),
        (date(2026, 1, 7), date(2026, 3, 31), 3, (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))),
    ],
)
def test_whole_months_since_the_draw(first, until, count, months):
    assert periods.newest_months(first, until, count) == months


@pytest.mark.parametrize(("gain", "verdict"), [(GAIN, "gain"), (-GAIN, "loss"), (0, "cannot_tell")])
def test_the_known_truth_lies_inside_the_interval(found, write, gain, verdict):
    write(date(2026, 1, 1), gain=gain)
    write(date(2026, 3, 1), gain=gain)
    figures = programme.take(found, MARCH)
    assert (figures["status"], figures["verdict"]) == ("measured", verdict)
    assert float(figures["effect"]["low"]) <= gain <= float(figures["effect"]["high"])
    words = programme.read(figures)
    assert all(row["ok"] for row in words["health_rows"])
    assert len(words["health_rows"]) > 3
    assert ("不能说“没有效果”" in words["text"]) is (verdict == "cannot_tell")


def test_before_a_whole_month_is_over_it_says_what_it_could_see(found, write):
    write(date(2026, 1, 1))
    figures = programme.take(found, at(8))
    assert figures["status"] == "waiting"
    assert "effect" not in figures
    assert 0 < float(figures["detectable"]) < GAIN
    words = programme.read(figures)
    assert "2026-03-01 起可以计算" in words["text"]
    assert "便测不出来" in words["detectable_text"]
    assert "60 户" in words["detectable_text"]


def test_without_a_warehouse_nothing_is_made_up(found, warehouse):
    waiting, late = programme.take(found, at(8)), programme.take(found, MARCH)
    assert (waiting["status"], waiting["detectable"], waiting["balance"]) == ("waiting", None, None)
    assert late["status"] == "no_data"
    assert "算不出" in programme.read(waiting)["detectable_text"]


def test_the_groups_are_compared_before_the_draw(found, write):
    write(date(2026, 1, 1))
    balance = programme.take(found, at(8))["balance"]
    assert abs(float(balance["difference"])) < 0.6
    apart = (float(balance["others"]) - float(balance["left_alone"])) / 10_000
    assert abs(apart) < 0.2


def test_a_member_who_was_reached_greys_the_conclusion(found, write):
    write(date(2026, 3, 1))
    inside = StandingMember.objects.everyone().filter(holdout=found).first()
    Contact.objects.create(customer=inside.customer, at=at(6), channel="call", reached=True)  # the day before the draw
    assert programme.take(found, MARCH)["verdict"] == "gain"
    Contact.objects.create(customer=inside.customer, at=at(9), channel="call", reached=True)
    figures = programme.take(found, MARCH)
    assert figures["verdict"] == "check_first"
    assert "不作结论" in programme.read(figures)["text"]


def test_a_call_to_a_member_is_found_even_without_a_contact_record(cast, found, write):
    write(date(2026, 3, 1))
    inside = StandingMember.objects.everyone().filter(holdout=found).first()
    call(make_entry(make_campaign(cast), inside.customer, cast.wang), "no_answer", at(9))
    assert programme.take(found, MARCH)["verdict"] == "check_first"


def test_another_list_than_the_sealed_one_greys_the_conclusion(found, write):
    write(date(2026, 3, 1))
    StandingMember.objects.everyone().filter(holdout=found).first().delete()
    figures = programme.take(found, MARCH)
    assert [row["key"] for row in figures["health"] if not row["ok"]] == ["standing_sealed"]
    assert figures["verdict"] == "check_first"


def test_figures_hold_no_binary_fractions(found, write):
    write(date(2026, 3, 1))

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()))
        if isinstance(value, list):
            return set().union(*map(kinds, value)) if value else set()
        return {type(value)}

    assert kinds(programme.take(found, MARCH)) <= {str, int, bool, type(None)}


def test_a_standardised_difference_is_in_spreads():
    assert rules.standardised_difference([1.0, 2.0, 3.0], [0.0, 1.0, 2.0]) == pytest.approx(1.0)
    assert rules.standardised_difference([5.0, 5.0], [5.0, 5.0]) is None
    assert rules.standardised_difference([1.0], [1.0, 2.0]) is None
