"""`jiugong serve`: the site on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from jiugong.errors import JiugongError

from . import database, runtime
from .command import DEFAULT_HOME, Home, require_home


class PortTaken(JiugongError):
    """Another program listens there."""

    code = "port_taken"


def serve(
    directory: Home = DEFAULT_HOME,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="On 127.0.0.1.")] = 8000,
) -> None:
    """Serve the site on 127.0.0.1 until Ctrl+C."""
    from ..demo import folder

    require_home(directory)
    run_site(directory, port=port, clock_offset_seconds=folder.clock_offset_seconds(directory))


def run_site(home: Path, *, port: int, clock_offset_seconds: int = 0) -> None:
    """Check the database, start the worker's keeper, then become gunicorn: it serves in the foreground and prints the
    address. Does not return.

    The process is replaced, so that nothing the caller opened (threads, connections, engines) is inherited; the keeper
    is its child and ends with it.
    """
    refuse_taken_port(port)
    runtime.start_django(home)
    database.prepare()
    _close_connections()
    environment = os.environ | {
        "JIUGONG_HOME": str(home.resolve()),
        "JIUGONG_CLOCK_OFFSET_SECONDS": str(clock_offset_seconds),
        "JIUGONG_PORT": str(port),
    }
    sys.stdout.flush()
    sys.stderr.flush()
    subprocess.Popen([sys.executable, "-m", "jiugong_desk.config.keeper", str(os.getpid())], env=environment)  # noqa: S603
    os.execve(  # noqa: S606  (our own interpreter, no user text in the arguments)
        sys.executable,
        [sys.executable, "-m", "gunicorn", "-c", "python:jiugong_desk.config.gunicorn", "jiugong_desk.config.wsgi"],
        environment,
    )  # fmt: skip


def refuse_taken_port(port: int) -> None:
    """Raises `PortTaken` where nothing could listen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"port {port} on 127.0.0.1 cannot be used ({error.strerror}); stop the program that uses it, "
                f"or choose another with --port {port + 1}."
            ) from None


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
