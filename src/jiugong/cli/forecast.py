"""`jiugong forecast`: what a planned campaign is likely to come to, with intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError

if TYPE_CHECKING:
    from ..forecast import Figure, Forecast, PastCampaign


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forecast")(forecast)


def forecast(
    customers: Annotated[int, typer.Option(min=0, help="Customers that the audience's rules choose.")],
    eligible: Annotated[int | None, typer.Option(help="Of these, who may be called, where it is counted.")] = None,
    held_out: Annotated[int, typer.Option(help="Customers left alone.")] = 0,
    attempts: Annotated[int | None, typer.Option(help="For each customer; the policy's if absent.")] = None,
    daily_calls: Annotated[int | None, typer.Option(help="Calls that all managers can make in a day.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Working days of the campaign.")] = None,
    offer_cost: Annotated[float, typer.Option(help="Of each converted customer.")] = 0.0,
    past: Annotated[Path | None, typer.Option(help="CSV, .xlsx or Parquet, one row per past campaign.")] = None,
    simulated: Annotated[int, typer.Option(min=0, max=100, help="Learn from so many simulated campaigns.")] = 0,
    policy: Annotated[Path | None, typer.Option(help="Its [forecast] is what is assumed.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures as JSON.")] = None,
) -> None:
    """Customers at each step, new deposits, hours, cost and finishing day, each with an interval."""
    from ..forecast import CampaignPlan, forecast_campaign
    from ..policy import load_policy

    if (daily_calls is None) != (days is None):
        raise typer.BadParameter("the time needs both: give --daily-calls and --days", param_hint="--daily-calls")
    if past is not None and simulated:
        raise typer.BadParameter(
            "the bank's own results make simulated ones useless: give one of them", param_hint="--simulated"
        )
    known = _read(past) if past is not None else []
    if simulated:
        from ..simulate import simulated_past

        known = simulated_past(simulated, customers=max(300, min(customers, 3_000)))
    plan = CampaignPlan(
        audience=customers,
        eligible=eligible,
        held_out=held_out,
        attempts=attempts,
        daily_calls=() if daily_calls is None or days is None else (daily_calls,) * days,
        offer_cost=offer_cost,
    )
    done = forecast_campaign(plan, policy=load_policy(policy), past=known)
    if report is not None:
        report.write_text(json.dumps(done.report(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo("\n".join(_lines(done, days)))


def _lines(done: Forecast, days: int | None) -> Iterator[str]:
    yield f"{done.audience:,} customers; {done.confidence:.0%} intervals; from {done.source_en}; policy {done.policy}"
    yield f"{'':<12} {'low':>12} {'central':>12} {'high':>12}"
    for figure in done.figures.values():
        yield _line(figure)
    if done.finished is not None:
        yield f"chance that the list is finished in {days} working days: {done.finished:.0%}"
    for figure in done.figures.values():
        yield figure.meaning.label_en


def _line(figure: Figure) -> str:
    values = " ".join(f"{value:>12,.0f}" for value in (figure.low, figure.central, figure.high))
    return f"{figure.key:<12} {values}  {figure.meaning.unit_en}"


def _read(file: Path) -> list[PastCampaign]:
    """The rows of a file; its columns are named as the fields of PastCampaign, and may be absent or empty."""
    from ..errors import MisuseError
    from ..forecast import PastCampaign
    from ..nearest import suggest
    from ..warehouse import read_table

    table = read_table(file)
    known = [field.name for field in fields(PastCampaign) if field.name not in ("levels", "simulated")]
    for name in table.column_names:
        if name not in known:
            raise InputError(f"is not known; {suggest(name, known)}", file=file.name, column=name)
    columns: dict[str, list[Any]] = {name: _column(table, name, file) for name in table.column_names}
    found = []
    for place in range(table.num_rows):
        row = {name: values[place] for name, values in columns.items() if values[place] is not None}
        try:
            found.append(PastCampaign(**row))
        except MisuseError as error:
            raise InputError(str(error), file=file.name, row=place + 2) from None
    return found


def _column(table: Any, name: str, file: Path) -> list[Any]:
    """Dates, money, or counts; an empty cell is None."""
    from . import _columns as read

    if name == "starts_on":
        return _dates(table, file)
    values: list[float | None] = read.numbers(table, name, file).to_pylist()
    if name in ("agreed", "deposits", "deposits_error"):
        return values
    for place, value in enumerate(values):
        if value is not None and not value.is_integer():
            raise InputError(
                "is no whole number; customers and calls are counted", file=file.name, row=place + 2, column=name
            )
    return [None if value is None else int(value) for value in values]


def _dates(table: Any, file: Path) -> list[date | None]:
    found: list[date | None] = []
    for place, value in enumerate(table.column("starts_on").to_pylist()):
        try:
            found.append(date.fromisoformat(str(value)[:10]) if value not in (None, "") else None)
        except ValueError:
            raise InputError(
                "is not a date; write it as 2026-01-05", file=file.name, row=place + 2, column="starts_on"
            ) from None
    return found
