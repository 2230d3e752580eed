"""The template of the product table: its headers, and beside them what belongs into each column."""

from __future__ import annotations

from datetime import datetime

from ..core.workbook import Sheet, xlsx
from .table import COLUMNS

EXAMPLES = (
    ("TD003M", "整存整取三个月", "定期存款", "3个月", "50", "", "", "0.65%", "2025-05-20", "2015-01-01"),
    ("WM0180", "稳健 180 天理财", "理财", "180天", "10000", "1000", "R2", "2.00%-2.60%", "2026-01-05", "2026-01-05"),
)


def template(*, at: datetime) -> bytes:
    """An empty table with the headers, and a second sheet that explains them."""
    headers = [column.header for column in COLUMNS]
    notes = [[column.header, "、".join(column.words[1:]), str(column.note)] for column in COLUMNS]
    padded = [[*row, *[""] * (len(headers) - len(row))] for row in EXAMPLES]
    sheets = (
        Sheet("产品表", headers, []),
        Sheet("填写说明", ["列", "也可以叫", "填写要求"], notes),
        Sheet("示例", headers, padded),
    )
    return xlsx(sheets, at=at)
