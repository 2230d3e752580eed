"""A report as an A4 document with letterhead: typst sets it, matplotlib draws it. The same report gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from ..core.clock import bank_date
from ..documents.content import chinese_date
from ..documents.pdf import set_page
from . import amended, reading
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
    return set_page(TEMPLATE, data, at=report.data_cutoff, charts=charts)


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
        "amendments": amended.told(figures),
        "amended": amended.note(figures),
        "moved": amended.moved(figures),
        "comments": report.comments,
        "decision": str(report.get_decision_display()) if report.decision else "",
        "made_by": report.made_by.name,
        "issued_by": report.issued_by.name if report.issued_by else "",
        "issued_on": chinese_date(bank_date(report.issued_at)) if report.issued_at else "",
        "versions": f"{report.policy_version} · jiugong {report.code_version}",
        "digest": report.digest,
    }


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
