"""Take figures and lists of customers out of the desk, each with one audit record of what was taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ...audit import services as audit_log
from ...core.errors import Refused
from ...core.pages import require
from ...core.verdict import refused
from ...core.workbook import xlsx
from ...organisation.models import Staff
from .. import listing, workbook
from ..forms import BoardChoice, MigrationChoice, month_name
from ..models import WatchList
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


@transaction.atomic
def export_watch_list(found: WatchList, *, by: Staff, at: datetime) -> bytes:
    """Those of the list whom `by` may see."""
    require(by, "customer.view")
    sheets = listing.watch_sheets(by, found, at=at)
    facts = {"code": found.code, "month": month_name(found.month), "rows": len(sheets[0].rows)}
    _record("watch.exported", "watch_list", found.ref, facts, by=by, at=at)
    return xlsx(sheets, at=at)


@transaction.atomic
def export_movers(choice: MigrationChoice, *, before: int, after: int, by: Staff, at: datetime) -> bytes:
    """Those of one flow whom `by` may see; both months are known."""
    require(by, "customer.view")
    assert choice.first
    assert choice.last
    sheets = listing.mover_sheets(by, choice, before, after, at=at)
    facts = {
        "unit": choice.unit.code if choice.unit else "", "manager": choice.manager.staff_no if choice.manager else "",
        "before": before, "after": after, "rows": len(sheets[0].rows),
    }  # fmt: skip
    months = f"{month_name(choice.first)} {month_name(choice.last)}"
    _record("movers.exported", "migration", months, facts, by=by, at=at)
    return xlsx(sheets, at=at)


def _record(verb: str, about: str, ref: str, facts: dict[str, Any], *, by: Staff, at: datetime) -> None:
    chain = by.home.code if by.home else "HO"
    audit_log.record(chain=chain, by=by.staff_no, at=at, verb=verb, about=about, ref=ref, facts=facts)
