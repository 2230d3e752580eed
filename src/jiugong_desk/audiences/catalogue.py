"""What an audience may be chosen by. Nothing outside this catalogue reaches a query.

There is no gender, ethnicity, region of ID or disability here, on purpose; age only protects (domain.md, section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..consent.queries import campaign_calls
from ..core.clock import midnight
from ..customers.models import Customer, Loan, Maturity
from ..customers.policies import grid
from ..grid.models import WatchEntry, WatchList
from ..imports.models import Batch, Listed
from ..organisation.bridge import policy
from ..organisation.models import Unit

Choices = list[tuple[str, str]]
KNOWN, UNKNOWN = "known", "unknown"


def _no_choices(unit: Unit | None) -> Choices:
    return []


@dataclass(frozen=True)
class Field:
    """One thing to choose by. `kind`: choice, amount or date; `column`: the customer's column, where it is plain.

    `condition(op, values, on)` makes the filter of the fields that are not a plain column. A customer whose value is
    unknown meets no rule but `unknown`, and those that say that the unknown are meant as well (`may_be_unknown`).
    `about`: what it says and where it comes from, for whoever chooses by it.
    """

    key: str
    label: str | Promise
    kind: str
    operators: tuple[str, ...]
    column: str = ""
    choices: Callable[[Unit | None], Choices] = _no_choices
    condition: Callable[[str, tuple[Any, ...], date], Q] | None = None
    unit: str | Promise = ""
    about: str | Promise = ""
    blank: bool = False  # the column holds an empty text where it is unknown

    @property
    def may_be_unknown(self) -> bool:
        return UNKNOWN in self.operators

    @property
    def unknown(self) -> Q:
        """The customers of whom nobody knows it."""
        if self.condition is not None:
            return self.condition(UNKNOWN, (), date.min)
        return Q(**{self.column: ""}) if self.blank else Q(**{f"{self.column}__isnull": True})

    @property
    def is_flag(self) -> bool:
        return self.choices is _yes_no


def _levels(unit: Unit | None) -> Choices:
    bands = grid()
    count = (len(bands.asset_bands) + 1) * (len(bands.income_bands) + 1)
    return [(str(level), f"L{level}") for level in range(1, count + 1)]


def _asset_bands(unit: Unit | None) -> Choices:
    return [(str(band), f"C{band} {name}") for band, name in enumerate(grid().asset_names, start=1)]


def _income_bands(unit: Unit | None) -> Choices:
    return [(str(band), f"I{band}") for band in range(1, len(grid().income_bands) + 2)]


def _quadrants(unit: Unit | None) -> Choices:
    return [(value, str(label)) for value, label in Customer.Quadrant.choices]


def _loan_kinds(unit: Unit | None) -> Choices:
    return [(value, str(label)) for value, label in Loan.Kind.choices]


def _yes_no(unit: Unit | None) -> Choices:
    return [("yes", gettext("是")), ("no", gettext("否"))]


def _outlets(unit: Unit | None) -> Choices:
    """The outlets at and below the campaign's unit."""
    if unit is None:
        return []
    below = Unit.objects.filter(path__startswith=unit.path, kind=Unit.Kind.OUTLET)
    return list(below.values_list("code", "name"))


def _protections(unit: Unit | None) -> Choices:
    elderly = policy().calling.elderly_age
    return [("minors", gettext("未满 18 岁")), ("elderly", gettext("%(age)s 岁及以上") % {"age": elderly})]


def _has_loan(op: str, values: tuple[Any, ...], on: date) -> Q:
    return _among(op, Loan.objects.filter(kind__in=values))


def _among(op: str, rows: QuerySet[Any]) -> Q:
    """The customers of these rows; for `lacks` all others."""
    those = Q(pk__in=rows.values("customer"))
    return ~those if op == "lacks" else those


def _overdue(op: str, values: tuple[Any, ...], on: date) -> Q:
    late = Q(pk__in=Loan.objects.filter(overdue=True).values("customer"))
    return late if values == ("yes",) else ~late


def _watch_lists(unit: Unit | None) -> Choices:
    """All that were ever frozen, the newest first: an old plan still says which one it stands on."""
    return [(found.ref, str(found)) for found in WatchList.objects.all()]


def _imported_lists(unit: Unit | None) -> Choices:
    """Batches, the newest first, by number, source and day: never by a file's name. Undone ones too: they name nobody."""
    batches = Batch.objects.everyone().filter(state__in=(Batch.State.COMMITTED, Batch.State.UNDONE))
    text, gone = gettext("批次 {number} · {source} · {day}"), gettext("（已撤销）")
    return [
        (
            found.ref,
            text.format(number=found.pk, source=found.source, day=found.as_of)
            + (gone if found.state == Batch.State.UNDONE else ""),
        )
        for found in batches
    ]


def _imported(op: str, values: tuple[Any, ...], on: date) -> Q:
    return _among(op, Listed.objects.filter(batch__ref__in=values))


def _watched(op: str, values: tuple[Any, ...], on: date) -> Q:
    return _among(op, WatchEntry.objects.everyone().filter(watch_list__ref__in=values))


def _has_manager(op: str, values: tuple[Any, ...], on: date) -> Q:
    return Q(manager__isnull=op == UNKNOWN)


