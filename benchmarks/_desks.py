"""Temporary desks on SQLite and PostgreSQL, and pages of theirs as a browser asks for them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .results import Results

Work = Callable[[Results, str], None]


def in_desks(results: Results, work: Work) -> None:
    """`work` (a function of a module) on each database, in a process of its own: Django knows one desk a process."""
    for database in results.databases:
        if database == "postgresql" and not _has_server():
            results.note(database=database, skipped="no server is installed")
            continue
        # Not a multiprocessing.Pool: its processes may have none of their own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            asked = pool.submit(_in_desk, work, database, results.name, results.scale, results.repeats)
            results.timings += asked.result()


def truths(database: str) -> dict[str, str]:
    """`yes` and `no` as this database writes them."""
    return {"yes": "true", "no": "false"} if database == "postgresql" else {"yes": "1", "no": "0"}


def _has_server() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _in_desk(work: Work, database: str, name: str, scale: float, repeats: int) -> list[dict[str, Any]]:
    from tests.support.database import postgresql

    results = Results(name, scale, repeats)
    with tempfile.TemporaryDirectory() as folder, postgresql() if database == "postgresql" else nullcontext("") as url:
        os.environ["JIUGONG_DATABASE"] = url
        _start(Path(folder))
        work(results, database)
    return results.timings


def _start(home: Path) -> None:
    from jiugong_desk.config import runtime

    runtime.init_home(home)
    runtime.start_django(home)
    runtime.migrate()


def page(staff_no: str, name: str, query: Mapping[str, str], *, sent: bool = False) -> Callable[[], None]:
    """A page through Django's client, from the session's look-up to the last byte; `sent` posts as htmx does."""
    from django.test import Client
    from django.urls import reverse

    from jiugong_desk.organisation.models import Staff

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Staff.objects.get(staff_no=staff_no), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(name)

    def ask() -> None:
        answer = client.post(address, query, headers={"HX-Request": "true"}) if sent else client.get(address, query)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}; this is not what was to be timed")

    return ask
