"""The plans and scripts of the demo, as a branch would write them (the seed's plan, made lawful: domain.md, section 3).

Data of the fictional bank, not texts of a screen: they stay in Chinese.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..scripts.content import Content, Step, plain
from ..scripts.content import Question as Asked
from ..scripts.samples import CARD_OPENER, bare
from .bridge import QUESTIONS, Question

COMPLAINTS = "滨江支行综合业务部 吴静怡 027-0000-0001"  # no exchange has numbers of this form

MORTGAGE_PLAN = {
    "title": "一手楼按揭客户信用卡与存款服务电话营销方案",
    "summary": (
        "坚持以加快存款发展为主题，加深对客户需求的了解。以信用卡服务为话题，对本行一手楼按揭客户逐户电话回访，"
        "了解家庭、事业和资金安排，邀约有意向的客户到网点面谈，由客户经理设计合适的产品或服务。"
    ),
    "background": (
        "一季度是资金回流和存款安排的集中期。按揭客户与本行往来期限长，但多数只用一个还款账户："
        "持有的产品越少，提前还款和流失的可能越大。支行的一手楼按揭客户八成左右在本行日均资产不足五万元，"
        "而年收入中位数在十二万元左右，主要结算和储蓄在他行。"
    ),
    "goal": (
        "一、活动期内对名单客户应联尽联，有效沟通不低于接通客户的六成；"
        "二、完成客户需求登记，邀约有意向客户到店面谈；"
        "三、以营销组相对保留组的户均日均存款增量衡量成效，不设时点指标，不向个人分解存款任务。"
    ),
    "strategy": (
        "（一）以信用卡服务为话题。介绍权益与分期，了解客户是否需要，不以发卡数量为目标。\n"
        "（二）以了解需求为目的。在客户愿意的前提下询问家庭、职业和资金安排，可以不回答；回答记入客户档案，注明来源和日期。\n"
        "（三）以稳定存款为核心。邀请有意向的客户到店，由客户经理按期限、金额和流动性需要设计存款或稳健的配置，"
        "提高业务粘性。"
    ),
    "means": (
        "（一）营销环境：方案印发各二级支行和相关部门，负责人组织客户经理学习方案和话术，统一思想。\n"
        "（二）营销人员：十六名客户经理活动期内在岗，各自联系本人管户客户；无管户客户由所在网点承接。\n"
        "（三）评价办法：综合业务部每旬评价方案是否落实、目的是否达到、客户反应如何，并通报网点进度；"
        "个人只看过程与质量，不与存款金额挂钩。\n"
        "（四）保留组：随机抽取一部分客户活动期内不作营销联系，用于如实衡量成效。\n"
        "（五）停止条件：投诉超过接通客户的千分之五即暂停，由合规消保复核后再定。"
    ),
    "incentive": (
        "活动结束并完成终期评估后，按网点过程与质量得分（有效沟通、需求记录、到店履约、投诉）发放团队奖励，总额两万元；"
        "不与个人存款金额挂钩，不按日、按月兑现，出现有效投诉的网点扣减。"
    ),
    "purpose": "介绍本行信用卡服务，并了解您对存款等银行服务的需要；您可以不回答，也可以要求不再来电，按揭贷款不受任何影响。",
    "complaint_contact": COMPLAINTS,
}

PAYROLL_PLAN = {
    "title": "代发工资客户春季存款安排回访",
    "summary": "对本行代发工资、收入中等以上的客户作一次电话回访，了解发薪后的资金安排，邀约有需要的客户到店。",
    "background": "春节后资金陆续到账，代发客户的工资大多在发薪后十日内转出，本行账户只作过渡。",
    "goal": "以营销组相对保留组的户均日均存款增量衡量；不设时点指标，不向个人分解存款任务。",
    "strategy": "先问用账是否方便，再了解结余安排；愿意面谈的邀约到店，不愿意的不再追问。",
    "means": "客户经理联系本人管户客户，其余由所在网点承接；每旬评价和通报。",
    "purpose": "了解您使用工资账户的情况和对存款服务的需要；您可以不回答，也可以要求不再来电。",
    "complaint_contact": COMPLAINTS,
}


MATURING_PLAN = {
    "title": "交银级客户到期资金安排回访方案",
    "summary": "对本行资产五万元以上、五十万元以下的客户，在存款和理财到期前作一次电话回访，了解到期后的安排，邀约有需要的客户到店。",
    "background": "四月历来是存款回落的月份。交银级客户二季度到期资金集中，到期后一个月内没有联系的，转出的比例明显偏高。",
    "goal": "以营销组相对保留组的户均日均存款增量衡量；同时观察到期资金三十日内的承接情况。不设时点指标，不向个人分解存款任务。",
    "strategy": "先问到期资金何时要用：近期要用的不劝留；能放一段时间的，按期限和流动性介绍存款、国债或与其风险承受能力相当的产品。",
    "means": "客户经理联系本人管户客户，其余由所在网点承接；每旬评价和通报；六十五岁以上客户不通过电话介绍理财。",
    "purpose": "了解您到期资金的安排和对存款等服务的需要；您可以不回答，也可以要求不再来电。",
    "complaint_contact": COMPLAINTS,
}

PROSPECTS_PLAN = {
    "title": "高收入低资产客户往来需求走访",
    "summary": "对年收入三十万元以上、在本行资产不足五万元的七级客户逐户了解主要往来银行和服务需要。",
    "background": "七级客户资金主要在他行，本行多为还款或代发通道，客户经理与其很少联系。",
    "goal": "完成需求登记，弄清客户为什么不把本行作主要往来行；以保留组衡量日均存款增量。",
    "strategy": "少讲产品，多问需要；愿意面谈的由客户经理与理财经理一同接待。",
    "means": "由管户客户经理联系；先由合规消保审定话术，再报行领导审批。",
    "purpose": "了解您对银行服务的需要；您可以不回答，也可以要求不再来电。",
    "complaint_contact": COMPLAINTS,
}


def mortgage_script() -> dict[str, Any]:
    """The seed's own: card, needs if willing, invitation; as it comes with the desk."""
    return plain(CARD_OPENER.content)


