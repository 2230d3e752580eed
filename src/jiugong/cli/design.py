"""`jiugong design`: how large a hold-out, and what it would let the bank see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..evaluate import Design, Option


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("design")(design)


def design(
    customers: Annotated[int, typer.Option(min=4, help="Customers on the list.")],
    holdout_share: Annotated[float | None, typer.Option(help="As planned; as advised if absent.")] = None,
    before_sd: Annotated[float | None, typer.Option(help="Spread of one customer's outcome, measured earlier.")] = None,
    before_correlation: Annotated[float, typer.Option(help="Of the outcome with the period before.")] = 0.0,
    base_rate: Annotated[
        float | None, typer.Option(help="Of a yes/no outcome without the campaign, as a share.")
    ] = None,
    worth: Annotated[
        float | None, typer.Option(help="An effect per customer worth knowing, in the unit of sd.")
    ] = None,
    household_size: Annotated[float, typer.Option(help="Customers drawn together, on average.")] = 1.0,
    household_correlation: Annotated[float, typer.Option(help="How alike they are, 0 to 1.")] = 0.0,
    policy: Annotated[
        Path | None, typer.Option(help="Confidence, power and the smallest hold-out come from it.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write all figures as JSON.")] = None,
) -> None:
    """The smallest detectable effect, the power curve, and the advised hold-out."""
    from ..evaluate import Assumptions
    from ..evaluate import design as plan
    from ..policy import load_policy

    rules = load_policy(policy).holdout
    assumptions = Assumptions(
        confidence=rules.confidence,
        power=rules.power,
        sd=1.0 if before_sd is None else before_sd,
        before_correlation=before_correlation,
        base_rate=base_rate,
        cluster_size=household_size,
        cluster_correlation=household_correlation,
    )
    done = plan(customers, minimum_share=rules.minimum_share, assumptions=assumptions, share=holdout_share, worth=worth)
    if report is not None:
        report.write_text(json.dumps(done.report(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unit = "standard deviations" if before_sd is None else "the unit of --before-sd"
    typer.echo("\n".join(_lines(done, unit)))


def _lines(done: Design, unit: str) -> list[str]:
    from ..evaluate.words import figure

    lines = [f"{done.customers:,} customers; smallest detectable effect per customer in {unit}"]
    lines.append(f"{'held out':>9} {'customers':>10} {'effect':>12}" + _rate_head(done.chosen))
    lines += [_line(option) for option in done.options]
    lines += [
        "chosen",
        _line(done.chosen),
        f"advised: {done.advised.share:.0%}, {done.advice}",
        "power at the chosen share",
    ]
    return lines + [f"{figure(effect):>12}  {power:>4.0%}" for effect, power in done.curve]


def _rate_head(option: Option) -> str:
    return "" if option.rate is None else f" {'rise of rate':>13}"


def _line(option: Option) -> str:
    from ..evaluate.words import figure

    rate = "" if option.rate is None else f" {option.rate * 100:>9.2f} pts"
    return f"{option.share:>9.1%} {option.held_out:>10,} {figure(option.effect):>12}{rate}"
