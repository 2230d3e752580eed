"""The fictional bank's catalogue: rates as the large banks published them, three times changed; quotas partly used; two offers.

Brought in as a data steward would: a workbook, read, looked at, committed.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ..appointments.models import Appointment, Discussed
from ..appointments.services import Line
from ..core.workbook import Sheet, xlsx
from ..customers.suitability import facts_of
from ..organisation.models import Staff
from ..products import bridge, queries, services, table
from ..products.changes import compare
from ..products.models import Product
from . import story
from .people import People

Row = dict[str, str]
QUARTER = (date(2026, 1, 1), date(2026, 3, 31))
# When the deposit rates of the large banks fell, and the product's rate from each of these days on.
LISTED = ("2024-07-25", "2024-10-18", "2025-05-20")
EARLY = "提前支取部分按支取日活期利率计息"
INSURED = "存款本金和利息受存款保险保护，同一人在一家银行最高偿付限额 50 万元。"
DEPOSITS = (
    ("DD0000", "活期存款", "活期存款", "活期", "", ("0.15", "0.10", "0.05"), "随时支取"),
    ("TD003M", "整存整取三个月", "定期存款", "3个月", "50", ("1.05", "0.80", "0.65"), EARLY),
    ("TD006M", "整存整取六个月", "定期存款", "6个月", "50", ("1.25", "1.00", "0.85"), EARLY),
    ("TD012M", "整存整取一年", "定期存款", "1年", "50", ("1.35", "1.10", "0.95"), EARLY),
    ("TD024M", "整存整取二年", "定期存款", "2年", "50", ("1.45", "1.20", "1.05"), EARLY),
    ("TD036M", "整存整取三年", "定期存款", "3年", "50", ("1.75", "1.50", "1.25"), EARLY),
    ("TD060M", "整存整取五年", "定期存款", "5年", "50", ("1.80", "1.55", "1.30"), EARLY),
    ("CD012M", "个人大额存单一年", "大额存单", "1年", "20万元", ("1.70", "1.45", "1.20"), "可转让；" + EARLY),
    ("CD036M", "个人大额存单三年", "大额存单", "3年", "20万元", ("2.15", "1.90", "1.55"), "可转让；" + EARLY),
    (
        "SB036M",
        "储蓄国债（电子式）三年",
        "国债",
        "3年",
        "100",
        ("2.38", "1.93", "1.63"),
        "持有满半年可提前兑取，分档计息",
    ),
    (
        "SB060M",
        "储蓄国债（电子式）五年",
        "国债",
        "5年",
        "100",
        ("2.50", "2.00", "1.70"),
        "持有满半年可提前兑取，分档计息",
    ),
)
# Their benchmarks since the autumn, and since January.
RISKY: tuple[tuple[str, str, str, str, str, str, tuple[str, ...], str], ...] = (
    (
        "WM0001",
        "日日宝现金管理",
        "理财",
        "无固定期限",
        "1",
        "R1",
        ("1.50%-1.90%", "1.35%-1.75%"),
        "工作日可赎回，次日到账",
    ),
    ("WM0180", "稳盈 180 天", "理财", "180天", "10000", "R2", ("2.20%-2.70%", "2.00%-2.50%"), "封闭期内不可赎回"),
    ("WM0365", "稳盈一年定开", "理财", "1年", "10000", "R2", ("2.40%-2.90%", "2.20%-2.70%"), "每年开放一次"),
    ("WM0540", "均衡增强 18 个月", "理财", "18个月", "50000", "R3", ("2.70%-3.60%", "2.50%-3.40%"), "封闭期内不可赎回"),
    ("FD0101", "双利债券基金", "基金", "无固定期限", "10", "R3", (), "T+3 到账，净值会波动"),
    ("FD0202", "沪深 300 指数基金", "基金", "无固定期限", "10", "R4", (), "T+4 到账，净值会波动"),
    ("FD0303", "科技成长股票基金", "基金", "无固定期限", "10", "R5", (), "T+4 到账，净值波动大"),
    ("IN0501", "福享年年年金保险", "保险", "5年", "10000", "R1", (), "犹豫期 15 日；提前退保有损失"),
)
CARDS = (("CC0001", "标准金卡", "信用卡"), ("CC0002", "车主卡", "信用卡"))
QUOTAS: Mapping[str, tuple[str, str, str]] = {  # total, used in the autumn's table, used by March
    "CD012M": ("6000万元", "0", "2350万元"),
    "CD036M": ("8000万元", "0", "7120万元"),
    "SB036M": ("1500万元", "0", "1500万元"),
    "SB060M": ("1500万元", "0", "860万元"),
    "WM0180": ("10000万元", "0", "4200万元"),
    "WM0540": ("3000万元", "0", "640万元"),
}


def found_catalogue(people: People) -> None:
    """As the desk begins: every product, with its rates since the summer of 2024."""
    _bring("产品表-2025年11月.xlsx", _everything(), by=people["data_steward"], at=story.moment(story.FOUNDED, 6, 10))


def renew_benchmarks(people: People) -> None:
    """Lower ones of the wealth products, from January on."""
    benchmarks = [
        {"产品代码": row[0], "利率或业绩比较基准": row[6][1], "生效日期": story.STARTS.isoformat()}
        for row in RISKY
        if row[6]
    ]
    by, at = people["business_department"], story.moment(story.PLANNED, 8, 40)
    _bring("理财基准-2026年1月.xlsx", benchmarks, by=by, at=at)


def renew_quotas(people: People) -> None:
    """How much of the quarter's quotas is used by now."""
    used = [_with_quota({"产品代码": code}, code, used=2) for code in QUOTAS]
    by, at = people["business_department"], story.moment(story.TODAY, 8, 30)
    _bring("额度用量-2026年3月.xlsx", used, by=by, at=at)


