"""The product table that the bank uploads: its columns, what each row says, and every fault by row and column. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.wording import Wording, unsayable
from . import values
from .terms import RISKLESS, RISKY, Category, Measure
from .values import WrongCell

Text = str | Promise
WRONG = object()  # in the place of a cell that has its fault already: nothing more is said of it


@dataclass(frozen=True)
class Column:
    """`words`: the headers it is known by, the first that of the template; `note` says what belongs there."""

    name: str
    words: tuple[str, ...]
    read: Callable[..., Any]
    note: Text
    has_unit: bool = False

    @property
    def header(self) -> str:
        return self.words[0]


COLUMNS = (
    Column("code", ("产品代码", "代码", "产品编号"), values.short(40), _("必填；同一代码可有多行，每个生效日期一行")),
    Column("name", ("产品名称", "名称"), values.short(80), _("新产品必填")),
    Column("category", ("类别", "产品类别", "产品类型"), values.category, _("新产品必填：活期存款、定期存款、大额存单、国债、理财、基金、保险、信用卡、其他产品")),
    Column("term", ("期限", "产品期限"), values.term, _("例如 3个月、1年、180天、无固定期限")),
    Column("minimum", ("起点金额", "起存金额", "起购金额"), values.amount, _("元；也可写 20万元"), True),
    Column("step", ("递增金额",), values.amount, _("元；超过起点的部分须是它的整数倍"), True),
    Column("product_risk", ("风险等级", "产品风险等级"), values.risk, _("R1 至 R5；理财、基金必填，存款、国债、信用卡不填")),
    Column("percent", ("利率或业绩比较基准", "利率", "年利率", "业绩比较基准", "利率/业绩比较基准"), values.percent, _("百分数，例如 1.55% 或 2.10%-2.60%")),
    Column("effective_from", ("生效日期", "利率生效日期"), values.day, _("填了利率就要填；历史日期照填，不会覆盖")),
    Column("on_sale_from", ("起售日期", "起售日"), values.day, _("新产品必填")),
    Column("on_sale_until", ("停售日期", "停售日"), values.day, _("最后一天仍可售；没有就空着")),
    Column("total", ("额度", "总额度"), values.amount, _("元（信用卡为张数）；填了就要填额度起止日"), True),
    Column("used", ("已用额度",), values.amount, _("元（信用卡为张数）"), True),
    Column("starts_on", ("额度开始日",), values.day, ""),
    Column("ends_on", ("额度结束日",), values.day, ""),
    Column("liquidity", ("流动性说明", "流动性"), values.short(120), _("例如 可提前支取，按活期计息")),
    Column("description", ("产品说明",), values.short(500), _("可以对客户说的话；不得承诺收益")),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
OWN = (
    "name",
    "category",
    "minimum",
    "step",
    "product_risk",
    "on_sale_from",
    "on_sale_until",
    "liquidity",
    "description",
)
KNOWN = tuple(word for column in COLUMNS for word in column.words)


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken; row 0 is the header, a column of "" the whole row."""

    row: int
    column: Text
    found: str
    why: Text


@dataclass(frozen=True)
class RateCell:
    row: int
    effective_from: date
    percent: Decimal
    percent_high: Decimal | None


@dataclass(frozen=True)
class QuotaCell:
    row: int
    starts_on: date
    ends_on: date
    total: Decimal
    used: Decimal | None


@dataclass
class Entry:
    """What the file says of one product: its own terms as far as they are filled in, its rates, its quotas."""

    code: str
    row: int
    own: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # where each of its own terms stands first
    rates: list[RateCell] = field(default_factory=list)
    quotas: list[QuotaCell] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """The products of a file in its order, and everything that is wrong with it; `ignored`: headers that are none of ours."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...] = ()


def measure_of(category: str) -> Measure:
    """Cards are counted; everything else is money."""
    return Measure.COUNT if category == Category.CARD else Measure.AMOUNT


def read_table(
    headers: Sequence[str],
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    plain: Callable[[str], str],
    unit_of: Callable[[str], str],
) -> Read:
    """What the cells say. `plain` and `unit_of`: how headers are compared, and the unit that one names."""
    faults: list[Fault] = []
    known, ignored = _places(headers, plain, unit_of, faults)
    if "code" not in known:
        return Read((), (*faults, Fault(0, BY_NAME["code"].header, "", _("没有这一列，请用模板的表头"))), ignored)
    entries: dict[str, Entry] = {}
    for number, cells in rows:
        said = _row(number, cells, known, faults)
        code = said.get("code")
        if code and code is not WRONG:
            _enter(entries.setdefault(code, Entry(code, number)), number, said, faults)
        elif said and not code:
            faults.append(Fault(number, BY_NAME["code"].header, "", _("缺少产品代码")))
    return Read(tuple(entries.values()), tuple(faults), ignored)


def _places(
    headers: Sequence[str], plain: Callable[[str], str], unit_of: Callable[[str], str], faults: list[Fault]
) -> tuple[dict[str, tuple[str, str]], tuple[str, ...]]:
    """Column -> its header and the header's unit; and the headers that are none of ours."""
    words = {plain(word): column.name for column in COLUMNS for word in column.words}
    places: dict[str, tuple[str, str]] = {}
    ignored = []
    for header in headers:
        name = words.get(plain(header))
        if name is None:
            ignored.append(header)
        elif name in places:
            faults.append(Fault(0, header, "", _("与另一列是同一个意思，请只留一列")))
        else:
            places[name] = (header, unit_of(header))
            if BY_NAME[name].has_unit and unit_of(header) not in values.FACTORS:
                faults.append(Fault(0, header, "", _("表头的单位只能是元、万元、亿元、份或张")))
                places[name] = (header, "")
    return places, tuple(ignored)


