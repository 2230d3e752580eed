"""A document of every part that there can be: what a new template is tried on."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..organisation.models import Unit
from .content import content_of, number_text
from .notice import Annex, Items, Notice, Section, lead, paragraphs, table


def content() -> dict[str, Any]:
    """Two outlets, three sections, two annexes; names of a bank that does not exist."""
    bank = Unit(name="示范银行总行")
    issuer = Unit(name="示范支行", parent=bank)
    rows = [("一号网点", "4", "160"), ("二号网点", "3", "120")]
    notice = Notice(
        kind="sample",
        title="关于印发《模板试排示例方案》的通知",
        word="示银综",
        issuer=issuer,
        addressees=(Unit(name="一号网点"), Unit(name="二号网点")),
        sections=(
            lead("现将《模板试排示例方案》印发给你们，请认真组织学习，结合实际抓好落实。本文件仅用于核对模板的版式。"),
            Section(
                "总体要求",
                paragraphs(
                    "以了解客户需求为目的，如实说明来意，尊重客户选择。\n（一）先学习，后开展。\n（二）每旬评价一次。"
                ),
            ),
            Section("工作安排", (Items(("学习方案和话术。", "按名单逐户联系。", "按旬报送进度。")),)),
            Section("任务分布", (table(("网点", "人数", "每日可拨打"), rows),)),
        ),
        annexes=(
            Annex("示例话术", (Section("", paragraphs("您好，我是示范支行的客户经理。")),)),
            Annex("参与人员", (Section("", (table(("网点", "人数", "每日可拨打"), rows),)),)),
        ),
        copies_to=("综合业务部", "合规消保"),
        signed_by="某某某",
        dated_on=date(2026, 3, 2),
    )
    return content_of(notice, number=number_text(notice.word, 2026, 1))
