"""`jiugong demo`: a fictional bank and its campaign, then the site."""

from __future__ import annotations

import typer


def demo() -> None:
    """A fictional bank and its campaign."""
    raise typer.Exit(1)