def promise(people: People) -> None:
    """What the planner's campaigns may offer: a service for everybody who comes, and a rate that is in the table."""
    values = (
        {
            "product": None, "kind": "service", "title": "到店专人接待",
            "text": "提前预约到店的客户，由理财经理一对一接待，不用取号等候；也可以同时参加每周三的家庭财务讲座。",
            "cost": Decimal(20), "quota": None,
        },
        {
            "product": Product.objects.get(code="CD036M"), "kind": "rate", "title": "三年期大额存单",
            "text": "三年期个人大额存单年利率 1.55%，20 万元起，额度有限，以办理当日挂牌利率为准。",
            "cost": Decimal(0), "quota": 200,
        },
    )  # fmt: skip
    at = story.moment(story.PLANNED, 9, 5)
    for each in values:
        period = {"valid_from": story.STARTS, "valid_until": QUARTER[1]}
        services.draft_offer({**each, **period}, by=people["planner"], at=at)


def discussed(visit: Appointment, category: str, amount: Decimal | None, day: date) -> list[Line]:
    """What was agreed: the first product of the category that suits the customer and the amount, where one does. Where it
    was a deposit, wealth management was talked about as well, and left for another day; where nothing was, a deposit.
    """
    rows = [row for row in queries.suited(facts_of(visit.customer, amount), day) if row.visit]
    first = {row.product.category: row.product for row in reversed(rows)}
    outcome = Discussed.Outcome
    if not category:
        other = first.get("time")
        return [Line(product=other, outcome=outcome.DECLINED)] if other else []
    agreed = Line(category=category, product=first.get(category), outcome=outcome.AGREED, amount=amount)
    other = first.get("wealth") if category != "wealth" else None
    return [agreed, Line(product=other, outcome=outcome.INTERESTED)] if other else [agreed]


def _everything() -> Iterable[Row]:
    for code, name, category, term, minimum, rates, liquidity in DEPOSITS:
        own = {
            "产品代码": code, "产品名称": name, "类别": category, "期限": term, "起点金额": minimum, "起售日期": "2015-01-01",
            "流动性说明": liquidity, "产品说明": "" if category == "国债" else INSURED,
        }  # fmt: skip
        for place, (day, rate) in enumerate(zip(LISTED, rates, strict=True)):
            row = {"产品代码": code} if place else _with_quota(own, code, used=1)
            yield {**row, "利率或业绩比较基准": f"{rate}%", "生效日期": day}
    for code, name, category, term, minimum, risk, rates_, liquidity in RISKY:
        benchmark = {"利率或业绩比较基准": rates_[0], "生效日期": "2025-09-01"} if rates_ else {}
        row = {
            "产品代码": code, "产品名称": name, "类别": category, "期限": term, "起点金额": minimum, "风险等级": risk,
            "起售日期": "2024-01-02", "流动性说明": liquidity, "产品说明": "不保证本金和收益，购买前须完成风险测评。" if category != "保险" else "",
        }  # fmt: skip
        yield {**_with_quota(row, code, used=1), **benchmark}
    for code, name, category in CARDS:
        yield {
            "产品代码": code,
            "产品名称": name,
            "类别": category,
            "起售日期": "2018-01-01",
            "产品说明": "免首年年费，刷卡满六次免次年年费。",
        }


def _with_quota(row: Row, code: str, *, used: int) -> Row:
    if code not in QUOTAS:
        return row
    total, first, last = QUOTAS[code][0], *(day.isoformat() for day in QUARTER)
    return {**row, "额度": total, "已用额度": QUOTAS[code][used], "额度开始日": first, "额度结束日": last}


def _bring(name: str, rows: Iterable[Row], *, by: Staff, at: datetime) -> None:
    headers = [column.header for column in table.COLUMNS]
    content = xlsx([Sheet("产品表", headers, [[row.get(header, "") for header in headers] for row in rows])], at=at)
    with tempfile.TemporaryDirectory(prefix="jiugong-demo-") as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        cells = bridge.read_cells(file, name=name, words=table.KNOWN)
    upload = services.keep(cells, name=name, digest=hashlib.sha256(content).hexdigest(), by=by, at=at)
    services.commit(upload, seen=compare(upload).digest, reason="", by=by, at=at)
