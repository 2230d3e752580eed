"""Why this customer, why now, and what not to say: the gravest first, never an amount."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.calls import services
from jiugong_desk.calls.why import Known, why
from jiugong_desk.calls.workbench import known_of, loan_of
from jiugong_desk.consent.models import Complaint
from jiugong_desk.customers.models import Maturity
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

TODAY = date(2026, 1, 7)
PLAIN = Known(today=TODAY, ends_on=date(2026, 1, 30), assets="交银", tested_until=date(2026, 12, 1))


def said(**values) -> tuple[str, str, str]:
    found = why(replace(PLAIN, **values))
    return str(found.who), str(found.now), str(found.avoid)


def test_with_nothing_special_it_says_what_holds_for_everybody():
    assert said() == (
        "本行资产属“交银”档，符合本活动客群。",
        "本活动还没有联系过，01-30 截止。",
        "不承诺收益，不许诺礼品。",
    )


def test_what_matures_soon_is_a_reason():
    who, now, _avoid = said(matures_on=date(2026, 2, 1), matures="定期存款", loan="一手楼按揭")
    assert who == "在本行有一手楼按揭，资产属“交银”档，有定期存款将到期。"
    assert now == "02-01 到期，还有 25 天。"
    assert "到期" not in said(matures_on=date(2026, 6, 1), matures="定期存款")[1]


def test_a_promise_comes_before_everything():
    promised = datetime(2026, 1, 7, 10, 0, tzinfo=SHANGHAI)
    assert said(promised_at=promised, matures_on=TODAY, matures="国债", attempt=3)[1] == "客户约定 01-07 10:00 回拨。"


def test_the_gravest_thing_not_to_say_comes_first():
    refused = (date(2025, 12, 1), "本次拒绝")
    grave = {"complained_on": date(2025, 12, 20), "refused": refused, "is_elderly": True, "tested_until": None}
    order = []
    for name, harmless in (
        ("complained_on", None),
        ("refused", None),
        ("is_elderly", False),
        ("tested_until", PLAIN.tested_until),
    ):
        order.append(said(**grave)[2])
        grave[name] = harmless
    assert [words.split("：")[0] for words in order] == [
        "12-20 投诉过", "12-01 说过“本次拒绝”", "年长客户", "没有风险测评",
    ]  # fmt: skip
    assert said(tested_until=date(2026, 1, 6))[2] == "风险测评已于 2026-01-06 到期：不介绍理财和基金。"
    assert said(loan="一手楼按揭")[2] == "不要把存款和贷款放在一起说。"


def test_old_quarrels_are_over():
    assert said(complained_on=TODAY - timedelta(days=181)) == said()


@given(
    st.builds(
        Known, today=st.just(TODAY), ends_on=st.dates(), assets=st.sampled_from(["", "沃德"]),
        loan=st.sampled_from(["", "一手楼按揭"]), has_potential=st.booleans(),
        matures_on=st.none() | st.dates(min_value=TODAY), matures=st.sampled_from(["", "国债"]),
        interested=st.none() | st.tuples(st.dates(), st.just("有意向：存款")),
        refused=st.none() | st.tuples(st.dates(max_value=TODAY), st.just("无意向")),
        attempt=st.integers(1, 9), complained_on=st.none() | st.dates(max_value=TODAY),
        tested_until=st.none() | st.dates(), is_elderly=st.booleans(),
    )
)  # fmt: skip
def test_there_are_always_three_whole_sentences(known):
    found = why(known)
    for sentence in map(str, (found.who, found.now, found.avoid)):
        assert sentence.endswith("。")
        assert not re.search(r"[{}]", sentence)


def test_the_page_reads_it_from_what_the_bank_has_recorded(cast, django_assert_max_num_queries):
    customer = make_customer(cast.north, cast.wang, quadrant="low_high", risk_test_expires_on=date(2026, 12, 1))
    Maturity.objects.create(customer=customer, category="time", amount="123456.00", matures_on=date(2026, 1, 20))
    Complaint.objects.create(customer=customer, at=NOW - timedelta(days=30), by=cast.wang, settled_at=NOW)
    entry = make_entry(make_campaign(cast, participants=(cast.wang,)), customer, cast.wang)
    services.claim(entry, by=cast.wang, at=NOW)
    cast.wang.looks_at = NOW
    with django_assert_max_num_queries(6):
        known = known_of(entry, cast.wang, NOW, loan=loan_of(customer))
    found = why(known)
    assert "将到期" in str(found.who)
    assert str(found.now) == "01-20 到期，还有 13 天。"
    assert str(found.avoid).startswith("12-08 投诉过")
    assert "123456" not in f"{found.who}{found.now}{found.avoid}"
