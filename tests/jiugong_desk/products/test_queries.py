"""What stands on a day, what is promised on it, and whom it suits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.products import queries, services
from jiugong_desk.products.models import Offer, Rate
from jiugong_desk.products.rules import CustomerFacts
from tests.support.cast import NOW
from tests.support.products import make_offer, make_product, make_quota, make_rate, offer_values

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_the_catalogue_of_a_day_takes_three_queries(cast, django_assert_num_queries):
    for number in range(5):
        product = make_product()
        make_rate(product, cast.steward, f"1.{number}", date(2025, 1, 1))
        make_rate(product, cast.steward, f"2.{number}", date(2025, 6, 1))
        make_quota(product, cast.steward, 100, 10 * number)
    with django_assert_num_queries(3):
        rows = queries.on_sale(TODAY)
        assert [row.rate.text for row in rows] == [f"2.{number}0%" for number in range(5)]
        assert [row.quota.share for row in rows] == [0, 0.1, 0.2, 0.3, 0.4]


def test_the_rate_in_force_is_the_newest_that_has_begun(cast):
    """Against a plain look through the rows, for any days and corrections."""
    product = make_product()

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 900), st.booleans()), max_size=8), st.integers(-1, 31))
    def check(entered, asked):
        rates = Rate.objects.filter(product=product)
        while rates.exists():
            rates.filter(corrected_by=None).delete()
        kept: dict[date, tuple[Rate, str]] = {}
        for offset, hundredths, corrects in entered:
            day, percent = date(2026, 1, 1) + timedelta(days=offset), f"{hundredths / 100:.2f}"
            before = kept.get(day)
            if before and not corrects:
                continue
            more = {"corrects": before[0], "reason": "更正"} if before else {}
            kept[day] = (make_rate(product, cast.steward, percent, day, **more), percent)
        on = date(2026, 1, 1) + timedelta(days=asked)
        begun = [day for day in kept if day <= on]
        found = queries.standing_of(product, on).rate
        assert (found and found.percent) == (Decimal(kept[max(begun)][1]) if begun else None)

    check()


def test_products_are_sold_within_their_days():
    inside = make_product(on_sale_from=TODAY, on_sale_until=TODAY)
    make_product(on_sale_from=TODAY + timedelta(days=1))
    make_product(on_sale_until=TODAY - timedelta(days=1))
    assert [row.product for row in queries.on_sale(TODAY)] == [inside]
    assert [row.on_sale for row in queries.standings(TODAY)].count(True) == 1


def test_what_suits_comes_first_with_its_reasons(cast):
    make_product(code="A", category="wealth", product_risk="R4")
    make_product(code="B", category="wealth", product_risk="R2")
    low = make_product(code="C", category="time")
    make_quota(low, cast.steward, 100, 100)
    customer = CustomerFacts("C3", date(2026, 12, 31), date(1950, 1, 1))
    rows = queries.suited(customer, TODAY)
    assert [(row.product.code, row.visit.codes) for row in rows] == [
        ("B", ()), ("C", ("quota_used",)), ("A", ("risk_too_high",)),
    ]  # fmt: skip
    assert rows[2].phone.codes == ("risk_too_high", "elderly_by_phone")


def test_published_rates_are_those_of_the_offer_s_days(cast):
    product = make_product()
    for percent, day in (
        ("3", date(2025, 1, 1)),
        ("2", date(2026, 1, 1)),
        ("1", date(2026, 2, 1)),
        ("0.5", date(2026, 4, 1)),
    ):
        make_rate(product, cast.steward, percent, day)
    assert queries.published(product, date(2026, 1, 15), date(2026, 3, 31)) == {Decimal(2), Decimal(1)}


def test_the_chart_holds_each_rate_until_the_next_one(cast):
    product = make_product(category="wealth", product_risk="R2")
    make_rate(product, cast.steward, "2.1", date(2025, 1, 1), percent_high=Decimal("2.6"))
    assert queries.rate_chart(product, TODAY) is None
    make_rate(product, cast.steward, "2.0", date(2025, 6, 1))
    chart = queries.rate_chart(product, TODAY)
    assert chart["categories"] == ["2025-01-01", "2025-06-01", "2026-01-07"]
    assert [series["values"] for series in chart["series"]] == [[2.1, 2.0, 2.0], [2.6, 2.0, 2.0]]


def test_offers_for_sale_hold_today_and_so_does_their_product(cast):
    service = make_offer(cast.planner)
    make_offer(cast.planner, valid_from=TODAY + timedelta(days=1))
    gone = make_product(on_sale_until=TODAY - timedelta(days=1))
    make_offer(cast.planner, product=gone)
    sold = make_offer(cast.planner, product=make_product())
    assert queries.offers_for_sale(TODAY) == [service, sold]
    assert len(queries.offers(TODAY)) == 4


def test_an_offer_whose_rate_no_longer_stands_is_not_for_sale(cast):
    product = make_product()
    make_rate(product, cast.steward, "1.55", date(2025, 5, 20))
    offer = make_offer(cast.planner, product=product, kind="rate", text="年利率 1.55%")
    make_rate(product, cast.steward, "1.45", date(2026, 2, 1))
    assert queries.offers_for_sale(date(2026, 1, 31)) == [offer]
    assert queries.offers_for_sale(date(2026, 2, 1)) == []
    assert queries.faults_of(offer, date(2026, 2, 1)).codes == ("unpublished_rate",)
    assert queries.offer_line(offer, date(2026, 4, 1)).against.allowed


def test_a_plan_can_bind_exactly_what_is_promised(cast):
    offer = make_offer(cast.planner, product=make_product(code="X1"), cost=Decimal("30"))
    assert offer.as_json() == {
        "ref": offer.ref, "product": "X1", "kind": "service", "title": "到店专人接待",
        "text": "提前预约，到店由理财经理接待，无需排队。", "valid_from": "2026-01-01", "valid_until": "2026-03-31",
        "cost": "30.00", "quota": None,
    }  # fmt: skip
    before = offer.as_json()
    services.edit_offer(
        offer, offer_values(product=offer.product, cost=Decimal(31)), version=1, by=cast.planner, at=NOW
    )
    assert offer.as_json() != before


def test_a_gift_for_a_deposit_is_never_kept(cast):
    with pytest.raises(Refused) as refusal:
        make_offer(cast.planner, product=make_product(category="time"), text="存满五万元赠大米")
    assert refusal.value.verdict.codes == ("deposit_gift",)
    assert not Offer.objects.exists()


def test_of_two_edits_the_second_is_told(cast):
    offer = make_offer(cast.planner)
    services.edit_offer(offer, offer_values(title="甲"), version=1, by=cast.planner, at=NOW)
    with pytest.raises(Stale):
        services.edit_offer(offer, offer_values(title="乙"), version=1, by=cast.planner, at=NOW)
    offer.refresh_from_db()
    assert (offer.title, offer.version, offer.edited_by) == ("甲", 2, cast.planner)
