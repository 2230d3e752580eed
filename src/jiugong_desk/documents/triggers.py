"""The statements that make issued documents insert-only; used by the migration (and by tests that must empty tables)."""

from __future__ import annotations

TABLE = "documents_document"
_POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION documents_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'issued documents are insert-only'; END $$"
)


def create_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER documents_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            "BEGIN SELECT RAISE(ABORT, 'issued documents are insert-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _POSTGRESQL_FUNCTION,
        f"CREATE TRIGGER documents_insert_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION documents_insert_only()",
        f"CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION documents_insert_only()",
    ]


def drop_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS documents_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {name} ON {TABLE}" for name in ("documents_insert_only", "documents_no_truncate")]