def _protected(op: str, values: tuple[Any, ...], on: date) -> Q:
    """Without the protected ages. Nobody of unknown age gets through: protection fails closed."""
    condition = Q(birth_date__isnull=False)
    if "minors" in values:
        condition &= Q(birth_date__lte=_years_before(on, 18))
    if "elderly" in values:
        condition &= Q(birth_date__gt=_years_before(on, policy().calling.elderly_age))
    return condition


def _years_before(day: date, years: int) -> date:
    """The latest birthday of somebody who is `years` old on `day`; born on 29 February counts from 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _matures(op: str, values: tuple[Any, ...], on: date) -> Q:
    limit = {"since": "gte", "before": "lt"}[op]
    return Q(pk__in=Maturity.objects.filter(**{f"matures_on__{limit}": values[0]}).values("customer"))


def _last_reached(op: str, values: tuple[Any, ...], on: date) -> Q:
    """Whoever was never reached was not reached since that day either."""
    start = midnight(date.fromisoformat(values[0]))
    reached = Q(pk__in=campaign_calls().filter(at__gte=start).values("customer"))
    return reached if op == "since" else ~reached


def _capacities(unit: Unit | None) -> Choices:
    return [(f"C{number}", f"C{number}") for number in range(1, 6)]


CHOSEN = ("is", "in")
RANKED = ("is", "in", "at_least", "at_most", KNOWN, UNKNOWN)
FLAG = ("is", KNOWN, UNKNOWN)
AMOUNT = ("at_least", "below", KNOWN, UNKNOWN)
DATED = ("before", "since")
YUAN, FROM_CORE, SEGMENTED = _("元"), _("核心系统数据"), _("按分级标准由数据算出")

_CATALOGUE = (
    Field("watch_list", _("关注名单"), "choice", (*CHOSEN, "lacks"), choices=_watch_lists, condition=_watched,
          about=_("月末冻结的名单")),
    Field("import_batch", _("导入名单"), "choice", (*CHOSEN, "lacks"), choices=_imported_lists, condition=_imported,
          about=_("某一批导入文件中的客户")),
    Field("loan_kind", _("贷款种类"), "choice", (*CHOSEN, "lacks"), choices=_loan_kinds, condition=_has_loan, about=FROM_CORE),
    Field("loan_overdue", _("贷款有逾期"), "choice", ("is",), choices=_yes_no, condition=_overdue, about=FROM_CORE),
    Field("level", _("客户级别"), "choice", RANKED, "level", _levels, about=SEGMENTED),
    Field("asset_band", _("资产档"), "choice", RANKED, "asset_band", _asset_bands, about=SEGMENTED),
    Field("income_band", _("收入档"), "choice", RANKED, "income_band", _income_bands, about=SEGMENTED),
    Field("quadrant", _("价值象限"), "choice", (*CHOSEN, KNOWN, UNKNOWN), "quadrant", _quadrants, about=SEGMENTED, blank=True),
    Field("assets", _("本行资产"), "amount", AMOUNT, "assets", unit=YUAN, about=_("上一完整月的日均")),
    Field("annual_income", _("年收入"), "amount", AMOUNT, "annual_income", unit=YUAN, about=_("证明、代发、口述或估计")),
    Field("current_value", _("当前价值"), "amount", AMOUNT, "current_value", unit=YUAN, about=_("一年的利差贡献")),
    Field("potential_value", _("潜在价值"), "amount", AMOUNT, "potential_value", unit=YUAN, about=_("一年可新增的利差贡献")),
    Field("lifetime_value", _("生命周期价值"), "amount", AMOUNT, "lifetime_value", unit=YUAN, about=SEGMENTED),
    Field("maturity", _("产品到期日"), "date", DATED, condition=_matures, about=_("任一笔在本行的到期")),
    Field("last_reached", _("最近营销接通"), "date", DATED, condition=_last_reached, about=_("本系统记录的各活动电话")),
    Field("unit", _("所属网点"), "choice", CHOSEN, "unit__code", _outlets, about=FROM_CORE),
    Field("manager", _("管户客户经理"), "choice", (KNOWN, UNKNOWN), condition=_has_manager, about=FROM_CORE),
    Field("card_holder", _("持有信用卡"), "choice", FLAG, "card_holder", _yes_no, about=FROM_CORE),
    Field("payroll", _("代发工资"), "choice", FLAG, "payroll", _yes_no, about=FROM_CORE),
    Field("mobile_active", _("手机银行活跃"), "choice", FLAG, "mobile_active", _yes_no, about=FROM_CORE),
    Field("risk_capacity", _("风险承受能力"), "choice", (*CHOSEN, KNOWN, UNKNOWN), "risk_capacity", _capacities,
          about=_("风险测评结果"), blank=True),
    Field("opened_on", _("开户日期"), "date", (*DATED, KNOWN, UNKNOWN), "opened_on", about=FROM_CORE),
    Field("age_protection", _("年龄保护"), "choice", ("excludes",), choices=_protections, condition=_protected,
          about=_("只用于保护，不用于挑选")),
)  # fmt: skip

FIELDS: Mapping[str, Field] = {field.key: field for field in _CATALOGUE}
