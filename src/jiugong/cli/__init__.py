"""The command line: one file per command group; a command reads files, calls the library, writes files.

The desk's commands (demo, serve, admin) are found through the entry points `jiugong.commands`, so that the library
need not import the desk.
"""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="九宫 Jiugong")


def main() -> None:
    """Run the command line."""
    for point in entry_points(group="jiugong.commands"):
        app.command(name=point.name)(point.load())
    app()
