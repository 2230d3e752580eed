"""The seed's own plan as its planner types it, made lawful (domain.md, section 3), and the bank that it is written for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from jiugong_desk.consent.models import ConsentRecord
from jiugong_desk.core.fields import digest
from jiugong_desk.customers.models import BalanceHistory, Customer, Loan
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, Cast, make_customer, make_staff

HOUSEHOLDS, HOLDOUT, COUPLES = 1_000, 100, 20
ELSEWHERE = 30  # customers with a mortgage and their deposits here: not whom the plan means
MORTGAGE = Loan.Kind.MORTGAGE_NEW_HOME
STARTS, ENDS = "2026-01-08", "2026-03-31"  # the first quarter, from the day after the approval on
NUMBERS = {"budget": "80000", "holdout_size": str(HOLDOUT), "starts_on": STARTS, "ends_on": ENDS}
GOALS = (("reached", "50"), ("needs", "300"), ("avg_increment", "1500"), ("complaints", "0.5"))
OFFER = {
    "title": "到店专人接待",
    "text": "活动期间提前预约，到店由客户经理专人接待，无需排队。",
    "valid_from": "2026-01-01",
    "valid_until": ENDS,
    "cost": "5",
}
PLAN = {
    "title": "一手楼按揭客户电话营销活动方案",
    "summary": "坚持以加快存款发展作为主题，加深了解客户的需求。抓住机遇，加大存款营销力度，稳定并增加我行存款。",
    "background": (
        "一季度是银行最需要存款的时候。客户拥有我行产品越多，流失的可能性就越小。"
        "只有充分了解客户的需求，才能通过满足客户需求来把握住客户的存款。"
    ),
    "goal": (
        "以信用卡话题开场，对本行现有的1000户住房一手楼贷款客户进行电话营销，深度了解客户目前对银行业务的需要，"
        "了解客户从事的行业等基本情况，并邀约客户来我行面谈。"
    ),
    "strategy": (
        "（一）以信用卡营销为手段。简单了解客户对信用卡的需求情况，为充分了解客户对本行的业务需求做铺垫。\n"
        "（二）以了解客户需求为目的。在客户愿意的前提下，咨询事先设计好的问题，了解客户的家庭、事业和资金安排。\n"
        "（三）以把握客户存款为核心。为客户设计产品或服务，提高业务粘性，稳定并增加我行存款。"
    ),
    "means": (
        "（一）落实营销环境：方案落实到二类支行和相关部门负责人；客户经理认真学习方案，通过测验后上岗。\n"
        "（二）落实营销人员：每位参与的客户经理活动期间在岗，不在岗的由网点负责人安排顶岗，不得拖延进度。"
    ),
    "rhythm": "每户最多拨打三次，两次间隔不少于四小时；七日内接通一次即止；工作日九时至十二时、十四时至二十时拨打。",
    "assessment": (
        "实行每十天考核：每月上旬、中旬、下旬末各考核一次。存款任务只分解到网点，按日均增量计；"
        "客户经理按有效沟通、需求记录、到店履约和合规情况考核，不与存款金额挂钩。及时下发营销情况通报，激励先进、帮助后进。"
    ),
    "incentive": "活动结束并完成终期评价后，按网点过程与质量得分发放团队奖励，总额两万元；有效投诉扣减。",
    "evaluation": "每旬由综合业务部进行效果评价：方案实施情况如何，是否达到预期目的，客户反映如何；以保留组衡量日均存款增量。",
    "stop_conditions": "投诉当日受理、三日内答复；发生信息泄露或投诉超过接通户数千分之五，立即暂停，经合规消保复核后再定。",
    "purpose": "介绍信用卡业务，并了解您对存款等银行服务的需要；您可以不回答，也可以要求不再来电，按揭贷款不受任何影响。",
    "complaint_contact": "合规消保 郑规 95500",
}


@dataclass
class Bank:
    """The standing cast, with the finance department that the seed's incentive needs."""

    cast: Cast
    finance: Staff

    @property
    def managers(self) -> tuple[Staff, ...]:
        return self.cast.wang, self.cast.sun, self.cast.li


def make_bank(cast: Cast) -> Bank:
    """A thousand households with a mortgage and little money here, in two outlets; and some whom the plan leaves out."""
    bank = Bank(cast, make_staff("9009", "蒋财", "finance_hr", cast.branch))
    draw, places = Random(1), ((cast.north, cast.wang), (cast.north, cast.sun), (cast.south, cast.li))
    rows = []
    for number in range(HOUSEHOLDS):
        unit, manager = places[number % 3]
        phone = number - 3 if number % 6 == 5 and number < 6 * COUPLES else number  # a couple has one
        values = {"assets": Decimal(draw.randrange(500, 49_000)), "asset_band": 1, "level": 4}
        rows.append(_row(number, f"149{phone:08d}", unit=unit, manager=manager, **values))
    people = Customer.objects.bulk_create(rows)
    Loan.objects.bulk_create(Loan(customer=one, loan_no=f"H{one.customer_no}", kind=MORTGAGE) for one in people)
    given = {"channel": "call", "granted": True, "text_version": "v1", "evidence": "数据导入"}
    ConsentRecord.objects.bulk_create(
        ConsentRecord(customer=one, at=NOW - timedelta(days=200), **given) for one in people
    )
    BalanceHistory.objects.bulk_create(BalanceHistory(customer=one, months=_months(one, draw)) for one in people)
    for _ in range(ELSEWHERE):
        make_customer(cast.north, cast.wang, assets=Decimal(300_000))
    make_customer(cast.south, cast.li, assets=Decimal(900), asset_band=1, level=4, loan_kind="mortgage_resale")
    return bank


def _row(number: int, mobile: str, **values: Any) -> Customer:
    name = f"户主{number}"
    return Customer(
        customer_no=f"S{number:06d}", name=name, name_digest=digest(name), mobile=mobile, mobile_digest=digest(mobile),
        mobile_tail=mobile[-4:], income_band=2, birth_date=date(1988, 5, 1), **values,
    )  # fmt: skip


def _months(customer: Customer, draw: Random) -> list[dict[str, object]]:
    """The last quarter's averages, which wander around what is held now."""
    months = []
    for month in (10, 11, 12):
        text = f"{float(customer.assets or 0) * draw.uniform(0.8, 1.2):.2f}"
        months.append({"month": f"{date(2025, month, 1):%Y-%m}", "deposits": text, "total": text, "categories": {}})
    return months
