"""A consistent copy of the SQLite database, taken while the site runs."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection

from jiugong.errors import InputError

from .command import NotPossible


def write_backup(out: Path) -> int:
    """VACUUM INTO a draft, check it, give it its name; the size in bytes. Nothing is left of a copy that failed."""
    if connection.vendor != "sqlite":
        raise NotPossible("the desk's database is PostgreSQL; back it up with `pg_dump --format=custom`.")
    if out.exists():
        raise InputError("this file exists and is not written over; name another with --out.", file=str(out))
    draft = out.with_name(f".{out.name}.draft")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))  # an empty file is what VACUUM INTO may fill
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(draft)])
        _check(draft)
        os.link(draft, out)  # unlike a rename, this never replaces a file that came meanwhile
    finally:
        draft.unlink(missing_ok=True)
    return out.stat().st_size


def _check(copy: Path) -> None:
    import sqlite3

    with sqlite3.connect(copy) as database:
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    database.close()
    if found != "ok":
        raise NotPossible(f"the copy is damaged ({found}) and was thrown away; check the disk, then try again.")
