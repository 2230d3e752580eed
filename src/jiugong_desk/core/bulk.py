"""Many rows at once, where the ORM's own ways cost more than the database's work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def update_rows(model: type[models.Model], key: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write each row's own values: `rows` hold the key, then a value for each of `names`; inside a transaction.

    One statement, prepared once. `bulk_update` would send a CASE with a branch per row and column.
    """
    meta, quoted = model._meta, connection.ops.quote_name
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in (*names, key)]
    *written, found = (f"{quoted(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quoted(meta.db_table)} SET {', '.join(written)} WHERE {found}"  # noqa: S608  names of our own
    prepare = [field.get_db_prep_save for field in fields]
    values = ([ready(value, connection) for ready, value in zip(prepare, (*row, of), strict=True)] for of, *row in rows)
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(values))
