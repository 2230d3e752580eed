"""The command line: a command reads files, calls the library, writes files.

One way to add a command: put a file beside this one with a function `register(app)` that adds its command or group.
Every file here that does not begin with an underscore is found by itself. Import the library inside the command, so
that `--help` stays quick. The desk's commands (demo, serve, admin) come through the entry points `jiugong.commands`,
so that the library need not import the desk.

Exit codes: 0 done; 1 the input is wrong (one message on standard error); 2 wrong usage; 3 done, part quarantined.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

import typer

from ..errors import JiugongError

DONE, WRONG_INPUT, WRONG_USAGE, QUARANTINED = 0, 1, 2, 3


def build_app() -> typer.Typer:
    """The application with the library's own commands."""
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help="九宫 Jiugong")

    @app.callback()
    def jiugong() -> None:
        """九宫: customers on the nine-level grid, campaigns, and whether they helped."""

    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if not module.name.startswith("_"):
            import_module(f"{__name__}.{module.name}").register(app)
    return app


def _add_desk(app: typer.Typer) -> None:
    for point in sorted(entry_points(group="jiugong.commands"), key=lambda point: point.name):
        command = point.load()
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=point.name)
        else:
            app.command(name=point.name)(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code. A wrong input is one message on standard error, never a traceback."""
    try:
        app = build_app()
        _add_desk(app)
        app(args=arguments, prog_name="jiugong")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE
    except JiugongError as error:
        typer.echo(f"jiugong: {error}", err=True)
        return WRONG_INPUT
    except OSError as error:
        typer.echo(f"jiugong: {error.filename or 'file'}: {error.strerror or error}", err=True)
        return WRONG_INPUT
    return DONE


def main() -> None:
    """Run the command line."""
    sys.exit(run())
