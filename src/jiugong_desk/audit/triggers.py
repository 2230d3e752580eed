"""What makes audit records insert-only; used by the migration (and by tests that must empty tables)."""

from __future__ import annotations

from ..core.insert_only import InsertOnly

_RECORDS = InsertOnly("audit_auditrecord", "audit_record", "audit_insert_only", "audit records are insert-only")
create_statements, drop_statements = _RECORDS.create_statements, _RECORDS.drop_statements
