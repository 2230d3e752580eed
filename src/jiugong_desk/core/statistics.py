"""The database's knowledge of its own tables, which its planner chooses by."""

from __future__ import annotations

from django.apps import apps
from django.db import connection


def renew_statistics(*rooms: str) -> None:
    """After many rows were written at once: let the database count the tables of these rooms now; none named: all.

    PostgreSQL's own collector comes a minute later, or never while the writing transaction is open; until then every
    query over the new rows is planned as if the tables were almost empty. Tables are named because a bare ANALYZE also
    takes the server's shared catalogues, and holds them against every other database. SQLite has no collector: without
    counts it takes the index with the most columns, though another leads to a hundredth of the rows.
    """
    models = [model for model in apps.get_models() if not rooms or model._meta.app_label in rooms]
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
