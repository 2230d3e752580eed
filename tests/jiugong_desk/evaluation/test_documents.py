"""The document: Chinese, complete, the same bytes for the same report, and no person in a bulletin."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
from django.utils import translation
from pypdf import PdfReader

from jiugong_desk.evaluation import documents, services
from tests.support.cast import SHANGHAI
from tests.support.worked import at


def text_of(data: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace("\n", "").replace(" ", "")


@pytest.fixture
def bulletin(cast, worked, warehouse):
    return services.make_report(worked, kind="bulletin", period_end=date(2026, 1, 10), by=cast.department, at=at(11, 9))


def test_a_bulletin_in_chinese_with_letterhead_footer_and_no_persons_name(cast, bulletin):
    with translation.override("en"):  # the reader's language does not matter: the document is the bank's
        text = text_of(documents.pdf(bulletin))
    for words in (
        "滨江支行", "情况通报", "草稿，未经签发", "2026年1月上旬", "北门网点", "领先", "需支持", "支持措施", "高于时间进度5%及以上",
        "排名仅供过程管理，不作为计酬依据", "数据截止2026-01-1100:00", "第1页，共",
    ):  # fmt: skip
        assert words in text, words
    assert cast.wang.name not in text
    assert cast.li.name not in text


def test_the_same_report_gives_the_same_bytes_and_another_number_other_ones(bulletin):
    first = documents.pdf(bulletin)
    assert documents.pdf(bulletin) == first
    bulletin.figures["execution"]["done"] += 1
    assert documents.pdf(bulletin) != first


def test_the_final_report_states_effect_interval_checks_and_who_signed(cast, worked, fill):
    fill(date(2026, 1, 1))
    fill(date(2026, 3, 1))
    moment = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    report = services.make_report(worked, kind="final", period_end=date(2026, 1, 30), by=cast.department, at=moment)
    services.issue(report, by=cast.management, at=moment)
    text = text_of(documents.pdf(report))
    for words in (
        "终期评估", "有正向效果", "与保留组相比", "健康检查", "常见误区", "前后变化（不是活动效果）", cast.management.name,
        "2026年3月2日", "客户经理过程数据", report.digest[:20],
    ):  # fmt: skip
        assert words in text, words
    assert re.search(r"存款口径：[^；]+；剔除0户；余额快照", text), "the setter must not eat punctuation"
    assert "草稿" not in text


def test_before_the_window_the_document_shows_no_effect_number(cast, worked, fill):
    fill(date(2026, 1, 1))
    report = services.make_report(
        worked, kind="ten_day", period_end=date(2026, 1, 10), by=cast.department, at=at(11, 9)
    )
    text = text_of(documents.pdf(report))
    assert "结果窗口未到" in text
    assert "真实效果测不出来" in text
    assert "常见误区" not in text
