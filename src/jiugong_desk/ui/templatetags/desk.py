"""One tag or filter each for money, dates, levels and states, so that they look the same everywhere."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

WAN = Decimal(10_000)
YI = Decimal(100_000_000)


def money_text(value: Any) -> str:
    """1,234元, 12.3万元, 1.23亿元 (English: CNY 123,456)."""
    if value is None or value == "":
        return _("未知")
    amount = Decimal(str(value))
    if (get_language() or "").startswith("en"):
        return f"CNY {amount:,.0f}"
    size = abs(amount)
    if size >= YI:
        return f"{amount / YI:,.2f}亿元"
    if size >= WAN:
        return f"{amount / WAN:,.1f}万元"
    return f"{amount:,.0f}元"


@register.filter
def money(value: Any) -> SafeString:
    """Short money with the exact value on hover."""
    if value is None or value == "":
        return format_html('<span class="text-secondary">{}</span>', money_text(value))
    return format_html('<span class="money" title="{}">{}</span>', f"{Decimal(str(value)):,.2f}", money_text(value))


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """0.125 -> 12.5%; empty -> —."""
    return "—" if value is None or value == "" else f"{float(value) * 100:.{digits}f}%"


@register.filter
def number(value: Any) -> str:
    """Thousands grouped; empty -> —."""
    return "—" if value is None or value == "" else f"{Decimal(str(value)):,}"


@register.filter
def moment(value: datetime | None) -> str:
    """2026-01-05 09:30 in the bank's zone."""
    return "—" if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def clock_time(value: datetime | None) -> str:
    return "—" if value is None else timezone.localtime(value).strftime("%H:%M")


@register.filter
def day_time(value: datetime) -> str:
    """3月5日 周四 10:30 (English: Thu 5 Mar 10:30): a time that was agreed with somebody."""
    at = timezone.localtime(value)
    if (get_language() or "").startswith("en"):
        return f"{at:%a} {at.day} {at:%b %H:%M}"
    return f"{at.month}月{at.day}日 周{'一二三四五六日'[at.weekday()]} {at:%H:%M}"


@register.simple_tag
def level_chip(customer: Any) -> SafeString:
    """L7 · C1-I3; unscored where the income is unknown."""
    if customer.asset_band is None:
        return format_html('<span class="chip chip-none">{}</span>', _("未分级"))
    if customer.level is None:
        return format_html('<span class="chip chip-none">C{}-I? {}</span>', customer.asset_band, _("未分级"))
    return format_html(
        '<span class="chip chip-c{}">L{} · C{}-I{}</span>',
        customer.asset_band,
        customer.level,
        customer.asset_band,
        customer.income_band,
    )


STATE_COLOURS = {
    "draft": "secondary", "submitted": "yellow", "approved": "azure", "launched": "green", "paused": "orange",
    "closed": "secondary", "open": "azure", "callback": "yellow", "done": "green", "issued": "green",
    "booked": "azure", "arrived": "yellow", "finished": "green", "missed": "red", "cancelled": "secondary",
    "active": "green", "reading": "azure", "unreadable": "red", "review": "yellow", "weighing": "azure", "ready": "yellow",
    "committing": "azure", "committed": "green", "undoing": "azure", "undone": "secondary", "discarded": "secondary",
    "rejected": "red", "returned": "red", "withdrawn": "secondary", "void": "secondary",
    "dropped": "secondary", "effective": "green", "waiting": "secondary", "running": "azure", "failed": "red",
}  # fmt: skip


@register.simple_tag
def state_badge(row: Any) -> SafeString:
    """The row's state in words and colour."""
    colour = STATE_COLOURS.get(row.state, "secondary")
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, row.get_state_display())
