"""`jiugong serve`: the site on this machine."""

from __future__ import annotations

import typer


def serve() -> None:
    """Serve the site."""
    raise typer.Exit(1)
