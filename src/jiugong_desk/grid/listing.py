"""Lists of customers that can be taken out: a watch list, and who moved between two months."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ..customers import queries as customers
from ..customers.models import Customer, Move
from ..exports.sources import Line, Source
from ..organisation.models import Staff
from . import flows, watching
from .forms import FlowForm, MigrationChoice, MigrationForm, month_name
from .models import WatchList
from .reading import name_of
from .watching import Shown

WATCH, MOVERS = "watch", "movers"
BATCH = 1_000


def _watch_list(staff: Staff, terms: Mapping[str, str]) -> WatchList | None:
    return WatchList.objects.filter(ref=terms.get("list", "")).first()


def _watch_about(found: WatchList) -> list[tuple[str, str]]:
    return [
        (_("月份"), f"{found.month:%Y-%m}"), (_("数据日期"), found.as_of.isoformat()),
        (_("政策版本"), found.policy_version), (_("定义"), found.definition), (_("指纹"), found.digest[:16]),
        *watching.parameters_of(found),
    ]  # fmt: skip


def _watch_refs(staff: Staff, found: WatchList) -> list[str]:
    return list(watching.entries(staff, found).values_list("customer__ref", flat=True))


def _watch_lines(staff: Staff, found: WatchList, refs: Collection[str]) -> tuple[list[str], list[Line]]:
    rows = watching.entries(staff, found).filter(customer__ref__in=refs)
    names, shown = watching.facts_of(found, list(rows))
    lines: list[Line] = [(entry.customer, (_level(entry.customer), *map(_cell, facts))) for entry, facts in shown]
    return [_("级别"), *names], lines


@dataclass(frozen=True)
class Movers:
    """One flow between two months, both known."""

    choice: MigrationChoice
    first: date
    last: date
    before: int
    after: int

    @property
    def names(self) -> tuple[str, str]:
        return str(name_of(self.before, flows.BEFORE)), str(name_of(self.after, flows.AFTER))


def terms_of(choice: MigrationChoice, before: int, after: int) -> dict[str, str]:
    """What a request keeps of the choice."""
    return {
        "first": month_name(choice.first) if choice.first else "", "last": month_name(choice.last) if choice.last else "",
        "unit": choice.unit.code if choice.unit else "", "manager": choice.manager.staff_no if choice.manager else "",
        "before": str(before), "after": str(after),
    }  # fmt: skip


def _movers(staff: Staff, terms: Mapping[str, str]) -> Movers | None:
    """None also where the choice no longer is what it was: a form falls back to another one, a file must not."""
    units, managers = customers.units_of(staff), customers.managers_of(staff, terms.get("unit", ""))
    choice = MigrationForm(terms, units=units, managers=managers, months=customers.months()).choice()
    flow = FlowForm(terms)
    if choice.first is None or choice.last is None or not flow.is_valid():
        return None
    found = Movers(choice, choice.first, choice.last, **flow.cleaned_data)
    return found if terms_of(choice, found.before, found.after) == dict(terms) else None


def _movers_title(found: Movers) -> str:
    return f"{_('客户迁移')} {' → '.join(found.names)}（{month_name(found.first)} – {month_name(found.last)}）"


def _movers_about(found: Movers) -> list[tuple[str, str]]:
    (first, last), choice = flows.ends(found.choice), found.choice
    return [
        (_("去向"), " → ".join(found.names)), (_("期初"), first), (_("期末"), last),
        (_("机构"), choice.unit.name if choice.unit else _("本人可见的全部")),
        (_("客户经理"), choice.manager.name if choice.manager else _("全部")),
    ]  # fmt: skip


def _keys(staff: Staff, found: Movers) -> Iterator[list[int]]:
    """The last move of each whom the viewer sees, richest first, in pieces."""
    keys = [one.key for one in flows.behind(staff, found.choice, found.before, found.after) if one.seen]
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _movers_refs(staff: Staff, found: Movers) -> list[str]:
    refs: list[str] = []
    for keys in _keys(staff, found):
        rows = dict(Move.objects.visible_to(staff).filter(pk__in=keys).values_list("pk", "customer__ref"))
        refs += [rows[key] for key in keys if key in rows]
    return refs


def _movers_lines(staff: Staff, found: Movers, refs: Collection[str]) -> tuple[list[str], list[Line]]:
    names = [
        _("期初"), _("期末"), _("期初资产（元）"), _("期末资产（元）"), _("期初年收入（元）"), _("期末年收入（元）"),
        _("原因"), _("月份"),
    ]  # fmt: skip
    wanted = set(refs)
    moves = (
        move for keys in _keys(staff, found) for move in flows.moves_of(staff, keys) if move.customer.ref in wanted
    )
    return names, [(move.customer, _move(found, move)) for move in moves]


def _move(found: Movers, move: Move) -> tuple[object, ...]:
    figures = (move.from_assets, move.to_assets, move.from_income, move.to_income)
    return (*found.names, *figures, str(move.get_why_display()), move.month.label)


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


SOURCES = (
    Source(
        WATCH, "customer.view", frozenset({"list"}), find=_watch_list, about=_watch_about, refs=_watch_refs,
        lines=_watch_lines, title=lambda found: f"{found.name}（{month_name(found.month)}）",
        name=lambda found: f"{found.name}-{month_name(found.month)}",
    ),
    Source(
        MOVERS, "customer.view", frozenset({"first", "last", "unit", "manager", "before", "after"}), find=_movers, about=_movers_about, refs=_movers_refs,
        lines=_movers_lines, title=_movers_title, name=lambda found: f"{_('客户迁移')}-{month_name(found.last)}",
    ),
)  # fmt: skip
