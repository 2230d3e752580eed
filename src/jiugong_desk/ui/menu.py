"""The menu: one line per room, shown to those who may enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Item:
    """A room. `waits_for`: whose day begins here, by what only they can do."""

    label: str | Promise
    route: str
    permission: str
    icon: str
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    address: str
    icon: str
    active: bool
    waiting: int = 0


DECIDES = ("campaign.draft", "script.approve", "campaign.approve")
ITEMS = (
    Item(_("今日工作"), "today", "call.work", "phone", ("call.work",)),
    Item(pgettext_lazy("菜单", "客户"), "customers", "customer.view", "users"),
    Item(_("客户分布"), "board", "customer.view", "grid"),
    Item(pgettext_lazy("菜单", "营销活动"), "campaigns", "campaign.view", "target", DECIDES),
    Item(_("全局保留组"), "holdout", "campaign.see_holdout", "shield"),
    Item(_("审批"), "approvals", "approval.view", "check"),
    Item(_("导出申请"), "exports", "customer.view", "download"),
    Item(_("产品与优惠"), "products", "product.view", "package"),
    Item(_("现场督导"), "supervision", "call.supervise", "phone", ("call.reassign",)),
    Item(_("排班"), "duty", "duty.view", "clock"),
    Item(_("培训"), "trainings", "training.view", "book"),
    Item(_("数据导入"), "imports", "data.load", "upload", ("data.load",)),
    Item(_("客户进展"), "pipeline", "customer.view", "target"),
    Item(_("我的任务"), "tasks", "task.work", "check"),
    Item(_("到店接待"), "visits", "appointment.view", "calendar"),
    Item(_("质检"), "quality", "quality.view", "check", ("quality.check",)),
    Item(_("通报与评价"), "reports", "report.view", "chart", ("report.write",)),
    Item(_("文件"), "documents", "document.view", "file"),
    Item(_("审计记录"), "audit", "audit.read", "shield"),
    Item(_("机构与人员"), "staff", "staff.manage", "building"),
    Item(_("话机接入"), "telephony", "telephony.manage", "phone"),
)


# How much waits for a person in a room, by route; the rooms tell (`AppConfig.ready`).
_counters: dict[str, Callable[[Any, datetime], int]] = {}


def register_counter(route: str, count: Callable[[Any, datetime], int]) -> None:
    """Show beside the room's line how much waits there; `count(staff, now)` takes one query at most."""
    _counters[route] = count


def home_of(request: HttpRequest) -> str | None:
    """The address that the bare site leads to: the first room that waits for this person, else the first; or None."""
    may = request.user.may  # type: ignore[union-attr]
    rooms = [item for item in ITEMS if may(item.permission)]
    rooms.sort(key=lambda item: not any(map(may, item.waits_for)))
    return reverse(rooms[0].route) if rooms else None


def menu_for(request: HttpRequest) -> list[Entry]:
    """The rooms that this person may enter; the most specific match of the address is active."""
    may = request.user.may  # type: ignore[union-attr]
    rooms = [(item, address) for item in ITEMS if may(item.permission) and (address := _address(item)) is not None]
    here = max((address for _item, address in rooms if request.path.startswith(address)), key=len, default="")
    entries = []
    for item, address in rooms:
        count = _counters.get(item.route)
        waiting = count(request.user, request.now) if count else 0  # type: ignore[attr-defined]
        entries.append(Entry(item.label, address, item.icon, address == here, waiting))
    return entries


def _address(item: Item) -> str | None:
    """None where the room is not installed."""
    try:
        return reverse(item.route)
    except NoReverseMatch:
        return None
