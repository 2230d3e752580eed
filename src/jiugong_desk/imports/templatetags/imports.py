"""Small helps of the steward's templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template

from .. import labels
from ..models import Batch
from ..work import ending_of

register = template.Library()


@register.filter
def table_label(code: str) -> str:
    return labels.table(code) if code else ""


@register.filter
def set_aside(counts: Mapping[str, int]) -> int:
    """Rows that were not, or will not be, loaded."""
    return counts.get("bad", 0) + counts.get("left_out", 0)


@register.filter
def exact(amount: Decimal) -> str:
    """Yuan to the cent, to be compared with a figure on paper."""
    return f"{amount:,.2f}"


@register.filter
def is_text(batch: Batch) -> bool:
    """Whether the file has an encoding and a separator to choose."""
    return ending_of(batch.file_name) not in (".xlsx", ".parquet")


@register.filter
def is_open(line: Any, opened: Any) -> bool:
    """Whether this is the cell that was just asked for."""
    return bool(opened) and (line.fault.row, line.cell.header) == opened


@register.filter
def unique_columns(kinds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({kind["column"]: kind for kind in kinds}.values())


@register.filter
def unique_codes(kinds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({kind["code"]: kind for kind in kinds}.values())
