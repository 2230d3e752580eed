"""The command line in processes of its own, which begin with the imports done: a start costs a fifth of a fresh one."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    [
        "jiugong.cli",
        "jiugong.warehouse",
        "ibis.backends.duckdb",
        "jiugong_desk.config.admin",
        "django.core.management",
        "rich.console",
    ]
)


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    error: str


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without the desk of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIUGONG_", "DJANGO_"))}
    return kept | {"COLUMNS": "200"} | more


def run(*arguments: object, **environment: str) -> Done:
    """`jiugong ARGUMENTS` to its end. No command, however wrong, may answer with a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        out, error = Path(folder, "out"), Path(folder, "error")
        words, wanted = [str(argument) for argument in arguments], clean_environment(**environment)
        process = processes.Process(target=_command, args=(words, wanted, str(out), str(error)))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
        done = Done(process.exitcode or 0, out.read_text("utf-8"), error.read_text("utf-8"))
    assert process.exitcode is not None, f"no end in {SECONDS} s: {words}"
    assert "Traceback" not in done.error, done.error
    return done


def _command(words: list[str], environment: dict[str, str], out: str, error: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in ((1, out), (2, error)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    from jiugong.cli import run

    code = run(words)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
