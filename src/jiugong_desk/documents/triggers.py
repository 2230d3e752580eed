"""What makes issued documents insert-only; used by the migration (and by tests that must empty tables)."""

from __future__ import annotations

from ..core.insert_only import InsertOnly

_DOCUMENTS = InsertOnly(
    "documents_document", "documents", "documents_insert_only", "issued documents are insert-only"
)  # fmt: skip
create_statements, drop_statements = _DOCUMENTS.create_statements, _DOCUMENTS.drop_statements
