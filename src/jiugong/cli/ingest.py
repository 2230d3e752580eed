"""`jiugong ingest`: a bank's extracts into the warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._dates import DAYS

if TYPE_CHECKING:
    from ..warehouse import IngestReport, Preview, Rejection, TableChange

Warehouse = Annotated[Path, typer.Option(envvar="JIUGONG_WAREHOUSE", help="Folder of the snapshots.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="CSV, .xlsx or Parquet files, or folders of them.")],
    as_of: Annotated[datetime, typer.Option(formats=DAYS, help="The date that the extracts speak of.")],
    mapping: Annotated[
        Path | None, typer.Option(help="How the bank's own files reach the canonical tables (TOML).")
    ] = None,
    warehouse: Warehouse = Path("warehouse"),
    table: Annotated[
        str | None, typer.Option(help="The canonical table of every file; else by mapping or name.")
    ] = None,
    mode: Annotated[
        str, typer.Option(help="replace: rows by key; update: filled cells only; new: new keys only.")
    ] = "replace",
    onto_previous: Annotated[
        bool, typer.Option("--onto-previous", help="A daily update: a new date begins as the newest earlier one.")
    ] = False,
    afresh: Annotated[str, typer.Option(help="Tables, by comma, that do not begin as on the earlier date.")] = "",
    batch: Annotated[str, typer.Option(help="A name for this load; the same again does nothing.")] = "",
    at: Annotated[str, typer.Option(help="When, to be kept with the batch.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say what it would do; write nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what became of each file as JSON.")] = None,
) -> None:
    """Load extracts into the snapshot of a date; rows that break the contract go to quarantine.

    Exit code 3: loaded, but part was quarantined.
    """
    from .. import warehouse as library
    from . import QUARANTINED
    from ._progress import progress

    names = _tables(afresh)
    if table is not None:
        _tables(table, "--table")
    if mode not in library.MODES:
        raise typer.BadParameter(f"'{mode}' is none of {', '.join(library.MODES)}", param_hint="--mode")
    if names and not onto_previous:
        raise typer.BadParameter("belongs to --onto-previous; add it, or leave this out", param_hint="--afresh")
    terms = library.Terms(mode, batch, at, onto_previous, names)
    with progress() as tell:
        how: dict[str, Any] = {"warehouse": warehouse, "as_of": as_of.date(), "mapping": mapping, "table": table}
        how |= {"terms": terms, "progress": tell}
        done = library.preview(paths, **how) if preview else library.ingest(paths, **how)
    if report is not None:
        _write_json(done, report)
    typer.echo("\n".join(_summary(done) if isinstance(done, library.IngestReport) else _preview(done)))
    if done.quarantined:
        raise typer.Exit(QUARANTINED)


def _tables(text: str, option: str = "--afresh") -> tuple[str, ...]:
    from ..warehouse import READABLE, TABLES

    known = READABLE if option == "--table" else TABLES
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"'{name}' is none of {', '.join(known)}", param_hint=option)
    return names


def _summary(done: IngestReport) -> list[str]:
    lines = _files(done)
    lines += [_counted(name, vars(counts)) for name, counts in done.batch.tables.items() if counts.unchanged or counts.changed or counts.left]  # fmt: skip
    if done.quarantine:
        lines += [f"quarantined: {line}" for line in _why(done.rejections)]
        lines.append(f"quarantine: {done.quarantine}; correct these rows at their source and ingest the file again")
    state = "written" if done.changed else "unchanged"
    if done.repeated:
        lines.append(f"batch '{done.batch.id}' had been loaded already; this is what it did then")
    where = f"{done.snapshot.folder} ({done.snapshot.digest[:12]})"
    return [*lines, f"snapshot of {done.snapshot.as_of} {state}: {where}, batch {done.batch.id}"]


def _preview(done: Preview) -> list[str]:
    lines = _files(done) + [f"would be quarantined: {line}" for line in _why(done.rejections)]
    for change in done.tables:
        lines.append(_counted(change.table, vars(change.counts)))
        lines.append(f"{change.table}: {change.rows_before:,} rows now, {change.rows_after:,} after")
        lines += _sums(change)
    return [*lines, "nothing was written"]


def _sums(change: TableChange) -> list[str]:
    return [
        f"{change.table}, {name}: {sums.load:,.2f} in the load; {sums.before:,.2f} now, {sums.after:,.2f} after"
        for name, sums in change.sums.items()
        if sums.load or sums.before
    ]


def _files(done: IngestReport | Preview) -> list[str]:
    lines = [
        f"{file.file} -> {file.table}: {file.read:,} read, {file.loaded:,} loaded, {file.quarantined:,} quarantined"
        for file in done.files
    ]
    lines += [f"{file.file}: not used: {', '.join(file.unused)}" for file in done.files if file.unused]
    return lines + [f"warning: {doubt}" for doubt in done.doubts]


def _counted(table: str, counts: dict[str, int]) -> str:
    return f"{table}: " + ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number or kind != "left")


def _why(rejections: Iterable[Rejection]) -> list[str]:
    """What was wrong in which column, the commonest first, with the first row where it was."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    for rejection in rejections:
        alike.setdefault((rejection.file, rejection.column, rejection.reason), []).append(rejection.row)
    by_count = sorted(alike.items(), key=lambda item: -len(item[1]))
    return [
        f"{file}, {column or 'whole row'}: {why} ({len(rows):,} x, first in row {rows[0]})"
        for (file, column, why), rows in by_count
    ]


def _write_json(done: IngestReport | Preview, path: Path) -> None:
    import json

    path.write_text(json.dumps(done.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
