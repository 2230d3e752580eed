"""What the board shows: sums that the viewer may see, by place and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet, Sum

from ..core.exact import yuan
from ..customers.history import NONE
from ..customers.models import Customer, Standing, StandingMonth
from ..customers.rules import Band, asset_bands, income_bands, level_of
from ..organisation.models import Staff
from ..organisation.policies import policy_labelled
from .bridge import Policy, Value
from .forms import BoardChoice, month_name
from .rules import MEASURES, OUTSIDE, Change, Place, Sums, change, heat, sparkline

MONTHS_SHOWN = 13
AMOUNTS = ("assets_cents", "current_value_cents", "lifetime_value_cents")
SUMMED = {f"sum_{name}": Sum(name) for name in ("customers", *AMOUNTS, *Customer.Quadrant)}
Table = Mapping[date, Mapping[Place, Sums]]


@dataclass(frozen=True)
class Cell:
    """One place: `query` leads to its customers; `line` are the sparkline's points, `spoken` the same in words."""

    label: str
    name: str
    sums: Sums
    value: Any
    share: float
    heat: int
    change: Change | None
    line: str
    spoken: str
    query: str


@dataclass(frozen=True)
class Row:
    band: Band | None  # None: income unknown
    cells: list[Cell]


@dataclass(frozen=True)
class Corner:
    """One value quadrant. `query` leads to its customers; empty where an earlier month is shown."""

    code: str
    name: Any
    customers: int
    share: float
    heat: int
    query: str


@dataclass(frozen=True)
class Board:
    """The grid from the top row down, the row of unknown income last; `outside`: customers who are not segmented."""

    kept: StandingMonth
    before: date | None
    columns: list[Band]
    rows: list[Row]
    total: Cell
    outside: Cell
    same_policy: bool
    quadrants: list[Corner]
    value: Value  # the policy's part that draws the quadrants

    @property
    def quadrant_rows(self) -> list[list[Corner]]:
        """As drawn: high potential above, high margin at the right."""
        return [
            sorted(row, key=attrgetter("code"), reverse=True) for row in (self.quadrants[::2], self.quadrants[1::2])
        ]


def scoped(staff: Staff, choice: BoardChoice) -> QuerySet[Standing]:
    """The sums that the viewer may see, of the chosen unit and manager."""
    rows: QuerySet[Standing] = Standing.objects.visible_to(staff)
    if choice.unit is not None:
        rows = rows.filter(unit__path__startswith=choice.unit.path)
    if choice.manager is not None:
        rows = rows.filter(manager=choice.manager)
    return rows


def table(staff: Staff, choice: BoardChoice, months: Sequence[date]) -> Table:
    """month -> place -> sums (one query)."""
    found: dict[date, dict[Place, Sums]] = defaultdict(dict)
    rows = scoped(staff, choice).filter(month__in=months).order_by()
    for month, income, asset, *numbers in rows.values_list("month", "income_band", "asset_band").annotate(**SUMMED):
        found[month][(income, asset)] = sums_of(numbers)
    return found


def sums_of(numbers: Sequence[int]) -> Sums:
    """From what `SUMMED` adds up, in its order."""
    customers, assets, current, lifetime, *quadrants = numbers
    return Sums(customers, yuan(assets), yuan(current), yuan(lifetime), tuple(quadrants))


def board(staff: Staff, choice: BoardChoice) -> Board | None:
    """None where no month is recorded yet. Three queries."""
    kept = {row.month: row for row in StandingMonth.objects.all()}
    if choice.month is None or choice.month not in kept:
        return None
    months = [month for month in kept if month <= choice.month][-MONTHS_SHOWN:]
    policy = policy_labelled(kept[choice.month].policy_version)  # the bands of that month
    return _Maker(choice, months, table(staff, choice, months), policy).board(kept)


class _Maker:
    """Puts the sums of the months into cells."""

    def __init__(self, choice: BoardChoice, months: list[date], sums: Table, policy: Policy) -> None:
        self._choice, self._months, self._sums, self._policy = choice, months, sums, policy
        self._grid = policy.grid
        self._measure = MEASURES[choice.measure]
        here = sums.get(months[-1], {})
        self._customers = sum(cell.customers for cell in here.values())
        values = [self._measure.of(cell) for place, cell in here.items() if place != OUTSIDE]
        self._most = max((value for value in values if value), default=0)

    def board(self, kept: Mapping[date, StandingMonth]) -> Board:
        columns, incomes = asset_bands(self._grid), income_bands(self._grid)
        now, before = self._months[-1], self._months[-2] if len(self._months) > 1 else None
        rows = [
            Row(incomes[income - 1], [self._at(income, n, columns, incomes) for n in range(1, len(columns) + 1)])
            for income in range(len(incomes), 0, -1)
        ]
        rows.append(Row(None, [self._at(0, n, columns, incomes) for n in range(1, len(columns) + 1)]))
        return Board(
            kept=kept[now],
            before=before,
            columns=columns,
            rows=rows,
            total=self._cell(
                "", "", list({place for month in self._months for place in self._sums.get(month, {})}), {}
            ),
            outside=self._cell("", "", [OUTSIDE], {"asset": NONE}),
            same_policy=before is None or kept[before].policy_version == kept[now].policy_version,
            quadrants=self._quadrants(is_newest=now == max(kept)),
            value=self._policy.value,
        )

    def _quadrants(self, *, is_newest: bool) -> list[Corner]:
        """Nobody's quadrant of an earlier month is kept, only how many there were."""
        here = sum(self._sums.get(self._months[-1], {}).values(), Sums()).quadrants
        known = sum(here)
        return [
            Corner(
                code, name, count, count / known if known else 0, heat(count, max(here)),
                self._choice.query(quadrant=code) if is_newest else "",
            )
            for (code, name), count in zip(Customer.Quadrant.choices, here, strict=True)
        ]  # fmt: skip

    def _at(self, income: int, asset: int, columns: list[Band], incomes: list[Band]) -> Cell:
        column = columns[asset - 1]
        label = f"L{level_of(income, asset, self._grid)}" if income else f"{column.sign}-I?"
        name = f"{column.sign} {column.name} × {incomes[income - 1].sign if income else 'I?'}"
        return self._cell(label, name, [(income, asset)], {"income": str(income), "asset": str(asset)})

    def _cell(self, label: str, name: str, places: Sequence[Place], query: Mapping[str, str]) -> Cell:
        series = [self._sum(month, places) for month in self._months]
        now, before = series[-1], series[-2] if len(series) > 1 else None
        values = [self._measure.of(sums) for sums in series]
        said = (f"{month_name(m)} {'—' if v is None else f'{v:,}'}" for m, v in zip(self._months, values, strict=True))
        return Cell(
            label=label,
            name=name,
            sums=now,
            value=values[-1],
            share=now.customers / self._customers if self._customers else 0,
            heat=heat(values[-1], self._most),
            change=change(now, before),
            line=sparkline(values),
            spoken="；".join(said),
            query=self._choice.query(**query),
        )

    def _sum(self, month: date, places: Sequence[Place]) -> Sums:
        here = self._sums.get(month, {})
        return sum((here[place] for place in places if place in here), Sums())
