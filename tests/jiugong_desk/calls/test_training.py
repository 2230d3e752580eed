"""Nobody untrained gets a queue, also where the course was changed after the launch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiugong_desk.calls import day, queue
from jiugong_desk.calls import services as calls
from jiugong_desk.campaigns.schooling import about
from jiugong_desk.core.errors import Refused
from jiugong_desk.training import queries as training
from jiugong_desk.training import services as courses
from tests.support import plans
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db


def test_whoever_has_to_read_a_changed_course_gets_no_queue_until_he_passes(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    assert queue.workable(cast.wang, NOW).exists()
    entry = queue.workable(cast.wang, NOW).first()
    course = training.course_about(about(campaign))
    content = training.content_of_draft(course)
    courses.edit(course, content=replace(content, title="新内容"), edition=course.edition, by=cast.planner, at=NOW)
    course.refresh_from_db()
    courses.publish(course, edition=course.edition, by=cast.planner, at=NOW)
    assert not queue.workable(cast.wang, NOW).exists()
    assert day.why_empty(cast.wang, NOW).code == "untrained"
    assert calls.claim_next(None, by=cast.wang, at=NOW) is None
    with pytest.raises(Refused) as refusal:
        calls.claim(entry, by=cast.wang, at=NOW)
    assert refusal.value.verdict.codes == ("untrained",)
    plans.learn(campaign, cast.wang)
    assert calls.claim_next(None, by=cast.wang, at=NOW) is not None
    assert not queue.workable(cast.li, NOW).exists()
