"""Where customers stood: sums and moves equal a slow recount of random histories, and every month can be listed again."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong_desk.customers import policies, standings
from jiugong_desk.customers.history import NONE, Spot, stood
from jiugong_desk.customers.models import Assignment, Customer, EarlierPlace, Move, Standing, StandingMonth
from jiugong_desk.customers.services import load_snapshot
from tests.support.bank_tables import balance, make_snapshot, person
from tests.support.cast import NOW, make_customer

DAYS = [date(2025, 12, 31), date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)]
ASSETS = ["-20.00", "0.00", "49999.99", "50000.00", "500000.00", "123456.78"]
INCOMES = [None, "0.00", "69999.99", "70000.00", "300000.00"]
WHO = ["wang", "sun", "li", None]  # li manages in South, the others in North


@st.composite
def places(draw):
    """Where a customer stands in one snapshot: None if it does not name him."""
    if draw(st.integers(0, 7)) == 0:
        return None
    return {
        "manager": draw(st.sampled_from(WHO)),
        "south": draw(st.booleans()),
        "assets": Decimal(draw(st.sampled_from(ASSETS))),
        "income": draw(st.sampled_from(INCOMES)),
        "closed": draw(st.integers(0, 9)) == 0,
        "held": draw(st.integers(0, 3)) == 0,
    }


HISTORIES = st.lists(st.lists(places(), min_size=6, max_size=6), min_size=1, max_size=len(DAYS))


def banded(place):
    """The slow, plain place on the default grid: (asset band, income band, level). Held: one band above the assets."""
    if place["closed"]:
        return None, None, None
    asset = reached(place)
    asset += place.get("held", False) and asset < 3
    if place["income"] is None:
        return asset, 0, None
    income = 1 + (Decimal(place["income"]) >= 70000) + (Decimal(place["income"]) >= 300000)
    return asset, income, 3 * (income - 1) + asset


def reached(place):
    return 1 + (place["assets"] >= 50000) + (place["assets"] >= 500000)


def reason(one, two, was):
    """Why somebody moved, in plain words: `one` and `two` are unit, manager and place; the policy stays the same."""
    if one is None or two is None:
        return "entered" if one is None else "left"
    (asset, income, _), (now_asset, now_income, _) = one[2:], two[2:]
    if asset is None and now_asset is None:
        return "transferred"
    if asset is None or now_asset is None:
        return "reopened" if asset is None else "closed"
    if asset != now_asset and income != now_income:
        return "both"
    if asset != now_asset:
        return "held_ended" if now_asset < asset and reached(was) < asset else "assets"
    if income == now_income:
        return "transferred"
    return "income_known" if income == 0 else "income_unknown" if now_income == 0 else "income"


def quadrant_of(place):
    """Any rule will do that is not that of the level; none where the income is unknown."""
    if banded(place)[2] is None:
        return ""
    return ("high_" if place["assets"] > 100_000 else "low_") + ("high" if Decimal(place["income"]) else "low")


def row(cast, place):
    asset, income, level = banded(place)
    held = not place["closed"]
    return {
        "unit": cast.south if place["south"] else cast.north,
        "manager": getattr(cast, place["manager"]) if place["manager"] else None,
        "assets": place["assets"], "annual_income": place["income"] and Decimal(place["income"]),
        "asset_band": asset, "income_band": income, "level": level, "quadrant": quadrant_of(place),
        "current_value": place["assets"] / 10 if held else None, "lifetime_value": place["assets"] * 3 if held else None,
    }  # fmt: skip


def load(cast, day, snapshot):
    """What a load does to customers, without the files."""
    grid = policies.grid()
    standings.remember(day, grid=grid, at=NOW)
    for number, place in enumerate(snapshot):
        if place is None:
            continue
        values = row(cast, place) | {"snapshot_on": day, "policy_version": "default@2026-01"}
        if not Customer.objects.everyone().filter(customer_no=f"H{number}").update(**values):
            make_customer(customer_no=f"H{number}", loan_kind="", consent=False, **values)
    return standings.record(day, policy_version="default@2026-01", grid=grid, at=NOW, wrote=True)


def month_ends(history):
    """month -> {customer: place} as of the newest snapshot of that month, and only whom that one names."""
    held = {}
    for day, snapshot in zip(DAYS, history, strict=False):
        held[day.replace(day=1)] = {f"H{n}": place for n, place in enumerate(snapshot) if place is not None}
    return held


def standing(cast, place):
    values = row(cast, place)
    return (values["unit"].pk, values["manager"].pk if values["manager"] else None, *banded(place))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES)
def test_sums_moves_and_lists_equal_a_slow_recount(cast, history):
    with transaction.atomic():
        for day, snapshot in zip(DAYS, history, strict=False):
            load(cast, day, snapshot)
        held = month_ends(history)
        assert list(StandingMonth.objects.values_list("month", flat=True)) == list(held)
        check_sums(cast, held)
        check_moves(cast, held)
        check_lists(cast, held)
        transaction.set_rollback(True)


def check_sums(cast, held):
    expected, worth, quadrants = Counter(), defaultdict(Decimal), defaultdict(Counter)
    for month, people in held.items():
        for place in people.values():
            key = (month, *standing(cast, place))
            expected[key] += 1
            worth[key] += place["assets"]
            quadrants[key][quadrant_of(place)] += 1
    names = ("month", "unit", "manager", "asset_band", "income_band", "level", "customers", "assets_cents")
    names += tuple(Customer.Quadrant.values)
    found = {tuple(values[:6]): values[6:] for values in Standing.objects.everyone().values_list(*names)}
    assert found == {
        key: (count, worth[key] * 100, *(quadrants[key][name] for name in Customer.Quadrant.values))
        for key, count in expected.items()
    }


def check_moves(cast, held):
    expected, months = set(), list(held)
    for before, after in pairwise(months):
        for number in held[before].keys() | held[after].keys():
            was, now = held[before].get(number), held[after].get(number)
            one, two = was and standing(cast, was), now and standing(cast, now)
            if one != two:
                expected.add((after, number, reason(one, two, was), one or (None,) * 5, two or (None,) * 5))
    fields = ("unit", "manager", "asset_band", "income_band", "level")
    columns = [f"{side}_{name}" for side in ("from", "to") for name in fields]
    rows = Move.objects.everyone().values_list("month", "customer__customer_no", "why", *columns)
    found = [(month, number, why, tuple(places[:5]), tuple(places[5:])) for month, number, why, *places in rows]
    assert len(found) == len(expected)
    assert set(found) == expected


def check_lists(cast, held):
    """Each sum equals what its list shows, for everybody; whoever went out of sight is counted."""
    for month, people in held.items():
        for who in ("auditor", "management", "zhao", "wang"):
            staff = getattr(cast, who)
            mine = {number: place for number, place in people.items() if looked_after(cast, who, place)}
            for asset, income in {banded(place)[:2] for place in people.values()}:
                spot = Spot(
                    month, asset=NONE if asset is None else str(asset), income=str(income or (0 if asset else ""))
                )
                there = {number for number, place in mine.items() if banded(place)[:2] == (asset, income)}
                rows = stood(staff, spot)
                listed = {customer.customer_no for customer in rows[:]}
                assert listed <= there
                assert len(listed) == len(rows[:]) == rows.count() == len(there) - rows.elsewhere
                assert [row.pk for n in range(rows.count()) for row in rows[n : n + 1]] == [row.pk for row in rows[:]]
                if who in ("auditor", "management"):
                    assert listed == there


def looked_after(cast, who, place):
    if who == "zhao":
        return not place["south"]
    return place["manager"] == "wang" if who == "wang" else True


def test_sums_belong_to_who_looked_after_them(cast):
    load(
        cast, DAYS[0], [{"manager": "wang", "south": False, "assets": Decimal(1), "income": None, "closed": False}] * 2
    )
    load(cast, DAYS[2], [{"manager": "li", "south": True, "assets": Decimal(1), "income": None, "closed": False}, None])
    seen = {
        who: sorted(Standing.objects.visible_to(getattr(cast, who)).values_list("month__month__month", "customers"))
        for who in ("wang", "sun", "zhao", "li", "management", "auditor", "admin", "qian")
    }
    december, january = (12, 2), (1, 1)
    assert seen == {
        "wang": [december], "sun": [], "zhao": [december], "li": [january], "management": [january, december],
        "auditor": [january, december], "admin": [], "qian": [],
    }  # fmt: skip


def test_moves_are_of_customers_whom_one_may_see_now(cast):
    place = {"manager": "wang", "south": False, "assets": Decimal(1), "income": None, "closed": False}
    load(cast, DAYS[0], [place])
    load(cast, DAYS[2], [place | {"manager": "li", "south": True}])
    seen = {
        who: Move.objects.visible_to(getattr(cast, who)).count()
        for who in ("wang", "zhao", "li", "management", "auditor", "admin", "qian")
    }
    assert seen == {"wang": 0, "zhao": 0, "li": 1, "management": 1, "auditor": 1, "admin": 0, "qian": 0}
    customer = Customer.objects.everyone().get()
    Assignment.objects.create(customer=customer, staff=cast.wang, reason="cover", began_at=NOW)
    assert Move.objects.visible_to(cast.wang).count() == 1
    assert stood(cast.zhao, Spot(date(2025, 12, 1))).elsewhere == 1


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ({"assets": "40000"}, {"assets": "60000"}, "assets"),
        ({"assets": "40000", "held": True}, {"assets": "45000"}, "held_ended"),
        ({"assets": "60000"}, {"assets": "45000"}, "assets"),
        ({"assets": "40000", "held": True}, {"assets": "45000", "income": None}, "both"),
        ({"assets": "40000", "held": True}, {"assets": "600000"}, "assets"),
        ({"income": None}, {"income": "80000"}, "income_known"),
        ({"income": "80000"}, {"income": None}, "income_unknown"),
        ({"income": "80000"}, {"income": "20000"}, "income"),
        ({"income": "80000", "assets": "1"}, {"income": "20000", "assets": "60000"}, "both"),
        ({}, {"closed": True}, "closed"),
        ({"closed": True}, {}, "reopened"),
        ({}, {"manager": "sun"}, "transferred"),
        ({}, {"south": True}, "transferred"),
        (None, {}, "entered"),
        ({}, None, "left"),
        ({}, {"assets": "100.01"}, ""),
    ],
)
def test_every_move_says_why(cast, was, now, why):
    usual = {"manager": "wang", "south": False, "assets": "100", "income": "80000", "closed": False}

    def place(values):
        if values is None:
            return None
        full = usual | values
        return full | {"assets": Decimal(full["assets"])}

    load(cast, DAYS[0], [place(was)])
    load(cast, DAYS[3], [place(now)])
    assert [move.why for move in Move.objects.everyone()] == ([why] if why else [])


def test_the_policy_is_the_reason_where_the_money_alone_is_not(cast):
    """A limit was moved to 45,000: who held 46,000 before moved by policy, who held 10 moved by money."""
    from dataclasses import replace

    grid = replace(policies.grid(), asset_bands=(Decimal(45000), Decimal(500000)))
    place = {"manager": "wang", "south": False, "income": "80000", "closed": False}
    load(cast, DAYS[0], [place | {"assets": Decimal(46000)}, place | {"assets": Decimal(10)}])
    standings.remember(DAYS[3], grid=grid, at=NOW)
    Customer.objects.everyone().update(
        assets=Decimal(46000), asset_band=2, level=5, snapshot_on=DAYS[3], policy_version="default@2026-02"
    )
    standings.record(DAYS[3], policy_version="default@2026-02", grid=grid, at=NOW, wrote=True)
    moves = Move.objects.everyone().order_by("customer__customer_no")
    assert [(move.why, move.from_level, move.to_level) for move in moves] == [("policy", 4, 5), ("assets", 4, 5)]


def test_a_load_records_and_the_same_again_writes_nothing(cast, tmp_path):
    first = make_snapshot(tmp_path, DAYS[0], customers=[person(1), person(2)], balances=[balance(1, "60000.00")])
    later = make_snapshot(
        tmp_path, DAYS[2], customers=[person(1), person(3)], balances=[balance(1, "1.00", month=date(2026, 1, 1))]
    )
    assert load_snapshot(first, by=cast.steward, at=NOW).moved == 0
    assert load_snapshot(later, by=cast.steward, at=NOW).moved == 3
    assert sorted(Move.objects.everyone().values_list("customer__customer_no", "why")) == [
        ("K00001", "assets"), ("K00002", "left"), ("K00003", "entered"),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        again = load_snapshot(later, by=cast.steward, at=NOW)
    assert (again.moved, again.wrote) == (0, False)
    assert not [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert Move.objects.everyone().count() == 3


def test_a_desk_that_was_filled_before_begins_with_what_it_holds(cast, tmp_path):
    for number in (1, 2):
        make_customer(
            cast.north, cast.wang, customer_no=f"K{number:05d}", snapshot_on=DAYS[0], assets=Decimal(60000),
            annual_income=Decimal(120000), policy_version="default@2026-01", loan_kind="", consent=False,
        )  # fmt: skip
    later = make_snapshot(
        tmp_path, DAYS[2], customers=[person(1), person(2)],
        balances=[balance(1, "60000.00", month=date(2026, 1, 1)), balance(2, "1.00", month=date(2026, 1, 1))],
    )  # fmt: skip
    load_snapshot(later, by=cast.steward, at=NOW)
    assert list(StandingMonth.objects.values_list("month", "snapshot_on")) == [
        (date(2025, 12, 1), DAYS[0]), (date(2026, 1, 1), DAYS[2]),
    ]  # fmt: skip
    assert list(Move.objects.everyone().values_list("customer__customer_no", "why")) == [("K00002", "assets")]
    assert EarlierPlace.objects.count() == 2