def _row(
    number: int, cells: Mapping[str, str], known: Mapping[str, tuple[str, str]], faults: list[Fault]
) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, (header, unit) in known.items():
        text = cells.get(header, "")
        if not values.folded(text):
            continue
        column = BY_NAME[name]
        try:
            said[name] = column.read(text, unit=unit) if column.has_unit else column.read(text)
        except WrongCell as wrong:
            faults.append(Fault(number, header, text[:40], wrong.why))
            said[name] = WRONG
    return said


def _enter(entry: Entry, number: int, said: Mapping[str, Any], faults: list[Fault]) -> None:
    own = {name: said[name] for name in OWN if said.get(name, WRONG) is not WRONG}
    if said.get("term", WRONG) is not WRONG:
        own["term_months"], own["term_days"] = said["term"]
    for name, value in own.items():
        if name not in entry.own:
            entry.own[name], entry.rows[name] = value, number
        elif entry.own[name] != value:
            why = _("与第 {row} 行的同一产品不一致").format(row=entry.rows[name])
            faults.append(Fault(number, header_of(name), str(value), why))
    faults += _rate(entry, number, said)
    faults += _quota(entry, number, said)


def header_of(name: str) -> str:
    return BY_NAME["term" if name.startswith("term_") else name].header


def _rate(entry: Entry, number: int, said: Mapping[str, Any]) -> Iterator[Fault]:
    given = {name for name in ("percent", "effective_from") if name in said}
    if not given or any(said[name] is WRONG for name in given):
        return
    if len(given) == 1:
        absent = "percent" if "percent" not in given else "effective_from"
        yield Fault(number, BY_NAME[absent].header, "", _("利率和生效日期要一起填"))
        return
    low, high = said["percent"]
    if any(one.effective_from == said["effective_from"] for one in entry.rates):
        yield Fault(
            number, BY_NAME["effective_from"].header, f"{said['effective_from']}", _("同一产品同一生效日期出现两次")
        )
        return
    entry.rates.append(RateCell(number, said["effective_from"], low, high))


def _quota(entry: Entry, number: int, said: Mapping[str, Any]) -> Iterator[Fault]:
    names = ("total", "starts_on", "ends_on")
    absent = [name for name in names if name not in said]
    if (len(absent) == len(names) and "used" not in said) or any(said.get(name) is WRONG for name in (*names, "used")):
        return
    if absent:
        yield Fault(number, BY_NAME[absent[0]].header, "", _("额度、开始日和结束日要一起填"))
        return
    if said["ends_on"] < said["starts_on"]:
        yield Fault(number, BY_NAME["ends_on"].header, f"{said['ends_on']}", _("结束日早于开始日"))
        return
    if said["total"] <= 0:
        yield Fault(number, BY_NAME["total"].header, f"{said['total']}", _("额度须大于 0"))
        return
    cell = QuotaCell(number, said["starts_on"], said["ends_on"], said["total"], said.get("used"))
    same = [one for one in entry.quotas if one.starts_on == cell.starts_on]
    if not same:
        entry.quotas.append(cell)
    elif (same[0].ends_on, same[0].total, same[0].used) != (cell.ends_on, cell.total, cell.used):
        yield Fault(number, BY_NAME["starts_on"].header, f"{cell.starts_on}", _("同一产品同一开始日的额度不一致"))


def whole_faults(entry: Entry, own: Mapping[str, Any], *, is_new: bool, large_cd_least: Decimal) -> Iterator[Fault]:
    """What is wrong with the product as it would be. `own`: the terms that stand, with those of the file over them."""
    if is_new:
        for name in ("name", "category", "on_sale_from"):
            if name not in own:
                yield Fault(entry.row, header_of(name), "", _("新产品必填"))
    category, risk = own.get("category"), own.get("product_risk") or ""
    if category in RISKY and not risk:
        yield Fault(entry.row, header_of("product_risk"), "", _("理财、基金必须有风险等级"))
    if category in RISKLESS and risk:
        yield Fault(entry.rows.get("product_risk", entry.row), header_of("product_risk"), risk, _("该类别不设风险等级"))
    if category == Category.LARGE_CD and (own.get("minimum") or 0) < large_cd_least:
        why = _("大额存单起点不低于 {least} 元").format(least=f"{large_cd_least:,.0f}")
        yield Fault(entry.rows.get("minimum", entry.row), header_of("minimum"), str(own.get("minimum") or ""), why)
    first, last = own.get("on_sale_from"), own.get("on_sale_until")
    if first and last and last < first:
        yield Fault(
            entry.rows.get("on_sale_until", entry.row), header_of("on_sale_until"), str(last), _("停售日早于起售日")
        )
    if category == Category.CARD and entry.rates:
        yield Fault(entry.rates[0].row, BY_NAME["percent"].header, "", _("信用卡不填利率"))


def spoken_faults(entry: Entry, wording: Wording) -> Iterator[Fault]:
    """Words and ties that no customer may hear, in what customers hear of the product."""
    for name in ("name", "liquidity", "description"):
        if found := [said for _code, said in unsayable(entry.own.get(name, ""), wording)]:
            why = _("含有不得使用的词句：{words}").format(words="、".join(found))
            yield Fault(entry.rows[name], header_of(name), entry.own[name][:40], why)
