"""`jiugong migration`: who moved between two segmentations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migration")(migration)


def migration(
    before: Annotated[Path, typer.Option(help="What `jiugong segment` wrote earlier.")],
    after: Annotated[Path, typer.Option(help="What it wrote later.")],
    out: Annotated[Path, typer.Option(help="Parquet or CSV, by the ending.")],
) -> None:
    """Counts and shares of moves from level to level, with entries and exits."""
    from ..segment import migration as run
    from ..warehouse import read_table, write_table

    moves = run(read_table(before), read_table(after))
    write_table(moves, out)
    rows = moves.to_pylist()
    stayed = sum(row["customers"] for row in rows if row["before"] == row["after"])
    entries = sum(row["customers"] for row in rows if row["before"] == "absent")
    exits = sum(row["customers"] for row in rows if row["after"] == "absent")
    total = sum(row["customers"] for row in rows)
    typer.echo(f"{stayed:,} stayed, {total - stayed - entries - exits:,} moved, {entries:,} entered, {exits:,} left")
