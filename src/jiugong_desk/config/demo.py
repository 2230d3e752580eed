"""`jiugong demo`: a fictional bank and its campaign, then the site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jiugong.errors import InputError

from . import database, runtime
from .serve import refuse_taken_port, run_site

FEWEST, MOST = 1_000, 100_000  # below, hold-outs say nothing; above, somebody wants a bank, not a demo
CUSTOMERS, SEED = 20_000, 1
KEPT = ("JIUGONG_WORKERS", "JIUGONG_THREADS", "JIUGONG_MEMORY")  # of the environment: how much of the machine
WIDE = 130  # columns, where the output goes to no terminal


def demo(
    directory: Annotated[Path, typer.Option("--dir", help="The demo's folder; made anew.")] = Path("var/demo"),
    customers: Annotated[
        int | None, typer.Option(min=FEWEST, max=MOST, help=f"How many the fictional bank has; {CUSTOMERS:,} usually.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help=f"The same seed, the same bank and the same campaign; usually {SEED}.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On 127.0.0.1.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it and end.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Build it anew, also where one is finished.")] = False,
) -> None:
    """Build a fictional bank and a campaign from plan to final report, then serve the site.

    A finished demo is opened as it was left; one whose building was killed is built again.
    """
    from ..demo import folder

    _forget_other_desks()
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE
    found = folder.state_of(directory)
    if found is folder.State.FINISHED and not fresh:
        _refuse_other(directory, folder.read_result(directory), customers=customers, seed=seed)
    if not no_serve:
        refuse_taken_port(port)
    if found is not folder.State.FINISHED or fresh:
        _build(directory, console, customers=customers or CUSTOMERS, seed=SEED if seed is None else seed)
    result = folder.read_result(directory)
    offset = folder.clock_offset_seconds(directory)
    runtime.start_django(directory, clock_offset_seconds=offset)
    database.prepare()
    from ..demo import summary

    summary.tell(result, directory, console)
    if not no_serve:
        run_site(directory, port=port, clock_offset_seconds=offset)


def _forget_other_desks() -> None:
    """A demo lives in its folder: never in the database, and never with the keys or the policy, of a real desk."""
    for name in [name for name in os.environ if name.startswith("JIUGONG_") and name not in KEPT]:
        del os.environ[name]


def _refuse_other(directory: Path, result: dict[str, int], *, customers: int | None, seed: int | None) -> None:
    """Somebody may have played with the finished demo: only `--fresh` throws that away."""
    held = (result["customers"], result["seed"])
    asked = (held[0] if customers is None else customers, held[1] if seed is None else seed)
    if asked != held:
        raise InputError(
            f"holds a finished demo of {held[0]} customers and seed {held[1]}, not of {asked[0]} and {asked[1]}; "
            "open it without --customers and --seed, build anew with --fresh, or name another folder with --dir. "
            "Nothing was changed.",
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

        console.print(f"九宫 Jiugong · 虚构银行 {customers:,} 户，种子 {seed} · a fictional bank")
        result = build(directory, customers=customers, seed=seed, stages=Stages(console))
        folder.write_result(directory, result.as_json())
