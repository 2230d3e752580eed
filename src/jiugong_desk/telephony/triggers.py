"""What makes the exchanges' messages insert-only; used by the migration (and by tests that must empty tables)."""

from __future__ import annotations

from ..core.insert_only import InsertOnly

_EVENTS = InsertOnly("telephony_event", "telephony_event", "telephony_insert_only", "telephony events are insert-only")
create_statements, drop_statements = _EVENTS.create_statements, _EVENTS.drop_statements
