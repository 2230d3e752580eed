"""Lists of customers as sheets of a workbook: a watch list, and who moved; masked as on the page, only whom one may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from ..core.workbook import Sheet
from ..customers.models import Customer, Move
from ..organisation.models import Staff
from . import flows, watching
from .forms import MigrationChoice
from .models import WatchList
from .reading import name_of
from .watching import Shown

BATCH = 1_000


def watch_sheets(staff: Staff, found: WatchList, *, at: datetime) -> list[Sheet]:
    names, rows = watching.facts_of(found, list(watching.entries(staff, found)))
    level, customer, where = _("级别"), (_("客户号"), _("客户")), (_("客户经理"), _("网点"))
    body = [
        (*_named(entry.customer), _level(entry.customer), *map(_cell, facts), *_where(entry.customer))
        for entry, facts in rows
    ]
    about = [
        (_("名单"), found.name), (_("月份"), f"{found.month:%Y-%m}"), (_("数据日期"), found.as_of.isoformat()),
        (_("政策版本"), found.policy_version), (_("定义"), found.definition), (_("指纹"), found.digest),
        *watching.parameters_of(found), *_taken(staff, at),
    ]  # fmt: skip
    return [Sheet(_("名单"), (*customer, level, *names, *where), body), Sheet(_("说明"), (_("项目"), _("内容")), about)]


def mover_sheets(staff: Staff, choice: MigrationChoice, before: int, after: int, *, at: datetime) -> list[Sheet]:
    """Of one flow between two months."""
    was, now = name_of(before, flows.BEFORE), name_of(after, flows.AFTER)
    header = (
        _("客户号"), _("客户"), _("期初"), _("期末"), _("期初资产（元）"), _("期末资产（元）"), _("期初年收入（元）"),
        _("期末年收入（元）"), _("原因"), _("月份"), _("客户经理"), _("网点"),
    )  # fmt: skip
    body = [
        (
            *_named(move.customer), was, now, move.from_assets, move.to_assets, move.from_income, move.to_income,
            str(move.get_why_display()), move.month.label, *_where(move.customer),
        )
        for move in _moves(staff, choice, before, after)
    ]  # fmt: skip
    first, last = flows.ends(choice)
    about = [
        (_("去向"), f"{was} → {now}"), (_("期初"), first), (_("期末"), last),
        (_("机构"), choice.unit.name if choice.unit else _("本人可见的全部")),
        (_("客户经理"), choice.manager.name if choice.manager else _("全部")), *_taken(staff, at),
    ]  # fmt: skip
    return [Sheet(_("客户"), header, body), Sheet(_("说明"), (_("项目"), _("内容")), about)]


def _moves(staff: Staff, choice: MigrationChoice, before: int, after: int) -> Iterator[Move]:
    keys = [one.key for one in flows.behind(staff, choice, before, after) if one.seen]
    for start in range(0, len(keys), BATCH):
        yield from flows.moves_of(staff, keys[start : start + BATCH])


def _named(customer: Customer) -> tuple[str, str]:
    return customer.customer_no, customer.masked_name


def _where(customer: Customer) -> tuple[str, str]:
    return customer.manager.name if customer.manager else "", customer.unit.name


def _level(customer: Customer) -> str:
    return _("未分级") if customer.level is None else f"L{customer.level}"


def _cell(fact: Shown | None) -> Decimal | date | str | None:
    """Amounts and days as what they are, so that a spreadsheet can add and sort them."""
    if fact is None:
        return None
    if fact.money:
        return Decimal(fact.value)
    try:
        return date.fromisoformat(fact.value)
    except ValueError:
        return fact.value


def _taken(staff: Staff, at: datetime) -> Sequence[tuple[str, str]]:
    return (_("导出人"), str(staff)), (_("导出时间"), timezone.localtime(at).strftime("%Y-%m-%d %H:%M"))
