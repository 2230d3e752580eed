"""`jiugong migration`: who moved between two segmentations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._engine import Engine

if TYPE_CHECKING:
    import pyarrow as pa


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
    from ..warehouse import write_table

    moves = _moves(before, after, values=values, engine=engine)
    write_table(moves, out)
    rows = moves.to_pylist()
    stayed = sum(row["customers"] for row in rows if row["before"] == row["after"])
    entries = sum(row["customers"] for row in rows if row["before"] == "absent")
    exits = sum(row["customers"] for row in rows if row["after"] == "absent")
    total = sum(row["customers"] for row in rows)
    typer.echo(f"{stayed:,} stayed, {total - stayed - entries - exits:,} moved, {entries:,} entered, {exits:,} left")


def _moves(before: Path, after: Path, *, values: bool, engine: str) -> pa.Table:
    """Sorted files in one pass; else, and on a cluster, by a join."""
    from ..segment import migration as run
    from ..warehouse.engine import DUCKDB, open_engine

    if engine == DUCKDB and not values and all(_is_parquet(path) for path in (before, after)):
        from ..segment.merging import sorted_moves

        found = sorted_moves(before, after)
        if found is not None:
            return found
    backend = open_engine(engine, readable=[before.parent, after.parent])
    return run(_opened(backend, before), _opened(backend, after), values=values)


def _opened(backend: Any, path: Path) -> Any:
    """Parquet is read by the engine, only the columns that are asked for; another file is small enough for memory."""
    from ..warehouse import read_table

    return backend.read_parquet(str(path.resolve())) if _is_parquet(path) else read_table(path)


def _is_parquet(path: Path) -> bool:
    """By its first bytes, so that a file of another kind gets the sentence that says so."""
    if path.suffix.lower() != ".parquet" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"
