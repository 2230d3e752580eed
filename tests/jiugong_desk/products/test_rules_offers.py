"""What an offer may not promise: D2 above all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.products import bridge, rules
from jiugong_desk.products.rules import OfferFacts, OfferWords


def words() -> OfferWords:
    said = bridge.wording()
    return OfferWords(said, said.deposits, said.gifts, bridge.deposit_categories())


def codes(**values) -> tuple[str, ...]:
    plain = {
        "kind": "service", "title": "专人接待", "text": "提前预约，到店无需排队。", "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 3, 31), "cost": Decimal(0),
    }  # fmt: skip
    return rules.offer_faults(OfferFacts(**{**plain, **values}), words()).codes


PUBLISHED = frozenset({Decimal("1.55")})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ()),
        ({"text": ""}, ("empty",)),
        ({"title": "长" * 61}, ("too_long",)),
        ({"text": "保 本理财讲座"}, ("forbidden_words",)),
        ({"text": "存十万可以帮您把按揭利率降下来。"}, ("loan_and_deposit",)),
        ({"title": "存满二十万专享", "text": "按揭利率下调十个基点"}, ("loan_and_deposit",)),
        ({"title": "存满二十万专享。 ", "text": "按揭利率下调十个基点"}, ("loan_and_deposit",)),
        ({"title": "存款到期提醒", "text": "与贷款审批无关。"}, ()),
        ({"category": "time"}, ()),
        ({"category": "time", "text": "存满一年赠米面油"}, ("deposit_gift",)),
        ({"category": "large_cd", "title": "有礼", "text": "到店办理"}, ("deposit_gift",)),
        ({"text": "存款客户到店领 红 包"}, ("deposit_gift",)),
        ({"category": "wealth", "text": "存款满五万即赠"}, ("deposit_gift",)),
        ({"text": "理财讲座，赠茶歇"}, ()),  # no deposit: no money, and nothing of deposits
        ({"category": "time", "kind": "points", "text": "达标可用"}, ("points_without_card",)),
        ({"category": "time", "kind": "rate", "cost": Decimal(5), "published": PUBLISHED}, ("deposit_cost",)),
        ({"category": "time", "cost": Decimal(5)}, ()),  # a seat at a lecture costs the bank something
        ({"category": "card", "kind": "points", "text": "首次激活可得 2000 积分"}, ()),
        ({"kind": "points", "text": "到店可得积分"}, ("points_without_card",)),
        ({"category": "large_cd", "kind": "rate", "text": "三年期年利率 1.55%，20 万元起", "published": PUBLISHED}, ()),
        ({"category": "large_cd", "kind": "rate", "text": "年利率 1.60%", "published": PUBLISHED}, ("unpublished_rate",)),
        ({"category": "large_cd", "kind": "rate", "text": "年利率１．６０％", "published": PUBLISHED}, ("unpublished_rate",)),
        ({"category": "large_cd", "kind": "rate"}, ("no_published_rate",)),
        ({"category": "wealth", "kind": "rate", "text": "可享 1.55%", "published": PUBLISHED}, ("benchmark_unnamed",)),
        ({"category": "wealth", "kind": "rate", "text": "业绩比较基准 1.55%", "published": PUBLISHED}, ()),
        ({"text": "年利率 3%"}, ("unpublished_rate",)),
        ({"valid_until": date(2025, 12, 31)}, ("wrong_period",)),
        ({"valid_until": date(2027, 1, 2)}, ("long_period",)),
        ({"cost": Decimal(-1)}, ("negative_cost",)),
    ],
)  # fmt: skip
def test_each_reason_has_its_case(values, expected):
    assert codes(**values) == expected


@given(
    category=st.sampled_from(["demand", "time", "large_cd"]),
    gift=st.sampled_from(bridge.wording().gifts),
    before=st.text("到店办理可享 \n", max_size=6),
    blank=st.sampled_from(["", " ", "\u3000", "\n"]),
    kind=st.sampled_from(["rate", "service", "points"]),
    place=st.sampled_from(["title", "text"]),
)
def test_no_gift_passes_on_a_deposit_however_it_is_spaced(category, gift, before, blank, kind, place):
    spaced = before + blank.join(gift)
    assert "deposit_gift" in codes(category=category, kind=kind, **{place: spaced})


def test_a_year_is_the_longest():
    first = date(2026, 1, 1)
    assert codes(valid_from=first, valid_until=first + timedelta(days=365)) == ()


def test_every_reason_says_who_mends_it():
    verdict = rules.offer_faults(
        OfferFacts("points", "保本有礼", "赠 9%", date(2026, 2, 1), date(2026, 1, 1), Decimal(3), "time"), words()
    )
    assert len(verdict.reasons) == 6
    assert all(str(reason.remedy) and "{" not in str(reason) for reason in verdict.reasons)
