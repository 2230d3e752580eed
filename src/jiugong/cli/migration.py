"""`jiugong migration`: who moved between two segmentations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ._engine import Engine


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migration")(migration)


def migration(
    before: Annotated[Path, typer.Option(help="What `jiugong segment` wrote earlier.")],
    after: Annotated[Path, typer.Option(help="What it wrote later.")],
    out: Annotated[Path, typer.Option(help="Parquet or CSV, by the ending.")],
    values: Annotated[
        bool,
        typer.Option("--values", help="Also the mean margin before and after, as `jiugong segment --moves` needs."),
    ] = False,
    engine: Engine = "duckdb",
) -> None:
    """Counts and shares of moves from level to level, with entries and exits."""
    from ..segment import migration as run
    from ..warehouse import write_table
    from ..warehouse.engine import open_engine

    backend = open_engine(engine, readable=[before.parent, after.parent])
    moves = run(_opened(backend, before), _opened(backend, after), values=values)
    write_table(moves, out)
    rows = moves.to_pylist()
    stayed = sum(row["customers"] for row in rows if row["before"] == row["after"])
    entries = sum(row["customers"] for row in rows if row["before"] == "absent")
    exits = sum(row["customers"] for row in rows if row["after"] == "absent")
    total = sum(row["customers"] for row in rows)
    typer.echo(f"{stayed:,} stayed, {total - stayed - entries - exits:,} moved, {entries:,} entered, {exits:,} left")


def _opened(backend: Any, path: Path) -> Any:
    """Parquet is read by the engine, only the columns that are asked for; another file is small enough for memory."""
    from ..warehouse import read_table

    if path.suffix.lower() != ".parquet" or not path.is_file():
        return read_table(path)
    return backend.read_parquet(str(path.resolve()))
