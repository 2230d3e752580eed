"""`jiugong admin ...`: what an administrator does at the command line."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Administration of the desk.")


@app.callback()
def admin() -> None:
    """Administration of the desk."""
