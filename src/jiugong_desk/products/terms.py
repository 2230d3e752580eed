"""The words of this room: categories, risks, kinds of offers, and how a rate is called and written."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """The warehouse's categories of balances, and the card."""

    DEMAND = "demand", _("活期存款")
    TIME = "time", _("定期存款")
    LARGE_CD = "large_cd", _("大额存单")
    BOND = "bond", _("国债")
    WEALTH = "wealth", _("理财")
    FUND = "fund", _("基金")
    INSURANCE = "insurance", _("保险")
    CARD = "card", _("信用卡")
    OTHER = "other", _("其他产品")


class Measure(TextChoices):
    AMOUNT = "amount", _("元")
    COUNT = "count", _("张")


class OfferKind(TextChoices):
    """Nothing of money: what may be promised is in the rate table, or is a service, or goes with a card in use (CC1)."""

    RATE = "rate", _("利率档（按利率表）")
    SERVICE = "service", _("服务")
    POINTS = "points", _("积分")


RISKS = ("R1", "R2", "R3", "R4", "R5")
CAPACITIES = ("C1", "C2", "C3", "C4", "C5")
# Their value may fall: a rate is a benchmark (业绩比较基准), and what they bring may not be promised.
BENCHMARKED = frozenset({Category.WEALTH, Category.FUND})
# These are not sold without a risk level, and those without a doubt never have one.
RISKY, RISKLESS = BENCHMARKED, frozenset({"demand", "time", "large_cd", "bond", "card"})


def rate_label(category: str) -> str | Promise:
    """What the figure is called: never a promised return."""
    return _("业绩比较基准") if category in BENCHMARKED else _("年利率")


def percent_text(low: Decimal, high: Decimal | None = None) -> str:
    """At least two places, no empty ones beyond: 1.55%, 0.05%, 2.10%–2.60%."""
    return _percent(low) if high is None else f"{_percent(low)}–{_percent(high)}"


def _percent(value: Decimal) -> str:
    whole, _dot, places = f"{value:.4f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}%"
