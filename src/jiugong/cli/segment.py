"""`jiugong segment`: customers in, the nine-level grid out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from ._columns import numbers
from ._dates import DAYS
from ._engine import Engine

if TYPE_CHECKING:
    import pyarrow as pa

    from ..policy import Policy


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("segment")(segment)


def segment(
    out: Annotated[Path, typer.Option(help="Parquet or CSV, by the ending.")],
    customers: Annotated[
        Path | None, typer.Option(help="CSV, .xlsx or Parquet with customer_id, annual_income.")
    ] = None,
    balances: Annotated[Path | None, typer.Option(help="Balances by month; or a column `assets` in customers.")] = None,
    transactions: Annotated[Path | None, typer.Option(help="Wages among them make an income; optional.")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="A folder of `jiugong ingest`, in place of the files.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="The last complete month on this day is measured.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="The bank's policy (TOML); the default bank's if absent.")] = None,
    moves: Annotated[
        Path | None,
        typer.Option(help="What `jiugong migration --values` wrote: how customers move, for lifetime value."),
    ] = None,
    moves_months: Annotated[int, typer.Option(help="Months between the two runs of --moves.")] = 12,
    hold_levels: Annotated[
        bool, typer.Option("--hold-levels", help="A band is lost only after the policy's number of months below it.")
    ] = False,
    columns: Annotated[
        str | None, typer.Option(help="Only these beside customer_id, parted by commas; the rest is not computed.")
    ] = None,
    engine: Engine = "duckdb",
) -> None:
    """Level 1–9, value quadrant and lifetime value of every customer."""
    if (customers is None) == (warehouse is None):
        raise typer.BadParameter("give either --customers (and --balances) or --warehouse", param_hint="--customers")
    if warehouse is not None and (balances is not None or transactions is not None):
        raise typer.BadParameter("the warehouse holds the balances; leave it out", param_hint="--balances")
    from ..policy import load_policy
    from ..segment import Segmentation, lifetime

    rules = load_policy(policy)
    terms = lifetime(rules, _moves(moves), months=moves_months)
    day = as_of.date() if as_of else None
    files = {"customers": customers, "balances": balances, "transactions": transactions}
    with _source(files, warehouse, day, engine=engine, out=out) as source:
        try:
            asked = Segmentation(
                **source.tables,
                policy=rules,
                as_of=source.as_of,
                lifetime=terms,
                hold_levels=hold_levels,
                columns=[name.strip() for name in columns.split(",")] if columns else None,
                trusted=warehouse is not None,
            )
            asked.write(out)
        except InputError as error:  # the library was given tables; whoever typed the command knows files
            if error.file:
                raise
            raise InputError(str(error), file=_name_of(error.column, files, warehouse)) from None
    typer.echo("\n".join(_summary(out, rules, source.as_of, engine)))


def _moves(path: Path | None) -> pa.Table | None:
    from ..warehouse import read_table

    if path is None:
        return None
    table = read_table(path)
    for place, name in enumerate(table.column_names):
        if name in ("customers", "value_after"):
            table = table.set_column(place, name, numbers(table, name, path))
    return table


_OF_BALANCES = ("category", "month", "average_daily", "month_end")


def _name_of(column: str, files: Mapping[str, Path | None], warehouse: Path | None) -> str:
    if warehouse is not None:
        return str(warehouse)
    file = files["balances" if column in _OF_BALANCES else "customers"]
    return file.name if file else ""


@dataclass(frozen=True)
class _Source:
    tables: Mapping[str, Any]
    as_of: date | None


@contextmanager
def _source(
    files: Mapping[str, Path | None], warehouse: Path | None, day: date | None, *, engine: str, out: Path
) -> Iterator[_Source]:
    from ..warehouse import open_snapshot
    from ..warehouse.engine import DUCKDB, open_engine

    if warehouse is not None:
        snapshot = open_snapshot(warehouse, day)
        backend = open_engine(engine, readable=[snapshot.data], writable=[out.parent])
        needed = ["customers", "balances", *({"transactions"} & set(snapshot.tables))]
        yield _Source({name: snapshot.relation(backend, name) for name in needed}, snapshot.as_of)
        return
    tables, day = _from_files(files, day)
    if engine == DUCKDB:
        yield _Source(tables, day)
        return
    # A cluster opens files, not this process's memory; its workers see the folder that the result goes to.
    with tempfile.TemporaryDirectory(prefix=".jiugong-", dir=out.parent) as folder:
        backend = open_engine(engine)
        yield _Source({name: _placed(backend, table, Path(folder) / name) for name, table in tables.items()}, day)


def _placed(backend: Any, table: pa.Table, file: Path) -> Any:
    import pyarrow.parquet as pq

    pq.write_table(table, file)
    return backend.read_parquet(file.resolve().as_uri())


def _from_files(files: Mapping[str, Path | None], day: date | None) -> tuple[dict[str, pa.Table], date | None]:
    """The tables that were named; the day, by default the end of the newest month of the balances."""
    import pyarrow.compute as pc

    from ..segment import last_day

    tables = {
        name: _conformed(path, name, with_assets=name == "customers" and files["balances"] is None)
        for name, path in files.items()
        if path is not None
    }
    for name in tables.keys() - {"customers"}:
        _warn_of_strangers(files[name], tables[name], tables["customers"])
    held = tables.get("balances")
    if day is None and held is not None and held.num_rows:
        day = last_day(pc.max(held["month"]).as_py())
    return tables, day


def _warn_of_strangers(path: Path | None, rows: pa.Table, customers: pa.Table) -> None:
    """They change nothing, which is right for a part of the customers, and a sign of two files that do not belong together."""
    import pyarrow.compute as pc

    known = pc.sum(pc.is_in(rows["customer_id"], value_set=customers["customer_id"])).as_py() or 0
    if path is not None and (strange := rows.num_rows - known):
        typer.echo(
            f"warning: {path.name}: {strange:,} of {rows.num_rows:,} rows belong to nobody in the customers' file and are "
            "not looked at",
            err=True,
        )


def _conformed(path: Path, name: str, *, with_assets: bool = False) -> pa.Table:
    """Typed to the contract. Segmentation quarantines nothing: a list that lacks customers would go unnoticed."""
    from ..warehouse.conform import conform_sheet
    from ..warehouse.contracts import TABLES, Column, TableContract
    from ..warehouse.mapping import Source
    from ..warehouse.reader import read_sheet
    from ..warehouse.reading.header import plain

    contract, source = TABLES[name], Source()
    if with_assets:
        assets = Column("assets", "money", required=True)
        contract = TableContract(name, (*contract.columns, assets), contract.key)
        source = Source(columns={plain(word): "assets" for word in ("assets", "资产", "总资产", "资产余额")})
    try:
        done = conform_sheet(read_sheet(path), contract, source, file=path.name, as_of=None)
    except InputError as error:
        if error.column != "assets":
            raise
        raise InputError(
            "is needed where no balances are given, and no header stands for it; head the column of assets 'assets' (资产), "
            "or add --balances FILE",
            file=path.name,
            column="assets",
        ) from None
    if done.rejections:
        first = done.rejections[0]
        raise InputError(
            f"{first.reason}; {done.quarantined:,} of {done.quarantined + done.table.num_rows:,} rows break the contract and nothing was written: correct "
            "them, or load the file with `jiugong ingest`, which sets them aside, and use --warehouse",
            file=first.file,
            row=first.row,
            column=first.column,
        )
    return done.table


def _summary(out: Path, rules: Policy, as_of: date | None, engine: str) -> list[str]:
    """The grid with its counts, incomes from high to low as on paper; the number of customers where it has no bands."""
    counts = _counts(out)
    day = f", as of {as_of}" if as_of else ""
    lines = [f"{sum(counts.values()):,} customers{day}, policy {rules.label}, engine {engine}"]
    if counts.keys() == {()}:
        return lines
    assets = range(1, len(rules.grid.asset_bands) + 2)
    lines.append("    " + "".join(f"{f'C{band}':>14}" for band in assets))
    for income in range(len(rules.grid.income_bands) + 1, -1, -1):
        cells = []
        for band in assets:
            level = f"L{len(assets) * (income - 1) + band} " if income else ""
            cells.append(f"{level + format(counts.get((band, income), 0), ','):>14}")
        lines.append(f"I{income}  " + "".join(cells) + ("   income unknown: no level" if income == 0 else ""))
    if excluded := counts.get((None, None), 0):
        lines.append(f"{excluded:,} not segmented ({', '.join(rules.grid.excluded_status)})")
    return lines


def _counts(out: Path) -> dict[tuple[Any, ...], int]:
    """Customers by asset and income band, from the file that was written; all together where it lacks one of them."""
    import pyarrow.dataset as ds

    result = ds.dataset(out, format=out.suffix[1:].lower())
    bands = ["asset_band", "income_band"]
    if not set(bands) <= set(result.schema.names):
        return {(): result.count_rows()}
    grouped = result.to_table(columns=bands).group_by(bands).aggregate([([], "count_all")])
    return {(row["asset_band"], row["income_band"]): row["count_all"] for row in grouped.to_pylist()}
