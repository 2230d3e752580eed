"""Suitability against a plain, slow version over every combination; and what each reason says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.products import rules
from jiugong_desk.products.rules import CustomerFacts, Limits, ProductFacts

DAY = date(2026, 3, 4)
LIMITS = Limits(elderly_age=65, elderly_phone_most_risk=2)
CATEGORIES = ("demand", "time", "large_cd", "bond", "wealth", "fund", "insurance", "card", "other")


def a_product(**values) -> ProductFacts:
    plain = {
        "category": "wealth", "product_risk": "R2", "minimum": Decimal(10_000), "step": Decimal(1_000),
        "on_sale_from": date(2020, 1, 1), "on_sale_until": None,
    }  # fmt: skip
    return ProductFacts(**{**plain, **values})


def a_customer(**values) -> CustomerFacts:
    plain = {"risk_capacity": "C3", "risk_test_expires_on": date(2026, 12, 31), "birth_date": date(1980, 5, 1)}
    return CustomerFacts(**{**plain, **values})


def codes(product=None, customer=None, *, on=DAY, channel="visit"):
    verdict = rules.suitable(product or a_product(), customer or a_customer(), on=on, channel=channel, limits=LIMITS)
    return verdict.codes


def slowly(product: ProductFacts, customer: CustomerFacts, on: date, channel: str) -> bool:
    """The rule as the law table says it, one sentence after the other, with nothing shared."""
    if on < product.on_sale_from:
        return False
    if product.on_sale_until is not None and product.on_sale_until < on:
        return False
    amount = customer.amount
    if product.quota_left is not None:
        if product.quota_counts and product.quota_left < 1:
            return False
        if not product.quota_counts and product.quota_left <= 0:
            return False
        if not product.quota_counts and amount is not None and product.quota_left < amount:
            return False
        if not product.quota_counts and product.minimum is not None and product.quota_left < product.minimum:
            return False
    if amount is not None and product.minimum is not None and amount < product.minimum:
        return False
    if amount is not None and product.step is not None:
        above = amount - (Decimal(0) if product.minimum is None else product.minimum)
        if above / product.step != int(above / product.step):
            return False
    if product.product_risk == "":
        return product.category not in ("wealth", "fund")
    if product.product_risk not in ("R1", "R2", "R3", "R4", "R5"):
        return False
    if customer.risk_capacity not in ("C1", "C2", "C3", "C4", "C5"):
        return False
    if int(product.product_risk[1]) > int(customer.risk_capacity[1]):
        return False
    if customer.risk_test_expires_on is None or on > customer.risk_test_expires_on:
        return False
    if channel == "phone" and int(product.product_risk[1]) >= 3:
        if customer.birth_date is None:
            return False
        birthdays = sum(
            (year, customer.birth_date.month, customer.birth_date.day) <= (on.year, on.month, on.day)
            for year in range(customer.birth_date.year + 1, on.year + 1)
        )
        if birthdays >= 65:
            return False
    return True


def test_every_combination_agrees_with_the_plain_version():
    products = [
        a_product(
            category=category, product_risk=risk, on_sale_until=until, quota_left=left, quota_counts=category == "card"
        )
        for category, risk, until, left in every(
            CATEGORIES,
            ("", "R1", "R2", "R3", "R4", "R5", "R9"),
            (None, DAY, DAY - timedelta(days=1)),
            (None, Decimal(0), Decimal(50_000)),
        )
    ]
    customers = [
        a_customer(risk_capacity=capacity, risk_test_expires_on=expires, birth_date=born)
        for capacity, expires, born in every(
            ("", "C1", "C2", "C3", "C4", "C5"),
            (None, DAY - timedelta(days=1), DAY),
            (None, date(1961, 3, 4), date(1961, 3, 5)),
        )
    ]
    for product, customer, channel in every(products, customers, ("phone", "visit")):
        found = not codes(product, customer, channel=channel)
        assert found == slowly(product, customer, DAY, channel), (product, customer, channel)


amounts = st.one_of(st.none(), st.integers(0, 300_000).map(Decimal))


@given(
    risk=st.sampled_from(["", "R1", "R2", "R3", "R4", "R5"]),
    capacity=st.sampled_from(["", "C1", "C3", "C5", "C6"]),
    minimum=amounts, step=st.one_of(st.none(), st.integers(1, 50_000).map(Decimal)), left=amounts, amount=amounts,
    counts=st.booleans(), channel=st.sampled_from(["phone", "visit"]),
    born=st.one_of(st.none(), st.dates(date(1920, 1, 1), date(2008, 1, 1))),
    on=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    category=st.sampled_from(CATEGORIES),
)  # fmt: skip
def test_any_amounts_and_days_agree_with_the_plain_version(
    risk, capacity, minimum, step, left, amount, counts, channel, born, on, category
):
    product = a_product(
        category=category, product_risk=risk, minimum=minimum, step=step, quota_left=left, quota_counts=counts
    )
    customer = a_customer(risk_capacity=capacity, birth_date=born, amount=amount)
    assert (not codes(product, customer, on=on, channel=channel)) == slowly(product, customer, on, channel)


@pytest.mark.parametrize(
    ("product", "customer", "channel", "expected"),
    [
        ({}, {}, "phone", ()),
        ({"product_risk": "R4"}, {}, "visit", ("risk_too_high",)),
        ({"product_risk": ""}, {}, "visit", ("risk_unrated",)),
        ({"category": "time", "product_risk": ""}, {"risk_capacity": ""}, "phone", ()),
        ({}, {"risk_capacity": ""}, "visit", ("capacity_unknown",)),
        ({}, {"risk_test_expires_on": None}, "visit", ("test_undated",)),
        ({}, {"risk_test_expires_on": date(2026, 3, 3)}, "visit", ("test_expired",)),
        ({"product_risk": "R3"}, {"birth_date": date(1961, 3, 4)}, "phone", ("elderly_by_phone",)),
        ({"product_risk": "R3"}, {"birth_date": date(1961, 3, 4)}, "visit", ()),
        ({"product_risk": "R3"}, {"birth_date": date(1961, 3, 5)}, "phone", ()),
        ({"product_risk": "R3"}, {"birth_date": None}, "phone", ("age_unknown",)),
        ({"product_risk": "R2"}, {"birth_date": None}, "phone", ()),
        ({"on_sale_from": date(2026, 3, 5)}, {}, "visit", ("not_yet_on_sale",)),
        ({"on_sale_until": date(2026, 3, 3)}, {}, "visit", ("no_longer_on_sale",)),
        ({"quota_left": Decimal(5_000)}, {}, "visit", ("quota_used",)),
        ({}, {"amount": Decimal(9_999)}, "visit", ("below_minimum",)),
        ({}, {"amount": Decimal(10_500)}, "visit", ("off_step",)),
        ({}, {"amount": Decimal(11_000)}, "visit", ()),
    ],
)
def test_each_reason_has_its_case(product, customer, channel, expected):
    assert codes(a_product(**product), a_customer(**customer), channel=channel) == expected


def test_every_reason_names_who_can_change_it_and_reads_as_a_sentence():
    worst = a_product(
        product_risk="R5", on_sale_from=date(2027, 1, 1), on_sale_until=date(2020, 1, 2), quota_left=Decimal(0)
    )
    customer = a_customer(
        risk_capacity="C1", risk_test_expires_on=date(2020, 1, 1), birth_date=date(1930, 1, 1), amount=Decimal(1)
    )
    verdict = rules.suitable(worst, customer, on=DAY, channel="phone", limits=LIMITS)
    assert len(verdict.reasons) == 7
    for reason in verdict.reasons:
        assert str(reason).endswith("。")
        assert "{" not in str(reason)
        assert str(reason.remedy)
    assert "产品风险 R5 高于客户承受能力 C1。" in str(verdict)


@given(
    capacity=st.sampled_from(["", "C1", "C2", "C3", "C4", "C5"]),
    expires=st.sampled_from([None, DAY - timedelta(days=1), DAY]),
    born=st.sampled_from([None, date(1950, 1, 1), date(1990, 1, 1)]),
    channel=st.sampled_from(["phone", "visit"]),
)
def test_the_highest_risk_is_the_highest_that_suits(capacity, expires, born, channel):
    customer = a_customer(risk_capacity=capacity, risk_test_expires_on=expires, birth_date=born)
    most = rules.most_risk(customer, on=DAY, channel=channel, limits=LIMITS)
    fits = [risk for risk in rules.RISKS if not codes(a_product(product_risk=risk), customer, channel=channel)]
    assert most == (fits[-1] if fits else "")


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
        (date(1961, 3, 4), date(2026, 3, 4), 65),
        (date(1961, 3, 5), date(2026, 3, 4), 64),
    ],
)
def test_age_is_in_full_years(born, on, age):
    assert rules.age_on(born, on) == age
