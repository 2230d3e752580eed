"""`jiugong ingest`: a bank's extracts into the warehouse."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..warehouse import IngestReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="CSV, .xlsx or Parquet files, or folders of them.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The date that the extracts speak of.")],
    mapping: Annotated[
        Path | None, typer.Option(help="How the bank's own files reach the canonical tables (TOML).")
    ] = None,
    warehouse: Annotated[Path, typer.Option(envvar="JIUGONG_WAREHOUSE", help="Folder of the snapshots.")] = Path(
        "warehouse"
    ),
    table: Annotated[
        str | None, typer.Option(help="The canonical table of every file; else by mapping or name.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what became of each file as JSON.")] = None,
) -> None:
    """Load extracts into the snapshot of a date; rows that break the contract go to quarantine.

    Exit code 3: loaded, but part was quarantined.
    """
    from ..warehouse import TABLES
    from ..warehouse import ingest as run
    from . import QUARANTINED
    from ._progress import progress

    if table is not None and table not in TABLES:
        raise typer.BadParameter(f"'{table}' is none of {', '.join(TABLES)}", param_hint="--table")
    with progress() as tell:
        done = run(paths, warehouse=warehouse, as_of=as_of.date(), mapping=mapping, table=table, progress=tell)
    if report is not None:
        _write_json(done, report)
    typer.echo("\n".join(_summary(done)))
    if done.quarantined:
        raise typer.Exit(QUARANTINED)


def _summary(done: IngestReport) -> list[str]:
    lines = [
        f"{file.file} -> {file.table}: {file.read:,} read, {file.loaded:,} loaded, {file.quarantined:,} quarantined"
        for file in done.files
    ]
    lines += [f"{file.file}: not used: {', '.join(file.unused)}" for file in done.files if file.unused]
    if done.quarantine:
        lines += [f"quarantined: {line}" for line in _why(done)]
        lines.append(f"quarantine: {done.quarantine}; correct these rows at their source and ingest the file again")
    state = "written" if done.changed else "unchanged"
    return [*lines, f"snapshot of {done.snapshot.as_of} {state}: {done.snapshot.folder} ({done.snapshot.digest[:12]})"]


def _why(done: IngestReport) -> list[str]:
    """What was wrong in which column, the commonest first, with the first row where it was."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    for rejection in done.rejections:
        alike.setdefault((rejection.file, rejection.column, rejection.reason), []).append(rejection.row)
    by_count = sorted(alike.items(), key=lambda item: -len(item[1]))
    return [
        f"{file}, {column or 'whole row'}: {why} ({len(rows):,} x, first in row {rows[0]})"
        for (file, column, why), rows in by_count
    ]


def _write_json(done: IngestReport, path: Path) -> None:
    import json

    path.write_text(json.dumps(done.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
