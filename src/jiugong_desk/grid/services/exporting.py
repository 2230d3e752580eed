"""Take figures out of the desk, with one audit record of what was taken. Lists of customers go through `exports`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...audit import services as audit_log
from ...core.errors import Refused
from ...core.pages import require
from ...core.verdict import refused
from ...core.workbook import xlsx
from ...organisation.models import Staff
from .. import workbook
from ..forms import BoardChoice, month_name
from ..reasons import NOTHING_RECORDED


@transaction.atomic
def export_board(choice: BoardChoice, *, by: Staff, at: datetime) -> bytes:
    """The board's sums as a workbook, with one audit record of what was taken out."""
    require(by, "customer.view")
    sheets = workbook.sheets(by, choice, at=at)
    if not sheets or choice.month is None or by.home is None:
        raise Refused(refused(NOTHING_RECORDED))
    audit_log.record(
        chain=by.home.code, by=by.staff_no, at=at, verb="board.exported", about="board", ref=month_name(choice.month),
        facts={
            "unit": choice.unit.code if choice.unit else "", "manager": choice.manager.staff_no if choice.manager else "",
            "rows": sum(len(sheet.rows) for sheet in sheets),
        },
    )  # fmt: skip
    return xlsx(sheets, at=at)
