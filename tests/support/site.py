"""The site as a process of its own on the tests' database, which can be killed at a point of its work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from .worker import PATIENCE, arm, environment

_processes = multiprocessing.get_context("forkserver")
TOKEN = "k" * 32


@dataclass
class Site:
    port: int
    process: multiprocessing.process.BaseProcess

    def post(self, path: str, form: dict[str, str], cookies: dict[str, str]) -> tuple[int, str] | None:
        """Status and where it leads to; None where the site died before it answered."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        jar = "; ".join(f"{name}={value}" for name, value in (cookies | {"csrftoken": TOKEN}).items())
        headers = {"Cookie": jar, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            line.request("POST", path, urlencode(form), headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return None
        finally:
            line.close()
        return answer.status, answer.getheader("Location", "")

    def kill(self) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(PATIENCE)


@contextmanager
def site(*, die_in: str = "", **more: str) -> Iterator[Site]:
    """Up, and gone at the end of the block, whatever happened. `die_in` as `worker.arm` takes it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "error"
        process = _processes.Process(target=_serve, args=(environment(**more), str(log), port, die_in))
        process.start()
        try:
            until = time.monotonic() + PATIENCE
            while not _listens(port):
                assert process.exitcode is None, log.read_text("utf-8")
                assert time.monotonic() < until, "the site does not come up"
                time.sleep(0.05)
            yield Site(port, process)
        finally:
            if process.exitcode is None and process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
            process.join(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _serve(wanted: dict[str, str], log: str, port: int, die_in: str) -> None:
    os.environ.clear()
    os.environ.update(wanted)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    from wsgiref.simple_server import make_server

    from jiugong_desk.config.wsgi import application

    if die_in:
        arm(die_in)
    make_server("127.0.0.1", port, application).serve_forever()
