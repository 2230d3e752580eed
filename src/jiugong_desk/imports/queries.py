"""What the steward's pages show, limited to the batches that he may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from ..core.verdict import Verdict
from ..customers import removal
from ..customers.loading import newest_date
from ..organisation.models import Staff, Unit
from . import bridge, checking, folder, labels, rules
from .models import Batch, Fault
from .rows.bridge import UNKNOWN_OUTLET

PREVIEW_ROWS = 20
FAULTS_PER_PAGE = 50


def batches(staff: Staff) -> QuerySet[Batch]:
    found: QuerySet[Batch] = Batch.objects.visible_to(staff).select_related("by", "unit").order_by("-pk")
    return found


def sources(staff: Staff) -> list[str]:
    """Names that were used before, for the field to suggest."""
    return sorted(set(Batch.objects.visible_to(staff).values_list("source", flat=True)))


@dataclass(frozen=True)
class Cell:
    """A cell as it may be shown: masked where it is personal. `place` names its column in forms."""

    row: int
    place: int
    header: str
    text: str
    hidden: bool


@dataclass(frozen=True)
class GridRow:
    """One fault of the grid with its cell, in words. `who`: the row's customer, masked; `options`: what the cell may
    say, where that is a list."""

    fault: Fault
    cell: Cell
    label: str
    why: str
    who: str = ""
    options: Sequence[tuple[str, str]] = ()


def places(batch: Batch) -> dict[str, int]:
    return {line["header"]: place for place, line in enumerate(batch.detected.get("columns", []))}


def header_at(batch: Batch, place: str) -> str:
    """The header that a form names by its place; "" for none."""
    lines = batch.detected.get("columns", [])
    return str(lines[int(place)]["header"]) if place.isdecimal() and len(place) < 9 and int(place) < len(lines) else ""


def faults(batch: Batch, *, column: str, code: str) -> QuerySet[Fault]:
    found = batch.faults.all()
    if column:
        found = found.filter(column=column)
    return found.filter(code=code) if code else found


def fault_kinds(batch: Batch) -> list[dict[str, Any]]:
    """Columns and reasons that stand in the grid, the commonest first, for its filter."""
    rows = batch.faults.values("column", "code").annotate(number=Count("pk")).order_by("-number", "column", "code")
    return [
        {**row, "label": _column_label(batch.table, row["column"]), "why": bridge.reason_text(row["code"], batch.table, row["column"])}
        for row in rows
    ]  # fmt: skip


def grid(batch: Batch, page: Any) -> list[GridRow]:
    """The rows of a page of faults, with their cells as corrected so far."""
    listed = list(page)
    held = texts_of(batch, sorted({fault.row for fault in listed}))
    at = places(batch)
    headers = {line["column"]: line["header"] for line in batch.detected.get("columns", [])}
    outlets = outlet_options(batch) if any(fault.code == UNKNOWN_OUTLET for fault in listed) else []
    rows = []
    for fault in listed:
        text = held.get(fault.row, {}).get(fault.header, "")
        hidden = bridge.is_personal(batch.table, fault.column) and bool(text)
        shown = bridge.masked(text, batch.table, fault.column, fault.header) if hidden else text
        cell = Cell(fault.row, at.get(fault.header, -1), fault.header, shown, hidden)
        why = bridge.reason_text(fault.code, batch.table, fault.column)
        who = _who(batch, held.get(fault.row, {}), headers)
        options = outlets if fault.code == UNKNOWN_OUTLET else _options(batch.table, fault)
        rows.append(GridRow(fault, cell, _column_label(batch.table, fault.column), why, who, options))
    return rows


def _who(batch: Batch, cells: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The customer's number, and his name as it may be shown."""
    said = [bridge.masked(cells.get(headers[name], ""), batch.table, name, headers[name]) for name in ("customer_id", "name") if name in headers]  # fmt: skip
    return " ".join(word for word in said if word)


def _options(table: str, fault: Fault) -> list[tuple[str, str]]:
    if fault.code not in ("not_a_choice", "not_a_bool"):
        return []
    return [(word, word) for word in bridge.choice_words(table, fault.column)]


def outlet_options(batch: Batch) -> list[tuple[str, str]]:
    """Where a customer of this file may belong: the units at and below the batch's, without departments."""
    below = Unit.objects.filter(path__startswith=batch.unit.path).exclude(kind=Unit.Kind.DEPARTMENT).order_by("path")
    return [(unit.code, f"{unit.name}（{unit.code}）") for unit in below]


def texts_of(batch: Batch, rows: list[int]) -> dict[int, dict[str, str]]:
    """Cells by row and header, as corrected so far."""
    held = bridge.texts(checking.as_read(batch), rows)
    for one in batch.corrections.filter(row__in=rows):
        if one.row in held:
            held[one.row][one.header] = one.text
    return held


def first_rows(batch: Batch) -> list[tuple[int, list[str]]]:
    """The first rows of the file, masked: what no column was made of may be anything, and is hidden altogether."""
    sheet = checking.as_read(batch)
    rows = bridge.first_rows(sheet, PREVIEW_ROWS)
    held = texts_of(batch, rows)
    lines = batch.detected["columns"]
    return [(row, [_masked(batch, line, held[row].get(line["header"], "")) for line in lines]) for row in rows]


def _masked(batch: Batch, line: dict[str, Any], text: str) -> str:
    return bridge.masked(text, batch.table, line["column"], line["header"])


