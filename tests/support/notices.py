"""An official document by the sub-branch, before and after it is issued; and Word templates that somebody spoilt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from jiugong_desk.documents import bridge, pdf, services
from jiugong_desk.documents.models import Document
from jiugong_desk.documents.notice import Annex, Items, Notice, Section, lead, paragraphs, table
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, Cast

SECTIONS = (
    lead("现将《春季存款服务方案》印发给你们，请认真组织学习。"),
    Section("背景", paragraphs("一季度资金回流集中。\n（一）客户往来期限长。")),
    Section("工作安排", (Items(("学习方案。", "按名单联系 <不外传> & 登记。")),)),
    Section("任务分布", (table(("网点", "人数"), [("北门网点", 2), ("南门网点", 1)]),)),
)
ANNEXES = (
    Annex("电话话术", (Section("开场", paragraphs("您好，我是客户经理。")),)),
    Annex("参与人员安排", (Section("", (table(("网点", "客户经理"), [("北门网点", "王晓北")]),)),)),
)


def notice(cast: Cast, **values: Any) -> Notice:
    plain: dict[str, Any] = {
        "kind": "plan_notice", "title": "关于印发《春季存款服务方案》的通知", "word": "滨银综", "issuer": cast.sub_branch,
        "addressees": (cast.north, cast.south), "sections": SECTIONS, "annexes": ANNEXES, "dated_on": date(2026, 1, 7),
        "copies_to": ("综合业务部", "合规消保"), "signed_by": "冯行",
    }  # fmt: skip
    return Notice(**plain | values)


def issued(
    cast: Cast, *, about: str = "matter-1", by: Staff | None = None, at: datetime = NOW, **values: Any
) -> Document:
    """With its real files."""
    more = {name: values.pop(name) for name in ("supersedes", "guard") if name in values}
    return services.issue(notice(cast, **values), about=("campaign", about), by=by or cast.management, at=at, **more)


def filed(what: Notice, *, about: str, by: Staff, at: datetime = NOW, **more: Any) -> Document:
    """The same without a second's work: its files are a line each."""
    real = bridge.fill, pdf.notice_pdf
    bridge.fill = lambda template, content: bridge.Filled(f"word {content['number']}".encode(), [])  # type: ignore[assignment]
    pdf.notice_pdf = lambda content, at: f"pdf {content['number']}".encode()  # type: ignore[assignment]
    try:
        return services.issue(what, about=("campaign", about), by=by, at=at, **more)
    finally:
        bridge.fill, pdf.notice_pdf = real  # type: ignore[assignment]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def spoilt(change: Callable[[str], str] | None = None, **more: bytes) -> bytes:
    """The template of the installation with its text changed, or with more parts (`__` stands for `/`)."""
    members = parts(bridge.default_template())
    if change:
        text = members["word/document.xml"].decode()
        changed = change(text)
        assert changed != text, "the change found nothing to change"
        members["word/document.xml"] = changed.encode()
    return packed(members | {name.replace("__", "/"): data for name, data in more.items()})
