"""Versions before their review: taken back by their author, or with his next one; never somebody else's."""

from __future__ import annotations

import pytest

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.scripts.models import Script
from jiugong_desk.scripts.services import create_script
from tests.support.cast import NOW, make_staff
from tests.support.scripts import conforming

pytestmark = pytest.mark.django_db


def version(by, title="回访话术"):
    return create_script(code="visit", title=title, content=conforming(), by=by, at=NOW)


def states():
    return list(Script.objects.order_by("version").values_list("state", flat=True))


def test_the_next_version_takes_the_authors_last_one_back(cast):
    first = version(cast.planner)
    second = version(cast.planner)
    assert states() == ["withdrawn", "draft"]
    assert [one.state for one in waiting.of_matter(first.ref)] == ["withdrawn"]
    assert waiting.open_for("script", second.ref)
    verbs = AuditRecord.objects.values_list("verb", flat=True)
    assert list(verbs).count("script.withdrawn") == 1


def test_somebody_elses_stays_and_so_does_what_was_approved(cast):
    other = make_staff("9105", "何策", "planner", cast.branch)
    theirs = version(other)
    approved = version(cast.planner)
    approvals.decide(waiting.open_for("script", approved.ref), approve=True, comment="", by=cast.compliance, at=NOW)
    version(cast.planner)
    assert states() == ["draft", "approved", "draft"]
    assert Approval.objects.everyone().get(about=theirs.ref).is_open


def test_one_taken_back_is_not_called_sent_back(cast):
    script = version(cast.planner)
    approvals.withdraw(waiting.open_for("script", script.ref), by=cast.planner, at=NOW)
    script.refresh_from_db()
    assert (script.state, script.get_state_display()) == ("withdrawn", "已撤回")
