"""What all campaigns together brought: everybody else against the standing hold-out, change since it was drawn.

By the lot, as in a campaign's effect: everybody who was not left alone counts, whether a campaign ever called him or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..calls.models import Call
from ..consent.queries import campaign_calls
from ..core.clock import bank_date, midnight
from ..holdout import queries as holdouts
from ..holdout.models import StandingHoldout, StandingMember
from ..ui.templatetags.desk import money_text
from . import bridge, labels, periods, reading, rules
from .effect import Design, detectable, measured

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot


def design_of(found: StandingHoldout, *, until: date) -> Design:
    """The sealed list; the months before the draw against the last whole ones of the period up to `until`."""
    rows = holdouts.sealed_rows(found)
    count = periods.months_measured(bridge.policy().outcomes.window_days)
    return Design(
        treated={row.customer_no: not row.held_out for row in rows},
        strata={row.customer_no: row.stratum for row in rows},
        probability={row.customer_no: float(row.probability) for row in rows},
        clusters={},
        base=periods.base_months(found.first_day, count),
        outcome=periods.newest_months(found.first_day, min(until, found.last_day), count),
    )


def take(found: StandingHoldout, at: datetime) -> dict[str, Any]:
    """As frozen figures (amounts as text). `status`: waiting, no_data or measured."""
    newest = bridge.snapshot_of()
    design = design_of(found, until=newest.as_of if newest else found.first_day)
    others, left_alone = design.sizes
    at_start = bridge.snapshot_of(found.snapshot_on) or newest
    block: dict[str, Any] = {
        "n_treated": others,
        "n_control": left_alone,
        "base_months": [month.isoformat() for month in design.base],
        "outcome_months": [month.isoformat() for month in design.outcome],
        "due_on": design.due_on.isoformat(),
        "detectable": detectable(at_start, design),
        "balance": _balance(at_start, design),
        "policy": bridge.policy().label,
        "code": bridge.code_version,
        "confidence": str(bridge.policy().holdout.confidence),
    }
    over = newest is not None and newest.as_of >= design.due_on - periods.ONE_DAY
    if not over and bank_date(at) < design.due_on:
        return block | {"status": "waiting"}
    return block | measured(design, at_start, health=lambda: _health(found, design, at))


def _balance(at_start: Snapshot | None, design: Design) -> dict[str, str] | None:
    """Both groups' means in the months before the draw, and how far they lie apart in standard deviations."""
    before = bridge.deposits(at_start, design.customers, design.base) if at_start else None
    if before is None:
        return None
    groups = {
        arm: [float(before[one]) for one in design.customers if design.treated[one] is arm] for arm in (True, False)
    }
    apart = rules.standardised_difference(groups[True], groups[False])
    if apart is None:
        return None
    means = {arm: f"{sum(values) / len(values):.2f}" for arm, values in groups.items()}
    return {"others": means[True], "left_alone": means[False], "difference": f"{apart:.3f}"}


def _health(found: StandingHoldout, design: Design, at: datetime) -> list[dict[str, Any]]:
    """Another list than the one that was sealed, or campaigns that called somebody who was to be left alone."""
    members = StandingMember.objects.everyone().filter(holdout=found).values("customer")
    span = {"at__gte": found.drawn_at, "at__lt": min(at, midnight(found.last_day + periods.ONE_DAY))}
    called = Call.objects.everyone().filter(entry__customer__in=members, **span)
    contacted = campaign_calls().filter(customer__in=members, **span)
    spoilt = len({*called.values_list("entry__customer", flat=True), *contacted.values_list("customer", flat=True)})
    _others, left_alone = design.sizes
    return [
        {"key": "standing_sealed", "ok": holdouts.is_sealed(found), "found": left_alone, "right": found.held_out},
        {"key": "holdout_contacted", "ok": spoilt == 0, "found": spoilt, "right": 0},
    ]


def read(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen figures in words."""
    key = figures.get("verdict", figures["status"])
    words: dict[str, Any] = dict(figures) | {
        "label": str(labels.STATUS[key]),
        "tone": reading.TONES.get(key, "secondary"),
        "base": reading.months(figures["base_months"]),
        "outcome": reading.months(figures["outcome_months"]),
        "detectable_text": _too_small(figures),
    }
    if figures["status"] != "measured":
        return words | {"text": reading.why_not(figures)}
    return words | {
        "text": _sentence(figures),
        "health_rows": reading.checks_of(figures),
        "method_text": figures["method_en" if (get_language() or "").startswith("en") else "method"],
        "groups": _groups(figures["means"]),
        "chart": {"kind": "interval", "unit": _("元"), "rows": reading.intervals(figures)},
    }


def _sentence(figures: Mapping[str, Any]) -> str:
    verdict, effect, total = figures["verdict"], figures["effect"], figures["total"]
    if verdict == "check_first":
        return _("对照条件已被破坏（见健康检查），在查明之前不作结论。")
    interval = _("{confidence} 区间 {low} 至 {high}").format(
        confidence=f"{Decimal(figures['confidence']):.0%}",
        low=money_text(effect["low"]),
        high=money_text(effect["high"]),
    )
    if verdict == "cannot_tell":
        return _(
            "还看不出全部活动合起来带来了什么：户均日均存款差异 {value}（{interval}）；可排除户均高于 {high} 的提升，不能说“没有效果”。"
        ).format(value=money_text(effect["value"]), interval=interval, high=money_text(effect["high"]))
    text = _(
        "自抽取以来，其余客户的户均日均存款比全局保留组多变动 {value}（{interval}）；{n} 户合计 {total}（{low} 至 {high}）。"
    )
    return text.format(
        value=money_text(effect["value"]), interval=interval, n=f"{figures['n_treated']:,}",
        total=money_text(total["value"]), low=money_text(total["low"]), high=money_text(total["high"]),
    )  # fmt: skip


def _too_small(figures: Mapping[str, Any]) -> str:
    """What this hold-out cannot see, for a customer and for all of them."""
    if not figures["detectable"]:
        return _("没有更早月份的余额，算不出这样大小的保留组最少能测出多少。")
    one = Decimal(figures["detectable"])
    return _(
        "以此规模，全部活动合起来的真实效果若小于户均 {one}（其余 {n} 户合计约 {all}），便测不出来；要看得更细，请提高政策中的比例或合并更大的机构。"
    ).format(one=money_text(one), n=f"{figures['n_treated']:,}", all=money_text(one * figures["n_treated"]))


def _groups(means: Mapping[str, str]) -> list[dict[str, str]]:
    """Plain means of both groups before and after."""
    found = []
    for arm, name in (("treated", _("其余客户")), ("held_out", _("全局保留组"))):
        before, after = means[f"{arm}_before"], means[f"{arm}_after"]
        change = money_text(Decimal(after) - Decimal(before))
        found.append({"name": name, "before": money_text(before), "after": money_text(after), "change": change})
    return found
