"""Values as they may stand in a quarantine file: enough to find the cell, not to know the person."""

from __future__ import annotations

import re

from .contracts import Column

_LONG_RUN = re.compile(r"[0-9X]{9,}", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 60


def masked(value: str | None, column: Column) -> str:
    """A personal value keeps its ends (a name its first character); elsewhere only long digit runs are hidden."""
    if not value:
        return ""
    if column.kind == "name":
        return value[0] + "*" * (len(value) - 1)
    if column.personal:
        return _ends(value)
    return _LONG_RUN.sub(lambda run: _ends(run[0]), value)[:_MOST]


def harmless_cell(text: str) -> str:
    """The text as a spreadsheet shows it, instead of computing it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _ends(value: str) -> str:
    shown = 4 if len(value) >= 11 else len(value) // 4
    return value[:shown] + "*" * (len(value) - 2 * shown) + value[len(value) - shown :]
