"""The questions of the campaign's script (the seed's plan, part five), as the simulated customers understand them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`kind` is choice or number; `unit` goes with a number."""

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    unit: str = ""


CARD_NEED = Question(
    "card_need", "对信用卡的需求", "choice", ("想了解权益", "有分期需求", "已有他行信用卡", "暂不需要")
)
FAMILY_SIZE = Question("family_size", "家庭常住人数", "number", unit="人")
CHILDREN = Question("children", "子女情况", "choice", ("暂无", "学龄前", "中小学", "大学及以上"))
TRADE = Question(
    "trade", "职业与行业", "choice", ("机关事业单位", "国有企业", "民营企业", "个体经营", "自由职业", "退休")
)
MAIN_BANK = Question("main_bank", "主要往来银行", "choice", ("本行", "国有大行", "股份制银行", "互联网平台"))
IDLE_MONEY = Question("idle_money", "近期可安排的资金", "choice", ("暂无", "5万元以内", "5万–20万元", "20万元以上"))
MONEY_WISH = Question("money_wish", "希望怎样安排资金", "choice", ("随用随取", "定期存款", "大额存单", "稳健理财"))
SERVICE_WISH = Question(
    "service_wish", "最希望我行提供的服务", "choice", ("房贷还款安排", "子女教育规划", "养老规划", "手机银行指导")
)

QUESTIONS = (CARD_NEED, FAMILY_SIZE, CHILDREN, TRADE, MAIN_BANK, IDLE_MONEY, MONEY_WISH, SERVICE_WISH)
