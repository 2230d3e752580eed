"""No two live visits, or held slots, of one manager, of one customer, or in one room overlap: what the database itself refuses.

PostgreSQL: exclusion constraints over time ranges. SQLite, which writes one transaction at a time: triggers. Both raise
Django's `IntegrityError`. Why not in the model's Meta: docs/decisions/0031-visits-never-overlap.md.
"""

from __future__ import annotations

from typing import Any

TABLE = "appointments_appointment"
WHO = ("manager", "customer", "room")
OCCUPYING = "('booked', 'arrived', 'finished', 'held')"
MISSING = (
    "Visits are kept apart by PostgreSQL's extension btree_gist, and this database has none. Let its owner, or an"
    " administrator, run once in it: CREATE EXTENSION btree_gist; (it comes with PostgreSQL's contrib package), then"
    " run the migration again. Nothing has been changed."
)


def name_of(who: str) -> str:
    return f"visits_of_one_{who}_never_overlap"


def create_statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {name_of(who)} EXCLUDE USING gist"
            f" ({who}_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN {OCCUPYING})"
            for who in WHO
        ]
    return [_trigger("insert", "INSERT"), _trigger("update", f"UPDATE OF starts_at, ends_at, state, {_columns()}")]


def drop_statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {name_of(who)}" for who in WHO]
    return [f"DROP TRIGGER IF EXISTS visits_never_overlap_{verb}" for verb in ("insert", "update")]


def create(apps: Any, schema_editor: Any) -> None:
    """For a migration: after every one that changes the table, since SQLite makes a changed table anew, without triggers."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        _extend(schema_editor.connection)
    for statement in [*drop_statements(vendor), *create_statements(vendor)]:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def _columns() -> str:
    return ", ".join(f"{who}_id" for who in WHO)


def _trigger(name: str, event: str) -> str:
    same = " OR ".join(f"other.{who}_id = NEW.{who}_id" for who in WHO)
    at_once = "other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at"
    others = (
        f"FROM {TABLE} AS other WHERE other.state IN {OCCUPYING} AND other.id IS NOT NEW.id AND ({same}) AND {at_once}"
    )
    refuse = f"SELECT RAISE(ABORT, 'visits overlap') {others}"
    return (
        f"CREATE TRIGGER visits_never_overlap_{name} BEFORE {event} ON {TABLE} WHEN NEW.state IN {OCCUPYING}"
        f" BEGIN {refuse}; END"
    )


def _extend(connection: Any) -> None:
    """The extension is a trusted one: whoever may create in the database may add it. Else say what is missing."""
    from django.db import ProgrammingError, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
        if cursor.fetchone():
            return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except ProgrammingError as error:
        raise ProgrammingError(MISSING) from error
