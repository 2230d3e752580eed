"""Where a customer stands on the grid, in words: which amounts, which bands, and so which level."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .bridge import Grid

MEASURES: dict[str, Any] = {
    "month_average": _("上月日均"),
    "quarter_average": _("近三月日均"),
    "year_average": _("近一年日均"),
    "point_in_time": _("时点余额"),
}


@dataclass(frozen=True)
class Band:
    """One half-open band [low, high) with the grid's sign (C2, I3) and name; None: no limit on that side."""

    sign: str
    name: str
    low: Decimal | None
    high: Decimal | None

    @property
    def span(self) -> str | Promise:
        if self.low is None:
            return format_lazy(_("{high} 以下"), high=_amount(self.high))
        if self.high is None:
            return format_lazy(_("{low} 及以上"), low=_amount(self.low))
        return format_lazy(_("{low} 至 {high}（不含）"), low=_amount(self.low), high=_amount(self.high))


@dataclass(frozen=True)
class Position:
    """The facts behind a level: asset band and income band where they are known.

    `reached_band`: what the assets are in; a band above it is held, since it is not lost yet.
    """

    measure: str | Promise
    assets: Decimal | None
    asset_band: Band | None
    reached_band: Band | None
    income: Decimal | None
    income_band: Band | None
    income_source: str
    income_as_of: date | None
    income_confidence: Decimal | None
    holds_band: bool
    months_before_down: int
    level: int | None
    policy_version: str
    snapshot_on: date | None

    @property
    def why_unscored(self) -> str | Promise:
        """Why there is no level; empty where there is one."""
        if self.level is not None:
            return ""
        if self.asset_band is None:
            return _("该状态的客户不参加分级。")
        return _("年收入未知，暂不分级，不会按低收入处理；了解收入后下次更新即可分级。")


def asset_bands(grid: Grid) -> list[Band]:
    return _bands("C", grid.asset_bands, grid.asset_names)


def income_bands(grid: Grid) -> list[Band]:
    return _bands("I", grid.income_bands, [""] * (len(grid.income_bands) + 1))


def _bands(sign: str, limits: Sequence[Decimal], names: Sequence[str]) -> list[Band]:
    edges: list[Decimal | None] = [None, *limits, None]
    return [Band(f"{sign}{n}", names[n - 1], edges[n - 1], edges[n]) for n in range(1, len(edges))]


def level_of(income_band: int, asset_band: int, grid: Grid) -> int:
    """The level of a cell, both bands counted from 1."""
    return (len(grid.asset_bands) + 1) * (income_band - 1) + asset_band


def position(customer: Any, grid: Grid) -> Position:
    """Explain the stored bands; the bands themselves come from the segmentation and are not reckoned again."""
    bands = asset_bands(grid)
    reached = None if customer.assets is None else bisect_right(grid.asset_bands, customer.assets) + 1
    return Position(
        measure=MEASURES.get(grid.asset_measure, grid.asset_measure),
        assets=customer.assets,
        asset_band=_pick(bands, customer.asset_band),
        reached_band=_pick(bands, reached),
        income=customer.annual_income,
        income_band=_pick(income_bands(grid), customer.income_band),
        income_source=customer.get_income_source_display(),
        income_as_of=customer.income_as_of,
        income_confidence=customer.income_confidence,
        holds_band=bool(reached and customer.asset_band and reached < customer.asset_band),
        months_before_down=grid.months_below_before_down,
        level=customer.level,
        policy_version=customer.policy_version,
        snapshot_on=customer.snapshot_on,
    )


def _pick(bands: list[Band], number: int | None) -> Band | None:
    """Band 0 (unknown) and no band at all have no limits to show."""
    return bands[number - 1] if number else None


def _amount(limit: Decimal | None) -> str:
    return f"{Decimal(limit or 0):,}"
