"""Many rows at once, where the ORM's own ways cost more than the database's work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# Values of these types stand in the database as they are in these fields (not in those derived from them).
PLAIN: Mapping[type, tuple[type, ...]] = {
    models.CharField: (str,),
    models.TextField: (str,),
    models.BooleanField: (bool,),
    models.BigAutoField: (int,),
    models.IntegerField: (int,),
    models.BigIntegerField: (int,),
    models.PositiveIntegerField: (int,),
    models.PositiveSmallIntegerField: (int,),
}


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows: a value for each of `names`, the fields' defaults for the rest; inside a transaction.

    `bulk_create` builds an object a row and, on SQLite, a statement for every thirty rows.
    """
    by_name = _fields(model)
    rest = [field for field in by_name.values() if field.name not in names and not field.primary_key]
    fields = [*(by_name[name] for name in names), *rest]
    columns, places = ", ".join(map(_column, fields)), ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    filled = ([*row, *(field.get_default() for field in rest)] for row in rows)
    _run(f"INSERT INTO {table} ({columns}) VALUES ({places})", fields, filled)  # noqa: S608  names of our own


def insert_selected(model: type[models.Model], columns: Mapping[str, Any], rows: models.QuerySet[Any]) -> int:
    """Write what the database finds itself: a row of `model` for each of `rows`, its fields from these expressions.

    Nothing travels through Python. Fields that are not named must have a default in the database (a counted key).
    Inside a transaction; how many rows were written.
    """
    by_name = _fields(model)
    fields = ", ".join(_column(by_name[name]) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    select, values = rows.order_by().values_list(*columns.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({fields}) {select}", values)
        return int(cursor.rowcount)


def update_rows(model: type[models.Model], key: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write each row's own values: `rows` hold the key, then a value for each of `names`; inside a transaction.

    One statement, prepared once. `bulk_update` would send a CASE with a branch per row and column.
    """
    by_name = _fields(model)
    fields = [by_name[name] for name in (*names, key)]
    *written, found = (f"{_column(field)} = %s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    turned = ([*row, of] for of, *row in rows)
    _run(f"UPDATE {table} SET {', '.join(written)} WHERE {found}", fields, turned)  # noqa: S608  names of our own


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields}


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _run(statement: str, fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    ready = [_preparing(field) for field in fields]
    values = [[prepare(value) for prepare, value in zip(ready, row, strict=True)] for row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _preparing(field: Any) -> Callable[[Any], Any]:
    """What the field makes of a value for the database; None, and what drivers take as it is, at no cost.

    The connection itself, not the proxy that stands for it: a proxy is asked a dozen times for each value.
    """
    database, prepare = connections[DEFAULT_DB_ALIAS], field.get_db_prep_save
    plain = PLAIN.get(type(field.target_field if field.is_relation else field), ())
    return lambda value: value if value is None or type(value) in plain else prepare(value, database)
