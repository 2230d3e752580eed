"""`jiugong evaluate`: one row per customer in, the effect of the campaign out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pyarrow as pa

    from ..evaluate import Effect


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    file: Annotated[Path, typer.Argument(help="CSV, .xlsx or Parquet, one row per customer of the list.")],
    treatment: Annotated[str, typer.Option(help="Column: 1 assigned to the campaign, 0 held out (by lot).")],
    outcome: Annotated[str, typer.Option(help="Column: a number, or yes/no; empty: unknown.")],
    before: Annotated[str, typer.Option(help="Column: the same before the campaign; narrows the interval.")] = "",
    strata: Annotated[str, typer.Option(help="Column: the strata in which the lot was drawn.")] = "",
    cluster: Annotated[str, typer.Option(help="Column: what was drawn together (household, outlet).")] = "",
    probability: Annotated[str, typer.Option(help="Chance of treatment as drawn: a share, or a column.")] = "",
    id_column: Annotated[str, typer.Option("--id", help="Column that names customers.")] = "customer_id",
    clip: Annotated[
        bool, typer.Option("--clip", help="Balances: the change, clipped at the 99 % quantile before, is the headline.")
    ] = False,
    confidence: Annotated[float, typer.Option(min=0.5, max=0.999)] = 0.95,
    report: Annotated[Path | None, typer.Option(help="Write all figures as JSON.")] = None,
) -> None:
    """The effect per customer and in total, with its interval, and what may be concluded."""
    from ..evaluate import effect_of_treatment, effect_on_balance
    from ..warehouse import read_table
    from . import _columns as read

    if clip and not before:
        raise typer.BadParameter("a change needs the balance before: add --before COLUMN", param_hint="--clip")
    table = read_table(file)
    known: dict[str, Any] = {
        "strata": read.texts(table, strata, file) if strata else None,
        "clusters": read.texts(table, cluster, file) if cluster else None,
        "probability": _probability(table, probability, file),
        "ids": table.column(id_column) if id_column in table.column_names else None,
        "confidence": confidence,
    }
    groups = read.yes_no(table, treatment, file)
    after = read.numbers(table, outcome, file)
    earlier = read.numbers(table, before, file) if before else None
    if clip:
        effect = effect_on_balance(after, earlier, groups, **known)
    else:
        effect = effect_of_treatment(after, groups, before=earlier, **known)
    if report is not None:
        report.write_text(json.dumps(effect.report(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo("\n".join(_lines(effect)))


def _probability(table: pa.Table, text: str, file: Path) -> Any:
    from . import _columns as read

    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return read.numbers(table, text, file)


def _lines(effect: Effect) -> list[str]:
    from ..evaluate.words import figure

    percent = f"{effect.confidence:.0%}"
    lines = [f"{'ok    ' if check.ok else 'FAILED'}  {check.name}: {check.detail_en}" for check in effect.checks]
    lines += [
        f"treated {effect.n_treated:,}, held out {effect.n_control:,}",
        f"effect per customer  {figure(effect.effect)}   {percent} interval {figure(effect.low)} to {figure(effect.high)}   "
        f"p = {effect.p_value:.3g}",
        f"total over treated   {effect.total:,.0f}   {percent} interval {effect.total_low:,.0f} to {effect.total_high:,.0f}",
    ]
    if effect.raw is not None:
        raw = effect.raw
        lines.append(
            f"without clipping     {figure(raw.effect)}   {percent} interval {figure(raw.low)} to {figure(raw.high)}"
        )
    return [*lines, f"method: {effect.method_en}", effect.sentence_en, effect.sentence]
