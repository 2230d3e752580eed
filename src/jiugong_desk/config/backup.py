"""A consistent copy of the SQLite database, taken while the site runs; and putting one back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.db import connection

from jiugong.errors import InputError

from .command import NotPossible
from .database import file_of, judge_keys, someone


def write_backup(out: Path) -> int:
    """VACUUM INTO a draft, check it, give it its name; the size in bytes. Nothing is left of a copy that failed."""
    if connection.vendor != "sqlite":
        raise NotPossible("the desk's database is PostgreSQL; back it up with `pg_dump --format=custom`.")
    if out.exists():
        raise InputError("this exists and is not written over; name another file with --out.", file=str(out))
    if not out.parent.is_dir():
        raise InputError("this folder does not exist; make it, or name another file with --out.", file=str(out.parent))
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


def put_back(copy: Path) -> Path | None:
    """The copy becomes the desk's database; where the old one is kept now, if there was one."""
    here = file_of()
    if here is None:
        raise NotPossible("the desk's database is PostgreSQL; put a copy back with `pg_restore --clean --if-exists`.")
    if not copy.is_file():
        raise InputError("no such file; name a backup made by `jiugong admin backup` with --from.", file=str(copy))
    if copy.resolve() == here.resolve():
        raise InputError("this is the desk's database itself; name a backup with --from.", file=str(copy))
    draft = here.with_name(f".{here.name}.draft")
    try:
        shutil.copyfile(copy, draft)
        _check(draft)
        connection.close()
        kept = _set_aside(here)
        os.replace(draft, here)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _set_aside(file: Path) -> Path | None:
    """Rename the database with its write-ahead log: left behind, the log would be played into the copy."""
    if not file.exists():
        for ending in ("-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        return None
    number = 1
    while (kept := file.with_name(f"{file.name}.before-restore-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm", ""):
        if (part := file.with_name(file.name + ending)).exists():
            part.rename(kept.with_name(kept.name + ending))
    return kept


def _check(copy: Path) -> None:
    """That it is a sound database, a desk's, and written with the keys of this folder."""
    import sqlite3

    from django.db.migrations.recorder import MigrationRecorder

    table = MigrationRecorder.Migration._meta.db_table
    database = sqlite3.connect(copy)
    try:
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        desk = database.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
        if desk:
            judge_keys(database.execute(someone()).fetchone())
    except sqlite3.DatabaseError as error:
        found, desk = str(error), 0
    finally:
        database.close()
    if found != "ok":
        raise NotPossible(f"the copy is damaged ({found}) and was not used; check the disk, or take another copy.")
    if not desk:
        raise NotPossible("the copy is no desk's database and was not used; name one made by `jiugong admin backup`.")
