"""An amendment is marked on every chart, told in words beside it, and moves nothing that was tied down before."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.core import clock
from jiugong_desk.evaluation import amended, documents, effect, services
from jiugong_desk.ui import plots
from tests.support.amendments import LATER, REASON, on_record
from tests.support.worked import at

NOW = at(11, 9)
TENTH = date(2026, 1, 10)
DAYS = st.lists(st.dates(date(2026, 1, 1), date(2026, 2, 28)), unique=True, min_size=1).map(sorted)


@pytest.fixture(autouse=True)
def _eleventh_of_january(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def figures(*days: str, parts: tuple[str, ...] = ("script",)):
    return {
        "amendments": [
            {"number": number, "day": day, "parts": list(parts), "reason": "原因"}
            for number, day in enumerate(days, start=1)
        ]
    }


@given(DAYS, st.lists(st.dates(date(2026, 1, 1), date(2026, 2, 28))).map(sorted))
def test_each_stands_at_its_day_or_at_the_next_that_the_chart_shows(shown, since):
    found = amended.lines(figures(*map(str, since)), shown)
    assert {one["at"] for one in found} == {
        next((place for place, day in enumerate(shown) if day >= one), len(shown) - 1) for one in since
    }
    for number in range(1, len(since) + 1):
        assert any(f"变更{number}" in one["label"] for one in found)


def test_two_of_one_day_share_a_line():
    assert amended.lines(figures("2026-03-05", "2026-03-05"), [date(2026, 3, 5)]) == [
        {"at": 0, "label": "变更1、变更2 3月5日"}
    ]


def test_a_chart_without_days_and_a_report_from_before_have_none():
    assert amended.lines(figures("2026-03-05"), []) == []
    assert amended.lines({}, [date(2026, 3, 5)]) == []
    assert amended.told({}) == []
    assert amended.note({}) == amended.moved({}) == ""


def test_what_another_end_does_is_said_and_only_then():
    assert "评价窗口仍按启动时的结束日期" in amended.moved(figures("2026-03-05", parts=("ends_on",)))
    assert amended.moved(figures("2026-03-05")) == ""


def marked(page: str) -> None:
    """Under every chart of the page stands what its lines mean."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), unescape(page))
    assert text.count("data-chart=") == text.count("变更1（1月8日）：结束日期。") > 0
    assert text.count('"label": "变更1 1月8日"') == 2  # the two charts of days
    assert REASON in text


@pytest.mark.django_db
def test_every_chart_of_progress_and_report_is_marked(cast, worked, warehouse, login):
    on_record(worked, at=at(8))
    client = login(cast.department)
    marked(client.get(reverse("progress", args=[worked.ref])).text)
    report = services.make_report(worked, kind="ten_day", period_end=TENTH, by=cast.department, at=NOW)
    marked(client.get(reverse("report", args=[report.ref])).text)


@pytest.mark.django_db
def test_without_one_nothing_is_marked(cast, worked, login):
    page = login(cast.department).get(reverse("progress", args=[worked.ref])).text
    assert "chart-note" not in page
    assert "方案变更" not in page


@pytest.mark.django_db
def test_a_report_keeps_those_of_its_time(cast, worked, warehouse):
    on_record(worked, at=at(8))
    on_record(worked, number=2, at=at(11, 8), rhythm="只在上午")  # after the period, before the report is made
    report = services.make_report(worked, kind="ten_day", period_end=TENTH, by=cast.department, at=NOW)
    assert [one["number"] for one in report.figures["amendments"]] == [1]
    assert report.figures["amendments"][0] == {
        "number": 1, "day": "2026-01-08", "parts": ["ends_on"], "reason": REASON,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_document_lists_them_with_reason_and_marks_its_charts(cast, worked, warehouse):
    on_record(worked, at=at(8))
    report = services.make_report(worked, kind="bulletin", period_end=TENTH, by=cast.department, at=NOW)
    data = documents.pdf(report)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace("\n", "").replace(" ", "")
    assert "方案变更" in text
    assert REASON in text
    assert text.count("变更1（1月8日）") == 3  # pace, answers, funnel
    assert "评价窗口仍按启动时的结束日期" in text
    assert documents.pdf(report) == data


@pytest.mark.django_db
def test_the_window_of_the_effect_does_not_move_with_the_end(cast, worked):
    before = effect.design_of(worked)
    on_record(worked, at=at(8), ends_on=str(LATER + timedelta(days=30)))
    Campaign.objects.everyone().filter(pk=worked.pk).update(ends_on=LATER + timedelta(days=30))
    worked.refresh_from_db()
    assert effect.design_of(worked).outcome == before.outcome


def test_the_drawn_chart_has_its_line_and_its_name():
    chart = {
        "kind": "line",
        "categories": ["01-05", "01-06", "01-07"],
        "series": [{"name": "拨打", "values": [1, 2, 3], "colour": "main"}],
    }
    plain, line = plots.draw(chart), plots.draw(chart | {"marks": [{"at": 1, "label": "变更1 1月6日"}]})
    assert line != plain
    assert "变更1 1月6日" in line  # matplotlib names the text beside its outlines
    assert plots.draw(chart | {"marks": []}) == plain
