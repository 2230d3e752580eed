"""The waterfall against a plain loop, and the launched list against the count, for random definitions."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong_desk.audiences import counting, listing
from jiugong_desk.audiences.catalogue import FIELDS
from jiugong_desk.audiences.counting import count, count_in_pieces, estimate
from jiugong_desk.audiences.matching import matching
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Complaint, ConsentRecord, Contact, DoNotCall
from jiugong_desk.customers.models import Customer, Loan, Maturity
from tests.jiugong_desk.audiences import plain
from tests.support import plans
from tests.support.cast import NOW, Cast, make_campaign, make_customer, make_entry

pytestmark = pytest.mark.django_db
ON = NOW.date()


@pytest.fixture
def people(cast: Cast) -> None:
    """Sixty customers of every kind: with and without each fact, and with every reason against a call."""
    draw = random.Random(11)

    def maybe(*values: Any) -> Any:
        return draw.choice((None, *values))

    busy = make_campaign(cast)
    for number in range(60):
        unit, manager = draw.choice(((cast.north, cast.wang), (cast.south, cast.li), (cast.north, None)))
        income, asset = maybe(1, 2, 3), maybe(1, 2, 3)
        customer = make_customer(
            unit, manager, consent=draw.random() < 0.8, loan_kind=draw.choice(("mortgage_new_home", "consumer", "")),
            level=3 * (income - 1) + asset if income and asset else None, income_band=income or 0, asset_band=asset,
            assets=maybe(Decimal(40_000), Decimal(50_000), Decimal("700000.01")),
            annual_income=maybe(Decimal(60_000), Decimal(300_000)), card_holder=maybe(True, False),
            payroll=maybe(True, False), quadrant=draw.choice(("", "high_high", "low_low")),
            risk_capacity=draw.choice(("", "C1", "C4")), opened_on=maybe(date(2010, 5, 1), date(2025, 1, 1)),
            birth_date=maybe(date(1961, 1, 7), date(1990, 2, 28), date(2008, 1, 8)),
            status=draw.choices(("active", "frozen"), (9, 1))[0], mobile=draw.choice(("", f"1409999{number:04d}")),
        )  # fmt: skip
        _facts(customer, draw)
        if draw.random() < 0.1:
            make_entry(busy, customer, cast.wang)


def _facts(customer: Customer, draw: random.Random) -> None:
    if draw.random() < 0.15:
        DoNotCall.objects.create(customer=customer, since=NOW, source="测试")
    if draw.random() < 0.15:
        Complaint.objects.create(customer=customer, at=NOW, settled_at=draw.choice((None, NOW)))
    if draw.random() < 0.3:
        at = NOW - timedelta(days=draw.choice((1, 100)))
        ConsentRecord.objects.create(
            customer=customer, channel="call", granted=draw.random() < 0.5, text_version="v2", evidence="柜面", at=at
        )
    if draw.random() < 0.3:
        Loan.objects.filter(customer=customer).update(decision_pending=draw.choice((None, True)), overdue=True)
    if draw.random() < 0.4:
        Maturity.objects.create(customer=customer, amount=1, matures_on=ON + timedelta(days=draw.choice((5, 60))))
    if draw.random() < 0.4:
        Contact.objects.create(
            customer=customer,
            at=NOW - timedelta(days=draw.choice((3, 90))),
            channel="call",
            reached=draw.random() < 0.7,
        )


DAYS = ("2025-12-01", "2026-01-07", "2026-02-01", "2010-05-01", "2020-01-01")
SKIPPED = ("watch_list", "import_batch")  # need lists of their own: tested in their rooms


@st.composite
def rules(draw: Any) -> dict[str, Any]:
    field = FIELDS[draw(st.sampled_from([key for key in FIELDS if key not in SKIPPED]))]
    rule: dict[str, Any] = {"field": field.key, "op": draw(st.sampled_from(field.operators))}
    if rule["op"] not in ("known", "unknown"):
        if field.kind == "amount":
            rule["value"] = draw(st.sampled_from(["0", "40000", "50000", "300000", "700000.01"]))
        elif field.kind == "date":
            rule["value"] = draw(st.sampled_from(DAYS))
        else:
            choices = {"unit": ["OU01", "OU02"]}.get(field.key) or [value for value, _label in field.choices(None)]
            several = rule["op"] in ("in", "lacks", "excludes")
            chosen = st.lists(st.sampled_from(choices), min_size=1, max_size=4, unique=True)
            rule["value"] = draw(chosen) if several else draw(st.sampled_from(choices))
        if field.may_be_unknown and draw(st.booleans()):
            rule["unknown"] = True
    return rule


blocks = st.builds(
    lambda kind, found: {"kind": kind, "rules": found},
    st.sampled_from(["all", "any", "none"]),
    st.lists(rules(), min_size=1, max_size=3),
)
definitions = st.lists(blocks, min_size=1, max_size=3)
EASY = settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@EASY
@given(definitions)
def test_every_customer_has_the_first_reason_of_the_plain_way(cast, people, definition):
    expected = plain.first_reasons(definition, ON, busy=plain.on_running_lists())
    counted = count(definition, cast.sub_branch, on=ON)
    lost = Counter(expected.values())
    assert {line.step.code: line.lost for line in counted.lines if line.lost} == {k: n for k, n in lost.items() if k}
    assert counted.eligible == lost[""]
    assert counted.population == len(expected) == counted.eligible + sum(line.lost for line in counted.lines)
    for code in [None, *(line.step.code for line in counted.lines)]:
        rows = listing.stopped_at(definition, cast.sub_branch, code, on=ON)
        assert {row.customer_no for row in rows} == {no for no, why in expected.items() if why == (code or "")}


@EASY
@given(definitions)
def test_the_list_is_what_was_counted(cast, people, definition):
    counted = count(definition, cast.sub_branch, on=ON)
    listed = listing.listed(definition, cast.sub_branch, on=ON)
    assert (listed.audience, listed.eligible, listed.left_out) == (
        counted.audience, counted.eligible, dict(Counter(counted.left_out).most_common()),
    ) or sorted(listed.left_out.items()) == sorted(counted.left_out.items())  # fmt: skip
    assert matching(definition, cast.sub_branch, on=ON).count() == counted.audience == listed.audience
    assert [row.customer_no for row in listed.candidates] == sorted(row.customer_no for row in listed.candidates)


@settings(EASY, max_examples=25)
@given(definitions)
def test_what_a_rule_finds_alone_and_where_the_audience_stands(cast, people, definition):
    counted = count(definition, cast.sub_branch, on=ON)
    for line in counted.lines:
        if line.step.rule:
            alone = [{"kind": "all", "rules": []}]
            number, *place = line.step.code.split("-")[1:]
            block = definition[int(number)]
            alone = [block if not place else {"kind": "all", "rules": [block["rules"][int(place[0])]]}]
            assert line.alone == matching(alone, cast.sub_branch, on=ON).count()
    everyone = Counter(Customer.objects.everyone().order_by().values_list("asset_band", "income_band"))
    chosen = Counter(matching(definition, cast.sub_branch, on=ON).order_by().values_list("asset_band", "income_band"))
    assert counted.cells["all"] == everyone
    assert {cell: n for cell, n in counted.cells["audience"].items() if n} == dict(chosen)
    assert sum(counted.cells["eligible"].values()) == counted.eligible


@settings(EASY, max_examples=25)
@given(definitions)
def test_pieces_add_up_to_the_whole(cast, people, definition):
    pytest.MonkeyPatch().setattr(counting, "PIECE", 7)
    whole = count(definition, cast.sub_branch, on=ON)
    assert count_in_pieces(definition, cast.sub_branch, on=ON, still_wanted=lambda: True) == whole


def test_a_count_that_nobody_wants_any_more_ends(cast, people, monkeypatch):
    monkeypatch.setattr(counting, "PIECE", 7)
    asked = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    assert count_in_pieces(plans.NEW_HOME, cast.sub_branch, on=ON, still_wanted=wanted) is None
    assert len(asked) == 3


def test_an_estimate_is_near_and_always_the_same(cast, monkeypatch):
    people = [make_customer(cast.north, level=1 + number % 4, consent=False) for number in range(400)]
    monkeypatch.setattr(counting, "SMALL", 100)
    monkeypatch.setattr(counting, "SAMPLE", 200)
    definition = [{"kind": "all", "rules": [{"field": "level", "op": "is", "value": "1"}]}]
    found = estimate(definition, cast.sub_branch, on=ON)
    assert not found.exact
    assert found.population == len(people)
    assert 60 <= found.audience <= 140  # a hundred truly; four standard errors of a sample of 200
    assert found == estimate(definition, cast.sub_branch, on=ON)
    assert found.left_out.keys() == {"no_consent"}


def test_a_small_unit_is_counted_exactly_at_once(cast, people):
    found = estimate(plans.NEW_HOME, cast.sub_branch, on=ON)
    assert found.exact
    assert found == count(plans.NEW_HOME, cast.sub_branch, on=ON)


@settings(EASY, max_examples=8)
@given(definitions)
def test_a_launch_lists_whom_the_count_promised(cast, people, definition):
    """And each customer left out has one reason: the sums meet."""
    promised = count(definition, cast.sub_branch, on=ON)
    if promised.eligible < 3:
        return
    campaign = plans.approved(cast, audience=definition, holdout_size=1)
    promised = count(definition, cast.sub_branch, on=ON, plan_id=campaign.pk)
    result = services.launch(campaign, by=cast.management, at=NOW)
    assert (result.audience, result.eligible) == (promised.audience, promised.eligible)
    assert result.left_out == promised.left_out
    listed = set(ListEntry.objects.everyone().filter(campaign=campaign).values_list("customer__customer_no", flat=True))
    expected = plain.first_reasons(definition, ON, busy=plain.on_running_lists() - _of(campaign))
    assert listed == {no for no, why in expected.items() if not why}
    services.close(campaign, by=cast.management, at=NOW)


def _of(campaign: Any) -> set[int]:
    return set(ListEntry.objects.everyone().filter(campaign=campaign).values_list("customer_id", flat=True))


def test_nobody_without_rules(cast, people):
    for empty in ([], [{"kind": "all", "rules": []}], [{"kind": "none", "rules": []}]):
        counted = count(empty, cast.sub_branch, on=ON)
        assert (counted.audience, counted.eligible) == (0, 0)
        assert listing.listed(empty, cast.sub_branch, on=ON).audience == 0


def test_counting_takes_a_bounded_number_of_queries(cast, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        count(plans.NEW_HOME, cast.sub_branch, on=ON)


def test_what_is_unknown_of_many_customers_is_looked_up_once_a_snapshot(cast, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(counting, "SMALL", 3)
    for number in range(8):
        make_customer(cast.north, annual_income=None if number % 2 else Decimal(80_000))
    asked = {"annual_income": Q(annual_income=None)}
    day = date(2026, 1, 5)
    assert counting.unknown_shares(cast.north, asked, data_date=day) == {"annual_income": 0.5}
    with django_assert_num_queries(2):  # whose units, and are they many still?
        assert counting.unknown_shares(cast.north, asked, data_date=day) == {"annual_income": 0.5}
    Customer.objects.everyone().update(annual_income=None)
    assert counting.unknown_shares(cast.north, asked, data_date=date(2026, 2, 5)) == {"annual_income": 1.0}
