"""`jiugong batches`: what was loaded into a snapshot, and taking a load back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ._dates import DAYS
from .ingest import Warehouse

if TYPE_CHECKING:
    from ..warehouse import Batch, Undone


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("batches")(batches)


def batches(
    as_of: Annotated[datetime | None, typer.Option(formats=DAYS, help="Which snapshot; the newest by default.")] = None,
    warehouse: Warehouse = Path("warehouse"),
    undo: Annotated[str, typer.Option(help="Take this batch back: inserts go, changes are as they were.")] = "",
) -> None:
    """List the loads of a snapshot, or undo one of them."""
    from ..warehouse import batches as listed
    from ..warehouse import open_snapshot, undo_batch

    day = as_of.date() if as_of else open_snapshot(warehouse).as_of
    if undo:
        typer.echo("\n".join(_undone(undo_batch(warehouse, day, undo))))
    else:
        typer.echo("\n".join(_line(batch) for batch in listed(warehouse, day)) or f"no batch was loaded into {day}")


def _line(batch: Batch) -> str:
    """`jan-7  2026-01-07  replace  customers: 3 new, 1 changed  [a.csv]`."""
    did = "; ".join(
        f"{name}: " + (", ".join(f"{number:,} {kind}" for kind, number in vars(counts).items() if number) or "no rows")
        for name, counts in batch.tables.items()
    )
    files = f"  [{', '.join(file.file for file in batch.files)}]" if batch.files else ""
    when = f"  at {batch.at}" if batch.at else ""
    return f"{batch.id}  {batch.as_of}  {batch.mode}  {did}{files}{when}" + ("  undone" if batch.undone else "")


def _undone(done: Undone) -> list[str]:
    state = "undone" if done.changed else "had been undone already"
    lines = [f"batch '{done.batch.id}' {state}; snapshot of {done.snapshot.as_of}: {done.snapshot.folder} ({done.snapshot.digest[:12]})"]  # fmt: skip
    if done.also_in:
        days = ", ".join(str(day) for day in done.also_in)
        lines.append(f"what it brought is also in the snapshots that began as this one: {days}; undo it there too")
    return lines
