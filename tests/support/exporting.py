"""Watch lists to take out, smaller limits, and the workbook as rows."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

from python_calamine import CalamineWorkbook

from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.approvals.queries import open_for
from jiugong_desk.exports import services
from jiugong_desk.exports.bridge import limits
from jiugong_desk.exports.models import ExportRequest
from jiugong_desk.grid.bridge import Frozen
from jiugong_desk.grid.models import WatchList
from jiugong_desk.grid.services import freeze
from tests.support.cast import NOW, Cast

REASON = "逐户回访前核对，月底销毁"


def smaller(monkeypatch: Any, **values: int) -> None:
    """Limits that a test reaches with a handful of customers."""
    found = replace(limits(), **values)
    monkeypatch.setattr("jiugong_desk.exports.services.limits", lambda: found)
    monkeypatch.setattr("jiugong_desk.exports.queries.limits", lambda: found)


def watch_list(cast: Cast, customers: list[Any]) -> WatchList:
    rows = [(customer.customer_no, {}) for customer in customers]
    frozen = Frozen("near_threshold", "临界客户", "近于门槛", date(2025, 12, 31), "default@2026-01", rows=rows)
    return freeze([frozen], by=cast.steward, at=NOW)[0]


def terms(found: WatchList) -> dict[str, str]:
    return {"list": found.ref}


def asked(found: WatchList, by: Any, *, clear: tuple[str, ...] = (), at: Any = NOW) -> ExportRequest:
    return services.ask("watch", terms(found), clear=clear, purpose="contact", reason=REASON, by=by, at=at)


def approval_of(request: ExportRequest) -> Approval:
    return open_for(services.kind_of(request), request.ref)


def decided(request: ExportRequest, by: Any, *, approve: bool = True, at: Any = NOW) -> ExportRequest:
    approvals.decide(approval_of(request), approve=approve, comment="名单过宽，请缩小", by=by, at=at)
    return again(request)


def again(request: ExportRequest) -> ExportRequest:
    found: ExportRequest = ExportRequest.objects.everyone().get(pk=request.pk)
    return found


def rows_of(content: bytes, sheet: str = "名单") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def numbers_of(content: bytes) -> list[Any]:
    """The customer numbers in a file."""
    return [row[0] for row in rows_of(content)[1:]]
