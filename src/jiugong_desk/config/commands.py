"""The desk's commands for the `jiugong` command line: demo, serve, admin."""

from __future__ import annotations

import typer


def demo() -> None:
    """A fictional bank and its campaign."""
    raise typer.Exit(1)


def serve() -> None:
    """Serve the site."""
    raise typer.Exit(1)


def admin() -> None:
    """Administration."""
    raise typer.Exit(1)
