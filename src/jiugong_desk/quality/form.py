"""The checker's form: items as data, with a version that is kept with every result. A change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Item:
    key: str
    label: str | Promise


FORMS: Mapping[str, tuple[Item, ...]] = MappingProxyType(
    {
        "2026-01": (
            Item("identity", _("报明本行、姓名与工号，确认对方是客户本人")),
            Item("purpose", _("说明来电目的、自愿回答、录音")),
            Item("refusal", _("客户拒绝或迟疑时立即停下，告知勿扰的方式")),
            Item("promise", _("没有承诺收益或获批，没有把贷款与存款挂钩")),
            Item("privacy", _("没有说出余额、证件等敏感信息")),
            Item("steps", _("固定步骤没有遗漏，跳过的步骤有道理")),
            Item("outcome", _("登记的结果与通话相符")),
            Item("note", _("备注与回答如实，没有多余的个人信息")),
            Item("manner", _("用语文明，不催促、不纠缠")),
        )
    }
)
CURRENT = "2026-01"

PASS, MINOR, SERIOUS, UNHEARD = "pass", "minor", "serious", "unheard"
MARKS: Mapping[str, str | Promise] = MappingProxyType(
    {
        PASS: pgettext_lazy("质检", "符合"),
        MINOR: pgettext_lazy("质检", "一般问题"),
        SERIOUS: pgettext_lazy("质检", "严重问题"),
        UNHEARD: pgettext_lazy("质检", "无法判断"),
    }
)
COLOURS: Mapping[str, str] = MappingProxyType({PASS: "green", MINOR: "yellow", SERIOUS: "red", UNHEARD: "secondary"})


def result_of(marks: Mapping[str, str]) -> str:
    """The worst mark; where nothing could be judged at all, just that."""
    found = set(marks.values())
    return next((mark for mark in (SERIOUS, MINOR, PASS) if mark in found), UNHEARD)


def items_of(version: str) -> tuple[Item, ...]:
    """The items of a version; none of one that this desk no longer knows."""
    return FORMS.get(version, ())
