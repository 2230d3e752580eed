"""A report as an A4 document with letterhead: typst sets it, matplotlib draws it. The same report gives the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone, translation

from ..core.clock import bank_date
from ..ui.fonts import FONTS
from . import reading
from .models import Report

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
SIZES = {"funnel": (6.6, 2.7), "pace": (6.6, 1.85), "answers": (6.6, 1.85), "effect": (6.6, 1.5)}


def pdf(report: Report) -> bytes:
    """The document, always in Chinese. Who may read the report may read it: the caller has checked."""
    from ..ui import plots  # loads matplotlib: only where a document is made

    with translation.override("zh-hans"):
        charts = {
            f"chart_{name}": plots.draw(chart, width=SIZES[name][0], height=SIZES[name][1])
            for name, chart in reading.charts(report).items()
        }
        data = document_of(report)
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)} | charts,
        timestamp=int(report.data_cutoff.timestamp()),
    )
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The bundled font only: what a machine has installed must not change a document."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def document_of(report: Report) -> dict[str, Any]:
    """Everything that the document says, as text and whole numbers."""
    figures = report.figures
    return {
        "kind": report.kind,
        "unit": figures["campaign"]["unit"],
        "heading": report.get_kind_display(),
        "number": reading.number_of(report),
        "corrects": reading.number_of(report.corrects) if report.corrects else "",
        "title": reading.title_of(report),
        "campaign": figures["campaign"],
        "period": reading.period_of(report),
        "cutoff": _moment(report.data_cutoff),
        "draft": report.state == Report.State.DRAFT,
        "as_written": figures["form"] == "as-written",
        "cards": [vars(card) | {"lines": list(card.lines)} for card in reading.cards(report)],
        "funnel": reading.funnel(figures["funnel"]),
        "funnel_period": reading.funnel(figures["funnel_period"]),
        "outlets": reading.outlets(figures),
        "grading": reading.grading(figures),
        "managers": reading.managers(figures),
        "outcomes": reading.outcomes(figures),
        "effect": reading.effect_of(figures),
        "comments": report.comments,
        "decision": str(report.get_decision_display()) if report.decision else "",
        "made_by": report.made_by.name,
        "issued_by": report.issued_by.name if report.issued_by else "",
        "issued_on": _day(report.issued_at) if report.issued_at else "",
        "versions": f"{report.policy_version} · jiugong {report.code_version}",
        "digest": report.digest,
    }


def _day(value: datetime) -> str:
    """As a Chinese document writes it: 2026年3月2日."""
    day = bank_date(value)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
