"""The engine that reads the warehouse: DuckDB inside the process, spoken to through ibis."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ibis

from ..errors import MisuseError


def connect(*, readable: Iterable[Path] = (), scratch: Path | None = None) -> Any:
    """A fresh ibis backend in memory that opens no file outside the folders `readable`.

    Parameters
    ----------
    readable : folders whose files it may read (a snapshot's); by default none, tables come in as Arrow
    scratch : folder for what does not fit into memory while it is sorted or grouped

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
    if scratch is not None:
        options["temp_directory"] = str(scratch.resolve())
    backend = ibis.duckdb.connect(**options)
    folders = ", ".join(_quoted(Path(folder).resolve()) for folder in readable)
    backend.con.execute(f"SET allowed_directories = [{folders}]")
    backend.con.execute("SET enable_external_access = false")
    backend.con.execute("SET lock_configuration = true")
    return backend


def _quoted(folder: Path) -> str:
    return "'" + str(folder).replace("'", "''") + "'"


def _threads() -> int:
    text = os.environ.get("JIUGONG_THREADS", "")
    if not text:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdecimal() or int(text) < 1:
        raise MisuseError(f"JIUGONG_THREADS is '{text}'; give a whole number of threads from 1 on, or unset it.")
    return int(text)
