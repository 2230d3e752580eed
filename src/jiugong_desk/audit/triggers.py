"""The statements that make audit records insert-only; used by the migration (and by tests that must empty tables)."""

from __future__ import annotations

_POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit records are insert-only'; END $$"
)


def create_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER audit_record_no_{verb.lower()} BEFORE {verb} ON audit_auditrecord "
            "BEGIN SELECT RAISE(ABORT, 'audit records are insert-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _POSTGRESQL_FUNCTION,
        "CREATE TRIGGER audit_record_insert_only BEFORE UPDATE OR DELETE ON audit_auditrecord "
        "FOR EACH ROW EXECUTE FUNCTION audit_insert_only()",
        "CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_auditrecord "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_insert_only()",
    ]


def drop_statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS audit_record_no_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {name} ON audit_auditrecord"
        for name in ("audit_record_insert_only", "audit_record_no_truncate")
    ]
