"""A campaign's course holds its plan, is for its participants, and follows the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.campaigns import schooling
from jiugong_desk.campaigns.checklist import conditions
from jiugong_desk.campaigns.gate import plan_facts
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.core.errors import Refused
from jiugong_desk.duty import services as duty
from jiugong_desk.training import queries, services
from jiugong_desk.training.rules import Section
from tests.jiugong_desk.training.test_services import READY, passed
from tests.support import plans
from tests.support.cast import NOW, make_script
from tests.support.products import make_offer

pytestmark = pytest.mark.django_db


def test_the_plan_itself_is_to_be_read_by_everybody_who_takes_part(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    assert schooling.untrained(campaign) == [cast.wang, cast.li]
    course = schooling.open_training(campaign, by=cast.planner, at=NOW)
    assert campaign.goal in queries.content_of(queries.newest(course)).sections[0].text
    passed(course, cast.wang)
    assert schooling.untrained(campaign) == [cast.li]


def test_the_course_says_whom_when_how_far_with_what_and_to_what_purpose(cast):
    plans.customers(cast)
    script, offer = make_script(title="美好金开场白"), make_offer(cast.planner)
    campaign = plans.submitted(cast, script=script, offers=[offer.ref], purpose="介绍“美好金”装修分期")
    course = schooling.open_training(campaign, by=cast.planner, at=NOW)
    plan, spoken, opening, *others = queries.content_of(queries.newest(course)).sections
    for said in ("一手楼按揭", "2026年1月5日至2026年1月30日", "不低于 50", offer.title, "4户为保留组", "美好金开场白"):
        assert said in plan.text, said
    assert all(step.say in spoken.text for step in script.read.steps)
    assert campaign.complaint_contact in plan.text
    assert "介绍“美好金”装修分期" in opening.text
    assert not any("信用卡" in one.text for one in (opening, *others))


def test_another_plan_is_read_anew_and_the_same_is_not(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    passed(schooling.open_training(campaign, by=cast.planner, at=NOW), cast.wang)
    schooling.open_training(campaign, by=cast.planner, at=NOW)
    assert schooling.untrained(campaign) == [cast.li]
    campaign.goal = "户均日均存款提升一成"
    schooling.open_training(campaign, by=cast.planner, at=NOW)
    assert schooling.untrained(campaign) == [cast.wang, cast.li]


def test_what_a_planner_made_of_the_quiz_is_kept_when_the_plan_changes(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    course = schooling.open_training(campaign, by=cast.planner, at=NOW)
    shorter = replace(queries.content_of_draft(course), quiz=READY.quiz[:3])
    services.edit(course, content=shorter, edition=course.edition, by=cast.planner, at=NOW)
    campaign.goal = "户均日均存款提升一成"
    taught = queries.content_of(queries.newest(schooling.open_training(campaign, by=cast.planner, at=NOW)))
    assert taught.quiz == READY.quiz[:3]
    assert [one.title for one in taught.sections] == [
        schooling.PLAN,
        schooling.SCRIPT,
        *(one.title for one in READY.sections),
    ]
    assert "提升一成" in taught.sections[0].text


@pytest.mark.parametrize("state", ["approved", "launched", "paused"])
def test_the_course_of_a_campaign_under_way_is_not_closed(cast, state):
    plans.customers(cast)
    campaign = plans.approved(cast)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(state=state)
    course = queries.course_about(schooling.about(campaign))
    with pytest.raises(Refused) as refusal:
        services.close(course, edition=course.edition, by=cast.planner, at=NOW)
    assert refusal.value.verdict.codes == ("held_course",)
    Campaign.objects.everyone().filter(pk=campaign.pk).update(state="closed")
    services.close(course, edition=course.edition, by=cast.planner, at=NOW)
    assert course.state == "closed"


def test_participants_and_stand_ins_stay_on_the_course_of_a_campaign_under_way(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    duty.record(cast.wang, **AWAY, cover=cast.sun, by=cast.zhao, at=NOW)
    course = queries.course_about(schooling.about(campaign))
    for missing in (cast.wang, cast.sun):
        people = [person for person in (cast.wang, cast.li, cast.sun) if person != missing]
        with pytest.raises(Refused) as refusal:
            services.set_people(course, staff=people, by=cast.planner, at=NOW)
        assert missing.name in str(refusal.value.verdict.reasons[0])
    services.set_people(course, staff=[cast.wang, cast.li, cast.sun], by=cast.planner, at=NOW)


def test_plan_and_rules_are_not_changed_by_hand_and_what_is_added_is_kept(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    course = schooling.open_training(campaign, by=cast.planner, at=NOW)
    content = queries.content_of_draft(course)
    titles = [one.title for one in content.sections]
    for at in range(len(titles)):
        dropped = replace(content, sections=content.sections[:at] + content.sections[at + 1 :])
        written = replace(content.sections[at], text="可以随便打")
        edited = replace(content, sections=(*content.sections[:at], written, *content.sections[at + 1 :]))
        loosened = replace(content, sections=tuple(replace(one, fixed=False) for one in content.sections))
        for other in (dropped, edited, loosened):
            with pytest.raises(Refused) as refusal:
                services.edit(course, content=other, edition=course.edition, by=cast.planner, at=NOW)
            assert refusal.value.verdict.codes == ("fixed_sections",)
    more = replace(content, sections=(*content.sections, Section("本行补充", "先看客户的到期日。")))
    services.edit(course, content=more, edition=course.edition, by=cast.planner, at=NOW)
    services.publish(course, edition=course.edition, by=cast.planner, at=NOW)
    campaign.goal = "户均日均存款提升一成"
    taught = queries.content_of(queries.newest(schooling.open_training(campaign, by=cast.planner, at=NOW)))
    assert [one.title for one in taught.sections] == [*titles, "本行补充"]


def test_the_pages_change_neither_what_comes_from_the_plan_nor_who_has_to_take_it(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    course = queries.course_about(schooling.about(campaign))
    before = queries.content_of_draft(course)
    browser = login(cast.planner)
    assert "由方案生成" in browser.get(reverse("course_edit", args=[course.ref])).content.decode()
    form = {"do": "save", "edition": course.edition, "title": "空课", "s0-title": "只此一节", "s0-text": "无"}
    for at, question in enumerate(before.quiz):
        form |= {f"q{at}-text": question.text, f"q{at}-why": question.why, f"q{at}-r": sorted(question.right)}
        form |= {f"q{at}-o{place}": option for place, option in enumerate(question.options)}
    assert browser.post(reverse("course_edit", args=[course.ref]), form).status_code == 303
    course.refresh_from_db()
    assert queries.content_of_draft(course).sections == (*before.sections, Section("只此一节", "无"))
    assert "不能移出" in browser.get(reverse("course_people", args=[course.ref])).content.decode()
    assert browser.post(reverse("course_people", args=[course.ref]), {"take": [cast.sun.ref]}).status_code == 303
    assert all(queries.enrolment(course, person) for person in (cast.wang, cast.li, cast.sun))
    course.refresh_from_db()
    assert (
        reverse("course_close", args=[course.ref])
        not in browser.get(reverse("course", args=[course.ref])).content.decode()
    )
    answer = browser.post(reverse("course_close", args=[course.ref]), {"edition": course.edition})
    assert answer.status_code == 409


AWAY = {"first_day": date(2026, 1, 8), "last_day": date(2026, 1, 9), "kind": "annual"}


def test_whoever_stands_in_takes_the_course_too_and_the_gate_waits_for_him(cast):
    """Before the approval he is enrolled with the others; afterwards when the leave is recorded."""
    plans.customers(cast)
    campaign = plans.approved(cast)
    duty.record(cast.wang, **AWAY, cover=cast.sun, by=cast.zhao, at=NOW)
    course = queries.course_about(schooling.about(campaign))
    mine = queries.enrolment(course, cast.sun)
    assert schooling.untrained(campaign) == []
    trained = {one.code: one for one in conditions(plan_facts(campaign, at=NOW))}["trained"]
    assert not trained.met
    assert cast.sun.name in str(trained.reason.remedy)
    passed(course, cast.sun)
    assert {one.code: one.met for one in conditions(plan_facts(campaign, at=NOW))}["trained"]
    schooling.open_training(campaign, by=cast.planner, at=NOW)  # the same plan again: nobody is dropped
    assert queries.enrolment(course, cast.sun).pk == mine.pk


def test_leave_outside_the_period_or_without_cover_teaches_nobody(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    duty.record(cast.wang, **AWAY, cover=None, by=cast.zhao, at=NOW)
    later = {"first_day": date(2026, 2, 3), "last_day": date(2026, 2, 4), "kind": "annual"}
    duty.record(cast.wang, **later, cover=cast.sun, by=cast.zhao, at=NOW)
    assert queries.enrolment(queries.course_about(schooling.about(campaign)), cast.sun) is None


def test_another_cover_is_taught_when_he_is_named(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    leave = duty.record(cast.wang, **AWAY, cover=None, by=cast.zhao, at=NOW)
    duty.change_cover(leave, cover=cast.sun, by=cast.zhao, at=NOW)
    assert queries.enrolment(queries.course_about(schooling.about(campaign)), cast.sun) is not None


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=25), max_size=12))
def test_no_word_of_a_long_plan_is_lost_on_its_pages(parts):
    found = schooling.pages(parts, most=10)
    assert all(len(page) <= 10 for page in found)
    assert "".join(found).replace("\n", "") == "".join(parts)


def test_a_plans_title_may_hold_an_amount(cast):
    """It is taught as it is: only authors of courses are warned of numbers."""
    plans.customers(cast)
    campaign = plans.approved(cast, title="面向金融资产200000元以上客户的走访")
    assert campaign.state == campaign.State.APPROVED