def payroll_script() -> dict[str, Any]:
    return _script(
        "今天来电想了解两件事：您使用工资账户是否方便，以及您对存款服务的需要。是否回答完全自愿，答与不答都不影响您在我行的业务。",
        _step("money", "资金安排", "每月收入到账以后，结余一般怎样安排？", ("main_bank", "idle_money", "money_wish")),
        _step("needs", "服务需求", "您最希望我们做好哪项服务？", ("service_wish",)),
        _step("invitation", "邀约面谈", "欢迎到网点坐坐，大约半小时，我按您的情况准备建议。哪个时间合适？"),
    )


def maturing_script() -> dict[str, Any]:
    return _script(
        "今天来电想了解两件事：您近期到期资金的安排，以及您对存款等服务的需要。是否回答完全自愿，答与不答都不影响您在我行的业务。",
        _step(
            "money", "到期资金", "到期以后，这笔钱近期要用吗？您更看重随时能用，还是期限和稳定？",
            ("idle_money", "money_wish"),
        ),
        _step("needs", "服务需求", "您最希望我们做好哪项服务？", ("service_wish",)),
        _step("invitation", "邀约面谈", "欢迎到网点坐坐，大约半小时，我按您的用钱时间准备建议。哪个时间合适？"),
    )  # fmt: skip


def prospects_script() -> dict[str, Any]:
    return _script(
        "今天来电想了解两件事：您对我行服务的看法，以及您对银行服务的需要。是否回答完全自愿，答与不答都不影响您在我行的业务。",
        _step("bank", "往来情况", "您平时主要用哪家银行办业务？是什么让您用得顺手？", ("main_bank", "trade")),
        _step("needs", "服务需求", "您最希望我们做好哪项服务？", ("service_wish",)),
        _step("invitation", "邀约面谈", "方便的话，我和同事到约定的时间在网点接待您，听您细说。"),
    )


def _script(purposes: str, *steps: Step) -> dict[str, Any]:
    """The fixed steps as they come with the desk, this campaign's purposes, and what is its own before the end."""
    identity, _purposes, refusal_free, opt_out = bare().steps
    said = replace(_purposes, say=purposes)
    own = (identity, said, refusal_free, *steps, opt_out)
    return plain(Content(own, CARD_OPENER.content.objections, bare().ending))


def _step(key: str, title: str, say: str, questions: tuple[str, ...] = ()) -> Step:
    known = {question.key: question for question in QUESTIONS}
    return Step(key, title, say, questions=tuple(_question(known[name]) for name in questions))


def _question(one: Question) -> Asked:
    return Asked(one.key, one.label, one.kind, one.choices, unit=one.unit)
