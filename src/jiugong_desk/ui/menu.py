"""The menu: one line per room, shown to those who may enter."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Item:
    label: str | Promise
    route: str
    permission: str
    icon: str


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    address: str
    icon: str
    active: bool


ITEMS = (
    Item(_("今日工作"), "today", "call.work", "phone"),
    Item(pgettext_lazy("菜单", "客户"), "customers", "customer.view", "users"),
    Item(pgettext_lazy("菜单", "营销活动"), "campaigns", "campaign.view", "target"),
    Item(_("到店接待"), "visits", "appointment.view", "calendar"),
    Item(_("通报与评价"), "reports", "report.view", "chart"),
    Item(_("审计记录"), "audit", "audit.read", "shield"),
    Item(_("机构与人员"), "staff", "staff.manage", "building"),
)

# Where a person's day begins, by what he alone is waited for; else in the first room of the menu.
FIRST = (
    ("call.work", "today"),
    ("campaign.draft", "campaigns"),
    ("script.approve", "campaigns"),
    ("campaign.approve", "campaigns"),
    ("report.write", "reports"),
)


def home_of(request: HttpRequest) -> str | None:
    """The address that the bare site leads to; None for one who may enter no room."""
    for permission, route in FIRST:
        if request.user.may(permission):  # type: ignore[union-attr]
            return reverse(route)
    entries = menu_for(request)
    return entries[0].address if entries else None


def menu_for(request: HttpRequest) -> list[Entry]:
    """The rooms that this person may enter; the most specific match of the address is active."""
    entries = []
    for item in ITEMS:
        if not request.user.may(item.permission):  # type: ignore[union-attr]
            continue
        try:
            address = reverse(item.route)
        except NoReverseMatch:
            continue
        entries.append(Entry(item.label, address, item.icon, request.path.startswith(address)))
    return entries
