from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy import load_policy
from jiugong_desk.core.wording import TURNING, TURNS, found_words, tied, unsayable


def test_words_are_found_in_their_own_order_and_once():
    assert found_words(["零风险，保本", "保本"], ["保本", "稳赚", "零风险"]) == ("保本", "零风险")


@given(st.text(max_size=5), st.sampled_from(["", " ", "\u3000", "\n", "\t "]), st.text(max_size=5))
def test_spaces_hide_no_word(before, blank, after):
    assert found_words([f"{before}{blank.join('保本')}{after}"], ["保本"]) == ("保本",)


def test_a_word_does_not_run_from_one_text_into_the_next():
    assert found_words(["保", "本"], ["保本"]) == ()


WORDING = load_policy().wording
TIES = WORDING.ties
TIED = [
    "存十万可以帮您把按揭利率降下来。",
    "您存十万，按揭利率就能降。",
    "存款达到十万，房贷审批优先。",
    "转入五万，贷款额度可以提高。",
    "买一张大额存单，月供帮您减一点。",
    "想让贷款快点放款，就存一笔进来。",
    "按揭利率优惠的前提是存款。",
    "先存后贷，审批容易通过。",
    "把工资转到我行，房贷利率可以打折。",
    "钱放在我行，放款会快一些。",
    "存款多的客户，我们优先放款。",
    "您只要存够二十万，我就帮您申请下调按揭利率。",
    "贷款能不能批，要看存了多少，存得多就容易通过。",
    "不存的话，以后续贷可能不太方便。",
    "不存会影响按揭。",
    "您在我们这里多存，按揭利率可以帮您申请低一些。",
    "先贷一笔出来存着，月供减半。",
    "存十万才放款。",
    "存十万，按揭我来帮您争取。",
    "我们的存款客户，贷款走绿色通道。",
    "日均五万以上，提额更容易。",
    "存款是按揭审批的条件。",
    "审批结果取决于您的存款。",
    "存款与贷款利率挂钩。",
    "您不存，按揭利率就上浮。",
    "存 十 万 ， 按 揭 利 率 降 ！",
    "存·十·万可以帮您把按·揭利率降下来",
    "利率降下来不难，您的按揭加上十万存款就行。",
    "存款不影响您用钱，存十万按揭就下调。",
    "办一笔定期，授信就给您加分。",
    "存十万贷款可以多批一点。",
    "大额存单二十万起，同时您的房贷利率下浮。",
    "您的存款越多，贷款越好办。",
    "把钱归集过来，月供能少一点。",
    "没有存款，贷款不批。",
    "存入三万，消费贷免息一期。",
    "您存十万，\n按揭就能批。",
    "先在我行存一年定期，贷款再批",
    "存款越多额度越大",
    "存10%即可放款",
    "存二十万可独立享受按揭利率优惠",
    "存满二十万不影响您用钱还能让按揭利率下调",
    "存满二十万不影响您用钱，还能让按揭利率下调",
    "存款与您的消费无关同时按揭利率优惠",
]
APART = [
    "了解您对存款等服务的需要，您的按揭贷款不受任何影响。",
    "存款多少与贷款审批无关。",
    "是否存款都不会影响贷款利率优惠。",
    "房贷利率按合同执行，和存款多少无关，我不能拿这个作条件。",
    "办理贷款不需要先存款。",
    "存不存都不影响您的按揭利率优惠。",
    "存款和您的按揭没有关系，存不存都不影响。",
    "信用卡、存款和您的贷款是分开的，办不办、存不存，都不影响您已经办好的贷款。",
    "按揭利率不会因为您存款而下调。",
    "我不能因为您存了钱就给您降按揭利率。",
    "贷款是贷款，存款是存款，两回事。",
    "按揭还款账户里的钱也可以存定期。",
    "按揭有问题可以找我，存款也欢迎咨询。",
    "您的按揭每月几号还款？我们另外看看存款的期限。",
    "您的按揭利率按合同执行。存款利率以挂牌为准。",
    "三年期大额存单利率比活期高，额度有限，优惠以公告为准。",
    "提前还贷还是存起来，各有好处。",
    "您的存款下个月到期，可以续存，也可以转出。",
    "贷款审批通过后会短信通知您。",
    "提前还款可以减少利息。",
    "您的按揭资料已妥善保存，审批很快。",
    "我们会尽快联系您，按揭贷款如需变更请到网点。",
    "您的月供是三千元，账户里还存着两千。",
    "严禁以存款换取按揭利率优惠。",
    "不得把存款与贷款审批挂钩。",
    "存款到期后可以转成理财，风险不同。",
    "信用卡额度可以在手机银行调整。",
    "存一笔三年期，利率比活期高。",
    "房贷利率下调是全国统一政策，与您在我行有没有存款无关。",
    "向本行一手楼按揭客户介绍存款服务。",
    "了解按揭客户是否需要存款服务。",
    "不存也可以办按揭，利率优惠一样。",
    "授信和存款互不影响。",
    "本行卡可通过手机银行存款，也可申请贷款。",
    "个人存单质押贷款，额度最高为存单金额的 90%。",
    "存单可以质押贷款，额度为存单金额的90%",
    "优先联系有贷款且存款到期的客户",
    "贷款客户有存款到期的，提前提醒",
    "有逾期贷款的客户免打扰，不做存款营销",
    "方案报预算审批通过后实施，存款目标另行下达",
    "请您提前存入月供，以免影响征信",
    "无论存款与否，贷款条件都一样",
    "存款和贷款各自独立，优惠互不影响",
    "存款不影响贷款审批，同时请尽快还款",
]


