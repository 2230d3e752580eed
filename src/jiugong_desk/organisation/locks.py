"""One lock for what only one person in the whole bank may do at a time."""

from __future__ import annotations

from .models import Unit


def lock_bank(unit: Unit) -> None:
    """Hold the topmost unit above this one until the transaction ends: two wait for each other wherever their units lie.

    (SQLite writes one transaction at a time, which is the same lock.)
    """
    root = unit.path.split(".", 1)[0]
    Unit.objects.select_for_update(no_key=True).get(code=root)
