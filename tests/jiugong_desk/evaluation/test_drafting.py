"""The first sentences of the comment boxes say what the figures say, and no more."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jiugong_desk.evaluation import drafting, labels, services
from tests.support.cast import SHANGHAI
from tests.support.worked import at


def test_a_final_report_proposes_something_for_every_answer():
    assert drafting.AFTER.keys() == labels.STATUS.keys()


@pytest.mark.parametrize(("gain", "words"), [(3_000, "复验后推广"), (0, "不以本次结果扩大或叫停")])
def test_what_follows_depends_on_what_was_measured(cast, worked, fill, gain, words):
    fill(date(2026, 1, 1))
    fill(date(2026, 3, 1), gain=gain)
    moment = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    report = services.make_report(worked, kind="final", period_end=date(2026, 1, 30), by=cast.department, at=moment)
    assert words in report.comments["next_steps"]


def test_an_outlet_behind_is_named_with_its_support_and_nobody_is(cast, worked, warehouse):
    report = services.make_report(worked, kind="bulletin", period_end=date(2026, 1, 10), by=cast.department, at=at(11))
    said = "\n".join(report.comments.values())
    assert f"{cast.south.name}进度落后" in said
    assert f"{cast.south.name}：" in report.comments["next_steps"]
    assert cast.li.name not in said


def test_who_leads_is_praised_only_where_not_everybody_leads(worked, cast, warehouse):
    report = services.make_report(worked, kind="bulletin", period_end=date(2026, 1, 10), by=cast.department, at=at(11))
    assert f"{cast.north.name}进度领先" in report.comments["highlights"]
    for row in report.figures["outlets"]:
        row["grade"] = "leading"
    assert (
        "领先" not in drafting.comments_for("final", report.figures | {"effect": {"status": "no_data"}})["highlights"]
    )
