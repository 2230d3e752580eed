"""The exact plan as a value: what an approval binds, and what changed between two versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..core.digests import digest
from ..products.models import Offer
from .models import Attachment, Campaign

__all__ = ["LABELS", "TEXTS", "changed", "digest", "held_out_in_words", "offers_of", "payload", "sections"]

# What a planner writes, in the order of the plan notice. Everything here is bound by the approval.
TEXTS = (
    "title", "summary", "background", "goal", "strategy", "means", "rhythm", "assessment", "incentive", "evaluation",
    "stop_conditions", "purpose", "complaint_contact",
)  # fmt: skip
LABELS: Mapping[str, Any] = {
    "title": _("方案名称"),
    "unit": _("主办机构"),
    "summary": _("执行概要"),
    "background": _("背景"),
    "goal": _("目标"),
    "strategy": _("营销策略"),
    "means": _("手段与保障"),
    "rhythm": _("推进节奏"),
    "assessment": _("考核办法"),
    "incentive": _("激励方案"),
    "evaluation": _("效果评价安排"),
    "stop_conditions": _("投诉处理与停止条件"),
    "goals": _("量化目标"),
    "primary_measure": _("主要指标"),
    "budget": _("预算（元）"),
    "purpose": _("目的（向客户如实说明）"),
    "complaint_contact": _("投诉受理人及电话"),
    "audience": _("客群规则"),
    "holdout_unit": _("抽签单位"),
    "holdout_size": _("保留组户数"),
    "script": _("话术"),
    "starts_on": _("开始日期"),
    "ends_on": _("结束日期"),
    "offers": _("优惠"),
    "participants": _("参与人员"),
    "attachments": _("附件"),
    "seed": _("抽签种子"),
}


def payload(campaign: Campaign) -> dict[str, Any]:
    """The plan as plain JSON values (three queries: the participants, the files, the script)."""
    people = campaign.participants.order_by("staff__staff_no").values_list("staff__staff_no", "daily_calls")
    script = campaign.script
    files = (
        Attachment.objects.everyone()
        .filter(campaign=campaign)
        .order_by("kind", "name", "digest")
        .values_list("kind", "name", "digest")
    )
    plan: dict[str, Any] = {name: getattr(campaign, name) for name in TEXTS}
    plan |= {
        "unit": campaign.unit.code,
        "audience": campaign.audience,
        "goals": campaign.goals,
        "primary_measure": campaign.primary_measure,
        "budget": None if campaign.budget is None else f"{campaign.budget:.2f}",
        "holdout_unit": campaign.holdout_unit,
        "holdout_size": campaign.holdout_size,
        "seed": campaign.seed,
        "starts_on": str(campaign.starts_on),
        "ends_on": str(campaign.ends_on),
        "participants": [list(person) for person in people],
        "offers": [offer.as_json() for offer in offers_of(campaign)],
        "attachments": [list(file) for file in files],
        "script": {"code": script.code, "version": script.version, "digest": digest(script.content)}
        if script
        else None,
    }
    return plan


def sections(campaign: Campaign) -> list[tuple[Any, str]]:
    """The written parts of the plan that say something, in the order of a plan notice."""
    names = ("summary", "background", "goal", "strategy", "means", "rhythm", "assessment", "incentive", "evaluation")
    return [(LABELS[name], getattr(campaign, name)) for name in names if getattr(campaign, name).strip()]


def held_out_in_words(campaign: Campaign) -> str:
    """How many are left alone, drawn how and for what: the bank's words, not the reader's."""
    about = "" if campaign.holdout_unit == Campaign.HoldoutUnit.CUSTOMER else "约"  # whole groups are drawn
    unit = campaign.get_holdout_unit_display()
    return f"以{unit}为单位抽签，留出{about}{campaign.holdout_size}户为保留组，活动期内不作营销联系，用于如实衡量成效。"


def offers_of(campaign: Campaign) -> list[Offer]:
    """What the plan promises, in the order of their references."""
    if not campaign.offers:
        return []
    return list(Offer.objects.filter(ref__in=campaign.offers).select_related("product").order_by("ref"))


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of what differs, in the order of the plan."""
    return [name for name in LABELS if old.get(name) != new.get(name)]