def _column_label(table: str, column: str) -> str:
    return bridge.column_label(table, column) if column else ""


def column_choices(table: str) -> list[tuple[str, str]]:
    """Columns that a header may stand for: the bank's word, and whether it must be there."""
    return [(column.name, bridge.column_label(table, column.name)) for column in bridge.contract(table).columns]


@dataclass(frozen=True)
class Change:
    """What a load does to one table, compared with the day `day`. `sums`: (label, of the load, before, after), yuan;
    `cells`: (column, how many cells, how many of them grave, in words).
    """

    label: str
    counts: list[tuple[str, int]]
    rows_before: int
    rows_after: int
    sums: list[tuple[str, Decimal, Decimal, Decimal]]
    gone: int
    day: str
    cells: list[tuple[str, int, str]]

    @property
    def grave(self) -> bool:
        return any(grave for _column, _count, grave in self.cells)


def changes(batch: Batch) -> list[Change]:
    found = []
    for table, said in batch.preview.get("tables", {}).items():
        counts = [(str(words), said[kind]) for kind, words in labels.COUNTS.items()]
        sums = [
            (bridge.column_label(table, name), Decimal(of["load"]), Decimal(of["before"]), Decimal(of["after"]))
            for name, of in said["sums"].items()
            if Decimal(of["load"])
        ]
        grave = said.get("grave", {})
        cells = [
            (bridge.column_label(table, name), count, str(labels.GRAVE[name]).format(count=grave[name]) if grave.get(name) else "")
            for name in bridge.contract(table).names  # a database keeps keys in an order of its own
            if (count := said.get("columns", {}).get(name))
        ]  # fmt: skip
        found.append(Change(labels.table(table), counts, said["rows_before"], said["rows_after"], sums, said.get("gone", 0), said.get("with", ""), cells))  # fmt: skip
    return found


@dataclass(frozen=True)
class ChangedRow:
    """A row that stands and would change: (column, old, new, grave) of each cell, masked."""

    label: str
    who: str
    cells: list[tuple[str, str, str, bool]]
    grave: bool


def changed_rows(batch: Batch) -> list[ChangedRow]:
    """The first of them; none where the folder was cleared."""
    return [
        ChangedRow(
            labels.table(row["table"]),
            row["who"],
            [(bridge.column_label(row["table"], name), old, new, grave) for name, old, new, grave in row["cells"]],
            row["grave"],
        )
        for row in folder.read_changes(batch.ref)
    ]


def control_columns(batch: Batch) -> list[tuple[str, str, Decimal]]:
    """Columns whose sum can be compared with a control figure: (`table.column`, words, the sum in yuan)."""
    return [
        (f"{table}.{name}", f"{labels.table(table)} · {bridge.column_label(table, name)}", Decimal(total))
        for table, sums in batch.preview.get("sums", {}).items()
        for name, total in sums.items()
    ]


@dataclass(frozen=True)
class Figure:
    """A control figure beside the system's own. `by`: how much more the system has."""

    label: str
    typed: Decimal
    found: Decimal

    @property
    def by(self) -> Decimal:
        return self.found - self.typed


def figures(batch: Batch, *, rows: int | None, amount: Decimal | None, column: str) -> dict[str, Figure]:
    """What was typed of the sender's figures, compared: `rows`, `amount`."""
    words = {code: (label, total) for code, label, total in control_columns(batch)}
    found = {}
    if rows is not None:
        found["rows"] = Figure(str(labels.ROWS), Decimal(rows), Decimal(batch.preview["checked"]["read"]))
    if amount is not None:
        label, total = words.get(column, (str(labels.SUM), Decimal(0)))
        found["amount"] = Figure(label, amount, total)
    return found


def figures_kept(batch: Batch) -> dict[str, Figure]:
    """The figures that the batch was committed with."""
    kept = batch.control
    amount = kept.get("amount")
    return figures(batch, rows=kept.get("rows"), amount=None if amount is None else Decimal(amount), column=kept.get("column", ""))  # fmt: skip


@dataclass(frozen=True)
class Undoing:
    """What an undo would change: by table in the warehouse; customers that would go; and whether it may be."""

    tables: list[tuple[str, int, int]]
    customers: int
    verdict: Verdict
    later: int


def undoing(batch: Batch) -> Undoing:
    tables = [(labels.table(name), said["new"], said["changed"]) for name, said in batch.result.get("tables", {}).items()]  # fmt: skip
    later = Batch.objects.everyone().filter(
        as_of=batch.as_of, state=Batch.State.COMMITTED, committed_at__gt=batch.committed_at
    )
    brought = removal.brought_by(batch.name).count()
    return Undoing(tables, brought, undo_verdict(batch), later.count())


def undo_verdict(batch: Batch, *, going: bool = False) -> Verdict:
    """Whether the batch may be taken back as things stand; `going` for the worker that has begun with it."""
    states = (Batch.State.COMMITTED, Batch.State.UNDOING) if going else (Batch.State.COMMITTED,)
    newest: date | None = None
    work: dict[str, int] = {}
    customers = 0
    if batch.result.get("desk"):
        newest = newest_date()
        brought = removal.brought_by(batch.name)
        work = {str(labels.WORK.get(kind, kind)): number for kind, number in removal.work_on(brought).items()}
        customers = len(removal.with_work(brought)) if work else 0
    return rules.may_undo(
        committed=batch.state in states, work=work, customers=customers, as_of=batch.as_of, newest=newest
    )
