"""Where a command computes: one option for all that can."""

from __future__ import annotations

from typing import Annotated

import typer


def _known(address: str) -> str:
    from ..warehouse.engine import DUCKDB
    from ..warehouse.spark import is_spark

    if address == DUCKDB or is_spark(address):
        return address
    raise typer.BadParameter(f"'{address}' was asked for; give duckdb, or spark://HOST:PORT of a Spark master")


Engine = Annotated[
    str, typer.Option("--engine", callback=_known, help="duckdb (in the process), or spark://HOST:PORT of a master.")
]
