"""Words and sentences that may not be said, true and false examples, and where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.core.wording import found_words, tied, unsayable
from jiugong_desk.demo import products, texts
from jiugong_desk.scripts import samples
from jiugong_desk.scripts.bridge import wording
from jiugong_desk.scripts.content import read
from jiugong_desk.scripts.lint import lint
from tests.support.scripts import choice, conforming, step

HIDING = st.text(alphabet=" 　·.-_*“”()（）\n\t", max_size=4)


def codes(text: str) -> set[str]:
    return {code for code, _found in unsayable(text, wording())}


@given(
    st.sampled_from(wording().forbidden),
    st.lists(HIDING, min_size=6, max_size=6),
    st.text(alphabet="您好吗。，", max_size=5),
)
def test_marks_between_the_characters_hide_no_word(word, between, around):
    said = around + "".join(one + mark for one, mark in zip(word, between, strict=False)) + around
    assert word in found_words([said], wording().forbidden)


@pytest.mark.parametrize(
    "said", ["由我们代保。本行另有说明。", "欢送，礼宾车在门口", "这件事很中，介绍一下", "保障本金以外的事", "本行保管"]
)
def test_a_word_is_not_put_together_from_two_thoughts(said):
    assert not found_words([said], ("保本", "送礼", "中介"))


@pytest.mark.parametrize("said", ["ｶﾌﾞ保　本", "返​现", "零 风 险"])
def test_wide_and_invisible_characters_hide_nothing(said):
    assert found_words([said], ("保本", "返现", "零风险"))


@pytest.mark.parametrize(
    "said",
    [
        "您存够十万，贷款审批就快。",
        "存款达到五万可以享受按揭利率优惠",
        "日均满五万，房贷利息可以打折",
        "要办贷款得先存十万",
        "贷款批下来之前，先存一笔定期",
        "想提额的话要存够五万",
        "多存一点，我帮您把月供降下来",
        "存满一年，放款更快",
        "没有存款就不批贷款",
        "房贷利率优惠主要看您的存款",
        "存 款 达 标，贷 款 利 率 下 浮",
        "存款可以享受房贷利率优惠，不影响您提前还款",
        "存款不影响贷款审批，但存够十万审批更快",
        "存十万可以帮您把按揭利率降下来。",
    ],
)
def test_a_loan_that_hangs_on_deposits_is_found(said):
    assert "loan_and_deposit" in codes(said)


@pytest.mark.parametrize(
    "said",
    [
        "了解您对存款等服务的需要，您的按揭贷款不受任何影响。",
        "存款多少与贷款审批无关。",
        "是否存款都不会影响贷款利率优惠",
        "房贷利率按合同执行，和存款多少无关",
        "办理贷款不需要先存款",
        "我想了解您的存款安排。按揭还款有疑问也可以说。",
        "三年期存款利率比活期高",
        "您的按揭每月几号还款？我们另外看看存款的期限。",
        "提前还贷还是存起来，各有好处",
        "信用卡、存款和您的贷款是分开的",
    ],
)
def test_what_keeps_them_apart_is_fine(said):
    assert "loan_and_deposit" not in codes(said)


@pytest.mark.parametrize(
    "said", ["我保证这款产品的收益", "收益不低于百分之四", "您的申请肯定能通过审批", "这个稳赚", "一定不会亏"]
)
def test_promises_are_found(said):
    assert codes(said) & {"promise", "forbidden_words"}


@pytest.mark.parametrize(
    "said", ["理财不保证收益", "我不能保证收益", "收益会变动，也可能亏损", "一定期限内可以支取", "确保您听清楚"]
)
def test_what_promises_nothing_is_fine(said):
    assert not codes(said)


def test_every_finding_says_where_and_the_customers_own_words_are_his():
    objections = [{"key": "a", "says": "是中介吗？", "answer": "这款稳赚。"}]
    content = read(
        conforming(
            step(say="有返现。", questions=[choice("q", "零风险", "无")], objections=objections), ending="贴息。"
        )
    )
    found = [str(finding.reason) for finding in lint(content, wording())]
    assert found == [
        "第 4 步“了解需求”的话术正文：不得使用“返现”。",
        "第 4 步“了解需求”的问题“近期资金”：不得使用“零风险”。",
        "第 4 步“了解需求”的异议“是中介吗？”的应答：不得使用“稳赚”。",
        "第 4 步“了解需求”的异议“是中介吗？”的应答：不得承诺收益或结果——“稳赚”。",
        "结束语：不得使用“贴息”。",
    ]


@pytest.mark.parametrize(
    "content",
    [
        *(sample.content for sample in samples.SAMPLES.values()), samples.bare(),
        *(read(make()) for make in (
            texts.mortgage_script, texts.payroll_script, texts.maturing_script, texts.prospects_script,
        )),
    ],
)  # fmt: skip
def test_the_scripts_that_come_with_the_desk_are_clean(content):
    assert not lint(content, wording())


def test_the_plans_and_products_of_the_demo_tie_nothing():
    plans = [one for name, one in vars(texts).items() if name.endswith("_PLAN")]
    assert len(plans) > 3
    assert not tied([text for plan in plans for text in plan.values()], wording().ties)
    assert not tied([str(cell) for row in products._everything() for cell in row.values()], wording().ties)
