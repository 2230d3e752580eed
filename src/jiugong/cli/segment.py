"""`jiugong segment`: customers in, the nine-level grid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError

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
    warehouse: Annotated[Path | None, typer.Option(help="A folder of `jiugong ingest`, in place of the files.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last complete month on this day is measured.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="The bank's policy (TOML); the default bank's if absent.")] = None,
    engine: Annotated[str, typer.Option(help="duckdb")] = "duckdb",
) -> None:
    """Level 1–9, value quadrant and lifetime value of every customer."""
    from ..policy import load_policy
    from ..segment import segment as run
    from ..warehouse import write_table

    if engine != "duckdb":
        raise typer.BadParameter(
            f"'{engine}' was asked for; this version computes on DuckDB inside the process: leave --engine out",
            param_hint="--engine",
        )
    if (customers is None) == (warehouse is None):
        raise typer.BadParameter("give either --customers (and --balances) or --warehouse", param_hint="--customers")
    if warehouse is not None and balances is not None:
        raise typer.BadParameter("the warehouse holds the balances; leave it out", param_hint="--balances")
    day = as_of.date() if as_of else None
    rules = load_policy(policy)
    source = _from_warehouse(warehouse, day) if warehouse else _from_files(customers, balances, day)
    try:
        result = run(source.customers, source.balances, policy=rules, as_of=source.as_of)
    except InputError as error:  # the library was given tables; whoever typed the command knows files
        if error.file:
            raise
        raise InputError(str(error), file=_name_of(error.column, customers, balances, warehouse)) from None
    write_table(result, out)
    typer.echo("\n".join(_summary(result, rules, source.as_of)))


_OF_BALANCES = ("category", "month", "average_daily", "month_end")


def _name_of(column: str, customers: Path | None, balances: Path | None, warehouse: Path | None) -> str:
    if warehouse is not None:
        return str(warehouse)
    file = balances if column in _OF_BALANCES else customers
    return file.name if file else ""


@dataclass(frozen=True)
class _Source:
    customers: Any
    balances: Any
    as_of: date | None


def _from_warehouse(folder: Path, day: date | None) -> _Source:
    from ..warehouse import engine, open_snapshot

    snapshot = open_snapshot(folder, day)
    backend = engine.connect(readable=[snapshot.data])
    customers, balances = (snapshot.relation(backend, name) for name in ("customers", "balances"))
    return _Source(customers, balances, snapshot.as_of)


def _from_files(customers: Path | None, balances: Path | None, day: date | None) -> _Source:
    import pyarrow.compute as pc

    from ..segment import last_day

    assert customers is not None
    people = _conformed(customers, "customers", with_assets=balances is None)
    if balances is None:
        return _Source(people, None, day)
    held = _conformed(balances, "balances")
    if day is None and held.num_rows:
        day = last_day(pc.max(held["month"]).as_py())
    return _Source(people, held, day)


def _conformed(path: Path, name: str, *, with_assets: bool = False) -> pa.Table:
    """Typed to the contract. Segmentation quarantines nothing: a list that lacks customers would go unnoticed."""
    from ..warehouse.conform import conform_sheet
    from ..warehouse.contracts import TABLES, Column, TableContract
    from ..warehouse.files import read_sheet
    from ..warehouse.headers import plain
    from ..warehouse.mapping import Source

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


def _summary(result: pa.Table, rules: Policy, as_of: date | None) -> list[str]:
    """The grid with its counts, incomes from high to low as on paper."""
    import pyarrow.compute as pc

    counts: dict[tuple[Any, Any], int] = {}
    for row in result.group_by(["asset_band", "income_band"]).aggregate([([], "count_all")]).to_pylist():
        counts[row["asset_band"], row["income_band"]] = row["count_all"]
    assets = range(1, len(rules.grid.asset_bands) + 2)
    day = f", as of {as_of}" if as_of else ""
    lines = [f"{result.num_rows:,} customers{day}, policy {rules.label}, engine duckdb"]
    lines.append("    " + "".join(f"{f'C{band}':>14}" for band in assets))
    for income in range(len(rules.grid.income_bands) + 1, -1, -1):
        cells = []
        for band in assets:
            level = f"L{len(assets) * (income - 1) + band} " if income else ""
            cells.append(f"{level + format(counts.get((band, income), 0), ','):>14}")
        lines.append(f"I{income}  " + "".join(cells) + ("   income unknown: no level" if income == 0 else ""))
    excluded = int(pc.sum(result["asset_band"].is_null()).as_py() or 0)
    if excluded:
        lines.append(f"{excluded:,} not segmented ({', '.join(rules.grid.excluded_status)})")
    return lines
