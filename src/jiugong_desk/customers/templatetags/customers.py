"""Words of the customer page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from ..queries import CATEGORIES
from ..rules import Position

register = template.Library()
FRESH = timedelta(days=365)


@register.filter
def in_words(position: Position) -> str:
    """Why this level, in one or two sentences."""
    parts = []
    band, reached = position.asset_band, position.reached_band
    stands = reached if position.holds_band else band
    if stands:
        parts.append(_("{measure}资产在 {sign} {name}（{span}）").format(
            measure=position.measure, sign=stands.sign, name=stands.name, span=stands.span,
        ))  # fmt: skip
    if band and position.holds_band:
        parts.append(_("仍按 {sign} {name} 保级（连续 {months} 个月低于才降档）").format(
            sign=band.sign, name=band.name, months=position.months_before_down,
        ))  # fmt: skip
    if position.income_band:
        parts.append(
            _("年收入在 {sign}（{span}）").format(sign=position.income_band.sign, span=position.income_band.span)
        )
    if position.level is not None:
        parts.append(_("所以是 L{level}").format(level=position.level))
    sentence = _("，").join(parts) + _("。") if parts else ""
    version = _("政策 {version}。").format(version=position.policy_version) if position.policy_version else ""
    return f"{sentence}{position.why_unscored}{version}"


@register.filter
def yes_no(value: bool | None) -> str:
    """Three answers: nobody knows is not no."""
    return _("未知") if value is None else _("有") if value else _("无")


@register.filter
def category_name(code: str) -> str:
    return str(CATEGORIES.get(code, code))


@register.filter
def source_name(code: str) -> str:
    return {"call": _("通话"), "visit": _("面谈")}.get(code, code)


@register.filter
def is_old(at: datetime, now: datetime | Any) -> bool:
    """An answer older than a year is shown greyed: it may no longer be true."""
    return now - at > FRESH
