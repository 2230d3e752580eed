"""`jiugong demo`: a fictional bank and its campaign, then the site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jiugong.errors import InputError

from . import runtime
from .serve import refuse_taken_port, run_site

FEWEST, MOST = 1_000, 200_000  # below, hold-outs say nothing; above, somebody wants a bank, not a demo


def demo(
    directory: Annotated[Path, typer.Option("--dir", help="The demo's folder; made anew.")] = Path("var/demo"),
    customers: Annotated[int, typer.Option(min=FEWEST, max=MOST, help="How many the fictional bank has.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same bank and the same campaign.")] = 1,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On 127.0.0.1.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it and end.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Build it anew, also where one is finished.")] = False,
) -> None:
    """Build a fictional bank and a campaign from plan to final report, then serve the site.

    A finished demo is opened as it was left; one whose building was killed is built again.
    """
    from ..demo import folder

    console = Console(highlight=False)
    found = folder.state_of(directory)
    if found is folder.State.FINISHED and not fresh:
        _refuse_other(directory, folder.read_result(directory), customers=customers, seed=seed)
    if not no_serve:
        refuse_taken_port(port)
    if found is not folder.State.FINISHED or fresh:
        _build(directory, console, customers=customers, seed=seed)
    result = folder.read_result(directory)
    offset = folder.clock_offset_seconds(result)
    runtime.start_django(directory, clock_offset_seconds=offset)
    runtime.migrate()
    from ..demo import summary

    summary.tell(result, directory, console)
    if not no_serve:
        run_site(directory, port=port, clock_offset_seconds=offset)


def _refuse_other(directory: Path, result: dict[str, int], *, customers: int, seed: int) -> None:
    """Somebody may have played with the finished demo: only `--fresh` throws that away."""
    if (result["customers"], result["seed"]) != (customers, seed):
        raise InputError(
            f"holds a finished demo of {result['customers']} customers and seed {result['seed']}, not of {customers} "
            f"and {seed}; open it with --customers {result['customers']} --seed {result['seed']}, build anew with "
            "--fresh, or name another folder with --dir. Nothing was changed.",
            file=str(directory),
        )


def _build(directory: Path, console: Console, *, customers: int, seed: int) -> None:
    from ..demo import folder
    from ..demo.progress import Stages

    with folder.being_built(directory):
        runtime.init_home(directory)
        runtime.start_django(directory)
        runtime.migrate()
        from ..demo.build import build

        console.print(f"九宫 Jiugong · 虚构银行 {customers:,} 户,种子 {seed} · a fictional bank")
        result = build(directory, customers=customers, seed=seed, stages=Stages(console))
        folder.write_result(directory, result.as_json())
