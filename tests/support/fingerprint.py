"""What is in the database, as one value to compare before and after: a denial must leave nothing behind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

# Reading a page may touch these: sessions keep the time of the last request, axes counts wrong passwords.
PASSING = {
    "django_session",
    "axes_accessattempt",
    "axes_accesslog",
    "axes_accessfailurelog",
    "axes_accessattemptexpiration",
}


def tables() -> list[str]:
    names = (model._meta.db_table for model in apps.get_models(include_auto_created=True))
    return sorted(set(names) - PASSING)


def fingerprint() -> dict[str, str]:
    """Rows and a digest per table; two that differ name the table that was written."""
    return {table: _of(table) for table in tables()}


def _of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(repr(row) for row in cursor.fetchall())
    return f"{len(rows)} rows, {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:12]}"


WRITING = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables that statements wrote to inside the block, whether or not it was rolled back."""
    names: list[str] = []

    def watch(execute, sql, params, many, context):
        found = WRITING.match(sql)
        if found and found[1] not in PASSING:
            names.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield names