@pytest.mark.parametrize("said", TIED)
def test_a_sentence_that_ties_a_loan_to_deposits_is_found(said):
    assert tied([said], TIES)


@pytest.mark.parametrize("said", APART)
def test_a_sentence_that_keeps_them_apart_or_ties_nothing_is_fine(said):
    assert not tied([said], TIES)


def test_only_the_sentence_that_ties_is_shown_and_once():
    said = "您好！存 十 万 可以帮您把按揭利率降下来。谢谢；您的存款到期了。"
    assert tied([said, said], TIES) == ("存十万可以帮您把按揭利率降下来",)


def test_the_plan_of_the_example_bank_ties_nothing():
    plan = json.loads(Path("examples/berka/campaign.json").read_text(encoding="utf-8"))
    assert not tied(_texts(plan), TIES)


def _texts(found):
    if isinstance(found, str):
        return [found]
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
    return [text for one in inner for text in _texts(one)]


REFUSED = [
    ("promise", "保证您的收益不受市场波动影响"),
    ("promise", "收益不低于4%且不受市场影响"),
    ("promise", "无需抵押一定获批"),
    ("promise", "肯定下卡不影响征信"),
    ("promise", "贷款肯定能批，一定放款"),
    ("promise", "您放心，一定放款"),
    ("promise", "保证放款"),
    ("promise", "100%放款"),
    ("promise", "百分百下卡"),
    ("promise", "保证本金不受损失"),
    ("promise", "不保证收益，但保证本金"),
    ("promise", "不担心，保证收益"),
    ("promise", "没有贷款保证获批"),
    ("promise", "没有担保一定获批"),
    ("promise", "没有保证一定获批"),
    ("promise", "不提供保证一定获批"),
    ("promise", "不得中途支取保证收益4%"),
    ("promise", "不仅保证收益"),
    ("promise", "不得不承诺收益"),
    ("promise", "一不一定获批？一定获批"),
    ("promise", "保·证·收·益"),
    ("promise", "确保您的收益"),
    ("promise", "稳拿四个点"),
    ("forbidden_words", "这款只赚不赔"),
    ("forbidden_words", "我们刚兑"),
    ("forbidden_words", "刚性兑付产品"),
    ("forbidden_words", "没有任何风险"),
    ("forbidden_words", "可以以存定贷"),
    ("forbidden_words", "回存10%即可放款"),
    ("forbidden_words", "不用担心保本收益"),
    ("forbidden_words", "非保本稳赚"),
    ("forbidden_words", "并非不保本"),
    ("forbidden_words", "不会让您不保本"),
    ("forbidden_words", "除非保本"),
    ("forbidden_words", "不得不返现"),
    ("forbidden_words", "不得错过的返现"),
    ("forbidden_words", "严禁转让，保本"),
    ("forbidden_words", "保不保本？"),
    ("forbidden_words", "有没有返现？"),
    ("forbidden_words", "不保本的产品有，保本的也有"),
]
FINE = [
    "非保本浮动收益，业绩比较基准不代表收益",
    "产品不保本，投资须谨慎",
    "严禁承诺收益，不得使用“保本”字样",
    "不得使用“保本”“无风险”“稳赚”等字样",
    "警惕贷款中介",
    "谨防非法贷款中介",
    "无风险利率",
    "没有零风险的投资",
    "打破刚性兑付",
    "赎回存款须到网点",
    "不以任何形式返现",
    "不得向客户承诺保本收益",
    "不承诺收益，不保证本金",
    "无法保证收益不低于业绩比较基准",
    "不一定获批，以审批为准",
    "不能保证放款时间",
    "不可能保证本金不受损失",
    "满足一定条件后放款",
    "稳健型客户的收益需求",
    "确保客户了解收益波动的风险",
    "收益没有保证",
    "我行严禁员工向客户承诺保本收益",
    "请勿轻信贷款中介",
    "风险不等于零风险",
    "我不敢保证收益",
    "存款本金有保障",
]


def codes(said):
    return {code for code, _words in unsayable(said, WORDING)}


@pytest.mark.parametrize(("code", "said"), REFUSED)
def test_what_promises_or_holds_a_forbidden_word_is_refused_however_it_is_dressed(code, said):
    assert code in codes(said)


@pytest.mark.parametrize("said", [*FINE, *APART])
def test_what_denies_or_warns_is_fine(said):
    assert not list(unsayable(said, WORDING))


@pytest.mark.parametrize("said", TIED)
def test_what_ties_may_not_be_said(said):
    assert "loan_and_deposit" in codes(said)


@given(
    st.sampled_from(WORDING.denials),
    st.sampled_from(["，", "。", "：", "客户您好"]),
    st.sampled_from(WORDING.forbidden),
)
def test_a_denial_behind_a_comma_or_farther_off_frees_no_word(denial, apart, word):
    assert ("forbidden_words", word) in unsayable(f"{denial}{apart}{word}", WORDING)


@given(st.sampled_from(["保证收益", "一定获批", "保证本金"]), st.sampled_from(WORDING.denials + WORDING.negations))
def test_a_denial_behind_a_promise_makes_it_no_smaller(promise, denial):
    assert "promise" in codes(promise + denial)


@given(st.sampled_from(sorted(TURNING)), st.text(alphabet="您好本保", max_size=5))
def test_characters_that_turn_the_direction_may_not_be_said(turning, around):
    assert ("forbidden_words", TURNS) in unsayable(f"{around}{turning}本保", WORDING)
