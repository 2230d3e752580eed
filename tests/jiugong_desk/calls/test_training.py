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
from jiugong_desk.training.models import Course, Enrolment
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


def test_whoever_was_taken_off_the_course_or_whose_course_is_closed_has_not_passed_it(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    plans.unlearn(campaign, cast.wang)
    rows = Enrolment.objects.everyone().filter(course__about=about(campaign))
    rows.filter(staff=cast.wang).update(dropped_at=NOW)
    assert not queue.workable(cast.wang, NOW).exists()
    assert day.why_empty(cast.wang, NOW).code == "untrained"
    rows.filter(staff=cast.wang).update(dropped_at=None)
    Course.objects.everyone().filter(about=about(campaign)).update(state="closed", closed_at=NOW)
    assert calls.claim_next(None, by=cast.wang, at=NOW) is None
    assert calls.claim_next(None, by=cast.li, at=NOW) is not None  # what he has passed he has passed


def test_a_campaign_without_a_course_has_no_callers(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    Course.objects.everyone().filter(about=about(campaign)).delete()
    assert not queue.workable(cast.wang, NOW).exists()


def test_a_customer_taken_before_the_course_changed_is_not_called_untrained(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    entry = calls.claim_next(None, by=cast.wang, at=NOW)
    plans.unlearn(campaign, cast.wang)
    with pytest.raises(Refused) as refusal:
        calls.show_number(entry, by=cast.wang, at=NOW)
    assert refusal.value.verdict.codes == ("untrained",)
    plans.learn(campaign, cast.wang)
    assert calls.show_number(entry, by=cast.wang, at=NOW)


def test_the_day_asks_nothing_of_a_campaign_whose_course_is_to_be_passed_and_says_so(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    assert day.pace(cast.wang, NOW).planned == 40
    assert day.untaught(queue.reach_of(cast.wang, NOW)) == []
    plans.unlearn(campaign, cast.wang)
    assert day.pace(cast.wang, NOW).planned == 0
    assert day.untaught(queue.reach_of(cast.wang, NOW)) == [campaign.title]
