"""The engine that reads the warehouse, spoken to through ibis: DuckDB inside the process, or a Spark cluster."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import ibis

from ..errors import MisuseError
from .spark import connect_spark, is_spark

DUCKDB = "duckdb"


def open_engine(address: str = DUCKDB, *, readable: Iterable[Path] = (), writable: Iterable[Path] = ()) -> Any:
    """The engine at the address: `duckdb`, or a Spark master's spark://HOST:PORT (`spark.connect_spark`)."""
    if address == DUCKDB:
        return connect(readable=readable, writable=writable)
    if not is_spark(address):
        raise MisuseError(f"engine '{address}' was asked for; it is duckdb, or spark://HOST:PORT of a Spark master")
    return connect_spark(address)


def connect(*, readable: Iterable[Path] = (), writable: Iterable[Path] = (), scratch: Path | None = None) -> Any:
    """A fresh ibis backend in memory that opens no file outside the folders named.

    Parameters
    ----------
    readable : folders whose files it may read (a snapshot's); by default none, tables come in as Arrow
    writable : folders that results are written to
    scratch : folder for what does not fit into memory while it is sorted or grouped; else one of the process's own

    `JIUGONG_THREADS` fixes the number of threads (default: the processors this process may use); `JIUGONG_MEMORY` the
    memory, such as `4GB`. The settings are locked: no later statement can open what was closed.
    """
    options: dict[str, Any] = {
        "threads": _threads(),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if memory := os.environ.get("JIUGONG_MEMORY"):
        options["memory_limit"] = memory
    backend = ibis.duckdb.connect(**options)
    folders = ", ".join(_quoted(Path(folder).resolve()) for folder in (*readable, *writable))
    backend.con.execute(f"SET allowed_directories = [{folders}]")
    backend.con.execute(
        f"SET temp_directory = {_quoted(scratch.resolve() if scratch else _spill() / str(next(_numbers)))}"
    )
    backend.con.execute("SET enable_external_access = false")
    backend.con.execute("SET lock_configuration = true")
    return backend


def of(*tables: Any) -> Any | None:
    """The backend that ibis tables live in; None where all are in memory, and any backend takes them."""
    return next((backend for table in tables for backend in table._find_backends()[0]), None)


_numbers = itertools.count()


@cache
def _spill() -> Path:
    """Where what does not fit into memory goes: customers' data, so for the owner alone, and gone with the process.

    Each connection has a folder of its own in it (two would write over each other), made when it is needed.
    """
    folder = Path(tempfile.mkdtemp(prefix="jiugong-spill-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _quoted(folder: Path) -> str:
    return "'" + str(folder).replace("'", "''") + "'"


def _threads() -> int:
    text = os.environ.get("JIUGONG_THREADS", "")
    if not text:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdecimal() or int(text) < 1:
        raise MisuseError(f"JIUGONG_THREADS is '{text}'; give a whole number of threads from 1 on, or unset it.")
    return int(text)
