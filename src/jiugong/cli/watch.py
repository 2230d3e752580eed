"""`jiugong watch`: who deserves a look at the month-end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError
from ._dates import DAYS
from ._engine import Engine


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(
    warehouse: Annotated[Path, typer.Option(envvar="JIUGONG_WAREHOUSE", help="A folder of `jiugong ingest`.")],
    out: Annotated[Path, typer.Option(help="Parquet or CSV, by the ending: a row for each list and customer.")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="The last month-end on this day; else the snapshot's.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="The bank's policy (TOML); the default bank's if absent.")] = None,
    engine: Engine = "duckdb",
) -> None:
    """Near a limit, attrition light and heavy, won back, maturing, dormant, wages lost, new, large inflow."""
    from ..policy import load_policy
    from ..segment import watch_lists
    from ..segment.watch import together
    from ..warehouse import open_snapshot, write_table
    from ..warehouse.engine import open_engine

    rules = load_policy(policy)
    snapshot = open_snapshot(warehouse, as_of.date() if as_of else None)
    backend = open_engine(engine, readable=[snapshot.data])
    tables: dict[str, Any] = {name: snapshot.relation(backend, name) for name in snapshot.tables}
    if "customers" not in tables:
        raise InputError(f"the snapshot of {snapshot.as_of} has no customers; load them first", file=str(warehouse))
    lists = watch_lists(tables, policy=rules, as_of=snapshot.as_of)
    found = backend.to_pyarrow(together(lists, policy=rules))
    write_table(found, out)
    counts: dict[str, int] = {}
    for row in found.group_by("list").aggregate([("customer_id", "count_distinct")]).to_pylist():
        counts[row["list"]] = row["customer_id_count_distinct"]
    typer.echo(f"month-end {lists[0].as_of}, policy {rules.label}, engine {engine}")
    for one in lists:
        said = f"{counts.get(one.code, 0):>12,}" if one.rows is not None else f"{'not known':>12}: no {one.lacks}"
        typer.echo(f"{one.code:18}{said}")
