"""The board as sheets of a workbook: the place as on screen, unit by unit, and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..core.workbook import Sheet
from ..customers.models import Customer, StandingMonth
from ..customers.rules import Band, asset_bands, income_bands, level_of
from ..organisation.models import Staff
from . import bridge, queries
from .forms import BoardChoice
from .rules import Place, Sums


def sheets(staff: Staff, choice: BoardChoice, *, at: datetime) -> list[Sheet]:
    """What the viewer may see of the choice; no sheet where no month is recorded."""
    kept = list(StandingMonth.objects.filter(month__lte=choice.month)) if choice.month else []
    if not kept:
        return []
    figures = (
        _("户数"),
        _("资产合计（元）"),
        _("户均资产（元）"),
        _("当前价值合计（元）"),
        _("生命周期价值合计（元）"),
        *(_("{quadrant}（户）").format(quadrant=label) for label in Customer.Quadrant.labels),
    )
    place = (_("资产档"), _("收入档"), _("级别"))
    return [
        Sheet(_("各机构"), (_("机构号"), _("机构"), *place, *figures), _by_unit(staff, choice)),
        Sheet(_("各月"), (_("月份"), _("数据日期"), _("政策版本"), *place, *figures), _by_month(staff, choice, kept)),
        Sheet(_("说明"), (_("项目"), _("内容")), _about(staff, choice, kept[-1], at)),
    ]


def _by_unit(staff: Staff, choice: BoardChoice) -> list[tuple[Any, ...]]:
    rows = queries.scoped(staff, choice).filter(month=choice.month).order_by("unit__path", "asset_band", "income_band")
    named = ("unit__path", "unit__code", "unit__name", "asset_band", "income_band")
    found = rows.values_list(*named).annotate(**queries.SUMMED)
    places = _Places()
    return [
        (code, name, *places.words((income, asset)), *_figures(queries.sums_of(numbers)))
        for _path, code, name, asset, income, *numbers in found
    ]


def _by_month(staff: Staff, choice: BoardChoice, kept: Sequence[StandingMonth]) -> list[tuple[Any, ...]]:
    table, places = queries.table(staff, choice, [row.month for row in kept]), _Places()
    return [
        (row.label, row.snapshot_on, row.policy_version, *places.words(place), *_figures(sums))
        for row in kept
        for place, sums in sorted(table.get(row.month, {}).items(), key=_in_order)
    ]


def _in_order(item: tuple[Place, Sums]) -> tuple[int, ...]:
    return tuple(-1 if band is None else band for band in reversed(item[0]))


class _Places:
    """A place in words, by the bands in force."""

    def __init__(self) -> None:
        self._grid = bridge.grid()
        self._assets, self._incomes = asset_bands(self._grid), income_bands(self._grid)

    def words(self, place: Place) -> tuple[str, str, str]:
        income, asset = place
        if asset is None:
            return _("不参加分级"), "", ""
        level = f"L{level_of(income, asset, self._grid)}" if income else _("未分级")
        return _name(self._assets, asset, "C"), _name(self._incomes, income, "I") if income else _("收入未知"), level


def _name(bands: Sequence[Band], number: int, sign: str) -> str:
    """A band that an earlier policy had and this one has not is named by its number."""
    return f"{bands[number - 1].sign} {bands[number - 1].name}".strip() if number <= len(bands) else f"{sign}{number}"


def _figures(sums: Sums) -> tuple[Any, ...]:
    return sums.customers, sums.assets, sums.average_assets, sums.current_value, sums.lifetime_value, *sums.quadrants


def _about(staff: Staff, choice: BoardChoice, kept: StandingMonth, at: datetime) -> list[tuple[str, str]]:
    return [
        (_("月份"), kept.label),
        (_("数据日期"), kept.snapshot_on.isoformat()),
        (_("政策版本"), kept.policy_version),
        (_("机构"), choice.unit.name if choice.unit else _("本人可见的全部")),
        (_("客户经理"), choice.manager.name if choice.manager else _("全部")),
        (_("导出人"), str(staff)),
        (_("导出时间"), timezone.localtime(at).strftime("%Y-%m-%d %H:%M")),
    ]
