"""A draft as a form: limits, names, rates. It is written as the same text that may be typed, and read by the same rules.

What the form does not ask for (excluded states, what counts as a deposit, ...) stays as the version it began with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..customers.queries import CATEGORIES
from ..customers.rules import MEASURES
from .bridge import Grid, Policy, Value
from .forms import RevisionForm

APART = re.compile(r"[\n,，、;；]+")
GROUPED = re.compile(r"\d{1,3}([,，]\d{3})+(\.\d+)?")  # 500,000 is one amount
HUNDRED = Decimal(100)
PERCENT: dict[str, Any] = {
    "max_digits": 9,
    "decimal_places": 4,
    "min_value": Decimal("-99.9999"),
    "max_value": Decimal("99.9999"),
}
YUAN: dict[str, Any] = {"max_digits": 18, "decimal_places": 2, "min_value": Decimal(0)}
MARGIN = "margin_"


class ListField(forms.CharField):
    """Several texts, each on a line of its own or apart by commas."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [part.strip() for line in text.splitlines() for part in self.parts(line.strip()) if part.strip()]

    def parts(self, line: str) -> list[str]:
        return APART.split(line)


class NumbersField(ListField):
    def parts(self, line: str) -> list[str]:
        return [re.sub("[,，]", "", line)] if GROUPED.fullmatch(line) else super().parts(line)

    def clean(self, value: Any) -> list[Decimal]:
        found = []
        for part in super().clean(value):
            try:
                number = Decimal(part)
            except InvalidOperation:
                number = Decimal("NaN")
            if not number.is_finite():
                raise forms.ValidationError(_("“%(part)s”不是数字；每行写一个。"), params={"part": part})
            found.append(number)
        return found


class LimitsField(NumbersField):
    """Where bands begin: above 0, each higher than the one before."""

    def clean(self, value: Any) -> list[Decimal]:
        found = super().clean(value)
        if not all(one < two for one, two in pairwise([Decimal(0), *found])):
            raise forms.ValidationError(
                _("须大于 0 并由小到大排列，现为 %(found)s。"), params={"found": "、".join(map(_plain, found))}
            )
        return found


class SharesField(NumbersField):
    """Given in percent, from 0 to 100; kept as shares."""

    def clean(self, value: Any) -> list[Decimal]:
        found = super().clean(value)
        for number in found:
            if not 0 <= number <= HUNDRED:
                raise forms.ValidationError(_("须在 0 至 100 之间，现为 %(found)s。"), params={"found": _plain(number)})
        return [number / HUNDRED for number in found]


class BandsForm(RevisionForm):
    asset_bands = LimitsField(
        label=_("资产门槛（元）"), help_text=_("每行一个，由小到大；正好等于门槛的属于高的一档。")
    )
    asset_names = ListField(label=_("资产档名称"), help_text=_("每行一个，从低到高；比门槛多一个。"))
    income_bands = LimitsField(label=_("年收入门槛（元）"), help_text=_("每行一个，由小到大。"))
    yearly_retention = SharesField(
        label=_("年留存率（%，按资产档）"), help_text=_("每行一个，与资产档一一对应；没有实际迁移时使用。")
    )
    asset_measure = forms.ChoiceField(label=_("资产口径"), choices=list(MEASURES.items()))
    months_below_before_down = forms.IntegerField(
        label=_("保级月数"), min_value=1, max_value=120, help_text=_("连续低于本档这么多个月才降档。")
    )
    current_value_high = forms.DecimalField(label=_("现值高的起点（元/年）"), **YUAN)
    potential_value_high = forms.DecimalField(label=_("潜力高的起点（元/年）"), **YUAN)
    discount_rate = forms.DecimalField(label=_("折现率（%/年）"), **PERCENT)
    horizon_years = forms.IntegerField(label=_("价值年限（年）"), min_value=1, max_value=50)

    def __init__(self, *args: Any, base: Policy, fixed: bool = False, initial: Mapping[str, Any] | None = None) -> None:
        """`base`: what the form shows first, and what it does not ask for."""
        super().__init__(*args, fixed=fixed, initial={**_shown(base), **(initial or {})}, auto_id="bands_%s")
        self._base = base
        for code, name in CATEGORIES.items():
            self.fields[f"{MARGIN}{code}"] = forms.DecimalField(label=name, **PERCENT)
        self.dress()

    def margins(self) -> list[Any]:
        """The fields of the margins, which stand together."""
        return [self[name] for name in self.fields if name.startswith(MARGIN)]

    def others(self) -> list[Any]:
        return [field for field in self.visible_fields() if not field.name.startswith(MARGIN)]

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        bands = len(given.get("asset_bands", ())) + 1
        for name in ("asset_names", "yearly_retention"):
            if "asset_bands" in given and name in given and len(given[name]) != bands:
                self.add_error(
                    name,
                    forms.ValidationError(
                        _("资产门槛有 %(limits)s 个，分成 %(bands)s 档，这里也须是 %(bands)s 个，现为 %(found)s 个。"),
                        params={"limits": bands - 1, "bands": bands, "found": len(given[name])},
                    ),
                )
        if not self.errors:
            given["text"] = self._text(given)
        return given

    def _text(self, given: Mapping[str, Any]) -> str:
        chosen: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
        chosen["discount_rate"] /= HUNDRED
        chosen["margin"] = {code: given[f"{MARGIN}{code}"] / HUNDRED for code in CATEGORIES}
        grid: Grid = replace(self._base.grid, **_of(Grid, chosen))
        value: Value = replace(self._base.value, **_of(Value, chosen))
        return composed(grid, value)


def _of(table: type[Grid] | type[Value], chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: chosen[one.name] for one in fields(table) if one.name in chosen}


def composed(grid: Grid, value: Value) -> str:
    """The text of a version, as somebody might have typed it."""
    of_value = {one.name: getattr(value, one.name) for one in fields(Value) if one.name != "margin"}
    tables = {"grid": {one.name: getattr(grid, one.name) for one in fields(Grid)}, "value": of_value}
    parts = []
    for name, pairs in {**tables, "value.margin": value.margin}.items():
        parts.append("\n".join([f"[{name}]", *(f"{key} = {_toml(one)}" for key, one in pairs.items())]))
    return "\n\n".join(parts) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _plain(value)


def _plain(number: Decimal | int) -> str:
    """Without an exponent and without zeros at the end: 50000, 0.018."""
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(policy: Policy) -> dict[str, Any]:
    grid, value = policy.grid, policy.value
    return {
        "asset_bands": "\n".join(map(_plain, grid.asset_bands)),
        "asset_names": "\n".join(grid.asset_names),
        "income_bands": "\n".join(map(_plain, grid.income_bands)),
        "yearly_retention": "\n".join(_plain(share * HUNDRED) for share in value.yearly_retention),
        "asset_measure": grid.asset_measure,
        "months_below_before_down": grid.months_below_before_down,
        "current_value_high": _plain(value.current_value_high),
        "potential_value_high": _plain(value.potential_value_high),
        "discount_rate": _plain(value.discount_rate * HUNDRED),
        "horizon_years": value.horizon_years,
        **{f"{MARGIN}{code}": _plain(rate * HUNDRED) for code, rate in value.margin.items()},
    }
