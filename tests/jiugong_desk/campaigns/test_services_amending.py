"""A running campaign is changed only by an amendment that others approved; from then on everything follows it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import amendments, marks, schooling, services, taught
from jiugong_desk.campaigns.gate import is_approved
from jiugong_desk.campaigns.models import Amendment, ListEntry
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.duty.services import record
from jiugong_desk.training import queries as training
from tests.support import amendments as amended
from tests.support import plans
from tests.support.amendments import LATER, RHYTHM
from tests.support.cast import NOW, make_script, make_staff
from tests.support.products import make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(cast):
    plans.customers(cast)
    return plans.launched(cast)


def codes(refusal):
    return refusal.value.verdict.codes


def test_a_later_end_is_managements_alone_and_in_force_at_once(cast, campaign):
    before = campaign.version
    made = amended.submitted(cast, campaign)
    assert [one.kind for one in waiting.of_matter(made.ref)] == ["amendment"]
    campaign.refresh_from_db()
    assert campaign.ends_on == date(2026, 1, 30)  # nothing before it is approved
    plans.decide("amendment", made, by=cast.management)
    campaign.refresh_from_db()
    assert (campaign.ends_on, campaign.state, campaign.version) == (LATER, "launched", before + 1)
    assert (made.state, made.number, made.ended_at) == ("effective", 1, NOW)
    assert made.result == campaign.plan_versions.first()
    assert made.result.by == cast.planner
    assert is_approved(campaign)  # its notice may be issued anew
    record = AuditRecord.objects.get(verb="amendment.effective")
    assert json.loads(record.facts)["parts"] == ["ends_on"]


def test_what_callers_do_is_reviewed_first_and_studied_again(cast, campaign):
    made = amended.submitted(cast, campaign, rhythm=RHYTHM)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", made, by=cast.management)
    assert codes(refusal) == ("review_first",)
    assert campaign.ref in taught.taught_to(cast.wang)
    plans.decide("amendment_review", made, by=cast.compliance)
    plans.decide("amendment", made, by=cast.management)
    assert campaign.ref not in taught.taught_to(cast.wang)  # until he has read it
    course = training.course_about(schooling.about(campaign))
    assert course is not None
    sections = training.content_of(training.newest(course)).sections
    told = next(one.text for one in sections if one.title == schooling.AMENDED)
    assert RHYTHM in told
    assert made.reason in told
    plans.learn(campaign, cast.wang)
    assert campaign.ref in taught.taught_to(cast.wang)


def test_a_later_end_needs_no_study(cast, campaign):
    amended.in_force(cast, campaign)
    assert campaign.ref in taught.taught_to(cast.wang)


def test_whoever_stands_in_on_the_added_days_takes_the_course(cast, campaign):
    record(
        cast.wang, first_day=date(2026, 2, 2), last_day=date(2026, 2, 3), kind="annual", cover=cast.sun, by=cast.zhao,
        at=NOW,
    )  # fmt: skip
    course = training.course_about(schooling.about(campaign))
    assert course is not None
    assert training.enrolment(course, cast.sun) is None
    campaign.ends_on = LATER
    schooling.also_teach(campaign, at=NOW)
    assert training.enrolment(course, cast.sun) is not None
    assert campaign.ref in taught.taught_to(cast.wang)  # who has passed has passed


def test_calls_read_the_new_script_and_the_new_offers(cast, campaign):
    offer, script = make_offer(cast.planner), make_script(title="新话术")
    amended.in_force(cast, campaign, script=script, offers=[offer.ref])
    entry = ListEntry.objects.everyone().filter(campaign=campaign).select_related("campaign__script")[0]
    assert entry.campaign.script == script
    assert entry.campaign.offers == [offer.ref]


def test_every_part_that_may_change_reads_as_it_was_written(cast, campaign):
    parts = {
        "ends_on": LATER, "budget": Decimal("61000.50"), "script": make_script(), "offers": [make_offer(cast.planner).ref],
        "goals": [{"measure": "reached", "target": "40", "by": "2026-02-10"}], "strategy": "先问需要", "means": "班会",
        "rhythm": RHYTHM, "assessment": "只看过程", "stop_conditions": "三件即停", "complaint_contact": "合规 郑规 95501",
    }  # fmt: skip
    made = amended.in_force(cast, campaign, **parts)
    assert set(made.changes) == set(parts)
    assert {name: getattr(campaign, name) for name in parts} == parts
    assert amendments.values_of(made) == parts
    assert len(amendments.compared(made)) == len(parts)


@pytest.mark.parametrize("who", ["wang", "zhao", "compliance", "management", "department", "auditor"])
def test_only_who_drafts_plans_begins_one(cast, campaign, who):
    with pytest.raises(PermissionDenied):
        services.amend(campaign, reason="原因写在这里", by=getattr(cast, who), at=NOW, ends_on=LATER)
    assert not Amendment.objects.everyone().exists()


@pytest.mark.parametrize("name", ["audience", "holdout_size", "primary_measure", "purpose", "starts_on", "seed"])
def test_what_would_spoil_the_experiment_is_no_part_of_it(cast, campaign, name):
    with pytest.raises(AssertionError):
        services.amend(campaign, reason="原因写在这里", by=cast.planner, at=NOW, **{name: "x"})


def test_the_primary_target_stays(cast):
    plans.customers(cast)
    primary = {"measure": "take_up", "target": "5", "by": "2026-01-30"}
    campaign = plans.launched(cast, goals=[primary])
    with pytest.raises(Refused) as refusal:
        amended.drafted(cast, campaign, goals=[{**primary, "target": "3"}])
    assert codes(refusal) == ("primary_goal_sealed",)
    other = {"measure": "reached", "target": "40", "by": "2026-01-30"}
    assert amended.drafted(cast, campaign, goals=[primary, other]).changes == {"goals": [primary, other]}


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "closed"])
def test_only_a_running_campaign_is_amended(cast, state):
    plans.customers(cast)
    made = {"draft": plans.drafted, "submitted": plans.submitted, "approved": plans.approved}.get(state, plans.launched)
    campaign = made(cast)
    if state == "closed":
        services.close(campaign, by=cast.management, at=NOW)
    with pytest.raises(Refused) as refusal:
        amended.drafted(cast, campaign)
    assert codes(refusal) == ("wrong_state",)


def test_a_paused_campaign_is_amended_and_stays_paused(cast, campaign):
    services.pause(campaign, reason="投诉待查", by=cast.management, at=NOW)
    amended.in_force(cast, campaign, rhythm=RHYTHM)
    assert (campaign.state, campaign.rhythm) == ("paused", RHYTHM)


def test_nothing_changed_is_no_amendment_and_ends_of_line_are_no_change(cast):
    plans.customers(cast)
    campaign = plans.launched(cast, strategy="先问需要\n再讲产品")
    with pytest.raises(Refused) as refusal:
        amended.drafted(cast, campaign, strategy="先问需要\r\n再讲产品 ", ends_on=campaign.ends_on)
    assert codes(refusal) == ("nothing_changed",)


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason_needed"), ("短", "reason_needed"), ("长" * 501, "long_reason")]
)
def test_the_reason_is_compulsory(cast, campaign, reason, code):
    with pytest.raises(Refused) as refusal:
        amended.drafted(cast, campaign, reason=reason)
    assert codes(refusal) == (code,)


def test_a_second_one_waits_for_the_first(cast, campaign):
    first = amended.drafted(cast, campaign)
    with pytest.raises(Stale) as refusal:
        amended.drafted(cast, campaign, budget=Decimal(70_000))
    assert codes(refusal) == ("amendment_under_way",)
    services.give_up(first, by=cast.planner, at=NOW)
    second = amended.in_force(cast, campaign, budget=Decimal(70_000))
    third = amended.in_force(cast, campaign)
    assert (first.number, second.number, third.number) == (None, 1, 2)
    assert third.base == second.result
    assert [one.number for one in marks.marks(campaign)] == [1, 2]


def test_an_edit_voids_what_was_asked(cast, campaign):
    made = amended.submitted(cast, campaign, rhythm=RHYTHM)
    asked = waiting.open_for("amendment", made.ref)
    services.edit_amendment(made, reason="首周接通率偏低", by=cast.planner, at=NOW, ends_on=LATER)
    assert (made.state, made.changes) == ("draft", {"ends_on": "2026-02-10"})
    assert {one.state for one in waiting.of_matter(made.ref)} == {"void"}
    with pytest.raises(Stale):
        approvals.decide(asked, approve=True, comment="", by=cast.management, at=NOW)


def test_sent_back_it_may_be_mended_and_handed_in_again(cast, campaign):
    made = amended.submitted(cast, campaign, rhythm=RHYTHM)
    plans.decide("amendment_review", made, by=cast.compliance, approve=False)
    assert made.state == "draft"
    assert sorted(one.state for one in waiting.of_matter(made.ref)) == ["rejected", "void"]
    services.submit_amendment(made, by=cast.planner, at=NOW)
    assert made.state == "submitted"


def test_taken_back_by_who_asked(cast, campaign):
    made = amended.submitted(cast, campaign)
    approvals.withdraw(waiting.open_for("amendment", made.ref), by=cast.planner, at=NOW)
    made.refresh_from_db()
    assert made.state == "draft"
    assert AuditRecord.objects.filter(verb="amendment.withdrawn").count() == 1


def test_who_wrote_the_plan_does_not_approve_its_amendment(cast, campaign):
    made = amended.submitted(cast, campaign)
    twin = make_staff("9401", "周策", "management", cast.branch, person_key=cast.planner.person_key)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", made, by=twin)
    assert codes(refusal) == ("own_work",)


def test_who_mended_it_is_a_maker_too(cast, campaign):
    made = amended.drafted(cast, campaign)
    second = make_staff("9402", "许策", "planner", cast.branch)
    services.edit_amendment(made, reason="再延长几日补足拨打", by=second, at=NOW, ends_on=LATER + timedelta(days=1))
    services.submit_amendment(made, by=cast.planner, at=NOW)
    assert second.person_key in waiting.open_for("amendment", made.ref).makers


def test_closing_the_campaign_voids_what_waits(cast, campaign):
    made = amended.submitted(cast, campaign)
    asked = waiting.open_for("amendment", made.ref)
    services.close(campaign, by=cast.management, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.void_because) == ("void", "campaign_over")
    assert Approval.objects.everyone().get(pk=asked.pk).state == "void"
    with pytest.raises(Stale):
        approvals.decide(asked, approve=True, comment="", by=cast.management, at=NOW)


def test_an_older_page_changes_nothing(cast, campaign):
    made = amended.drafted(cast, campaign)
    for verb in (services.submit_amendment, services.give_up):
        with pytest.raises(Stale):
            verb(made, version=made.version + 1, by=cast.planner, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.version) == ("draft", 1)


def test_a_script_that_compliance_has_not_approved_does_not_come_into_force(cast, campaign):
    made = amended.submitted(cast, campaign, script=make_script(state="draft"))
    plans.decide("amendment_review", made, by=cast.compliance)
    with pytest.raises(Refused) as refusal:
        plans.decide("amendment", made, by=cast.management)
    assert codes(refusal) == ("script_reviewed",)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"budget": None}, "budget"),
        ({"goals": []}, "goals"),
        ({"complaint_contact": ""}, "contact"),
        ({"rhythm": "存款返现，多存多送"}, "wording"),
        ({"strategy": "告诉客户存十万可以把按揭利率降下来"}, "wording"),
        ({"ends_on": date(2026, 1, 6)}, "period"),
    ],
)
def test_the_lines_of_the_launch_gate_that_it_touches_stop_it(cast, campaign, parts, code):
    made = amended.drafted(cast, campaign, **parts)
    with pytest.raises(Refused) as refusal:
        services.submit_amendment(made, by=cast.planner, at=NOW)
    assert code in codes(refusal)


def test_an_offer_that_ends_before_the_campaign_stops_a_later_end(cast):
    plans.customers(cast)
    offer = make_offer(cast.planner, valid_until=date(2026, 2, 1))
    campaign = plans.launched(cast, offers=[offer.ref])
    made = amended.drafted(cast, campaign)
    with pytest.raises(Refused) as refusal:
        services.submit_amendment(made, by=cast.planner, at=NOW)
    assert codes(refusal) == ("offers",)


def test_lines_that_it_does_not_touch_are_not_asked(cast, campaign):
    lines = amendments.lines(amended.drafted(cast, campaign, rhythm=RHYTHM), at=NOW)
    assert {line.code for line in lines} == {"wording", "reviewed", "as_approved"}


def test_nobody_waits_for_a_call_that_can_no_longer_come(cast, campaign):
    entry = ListEntry.objects.everyone().filter(campaign=campaign, arm="treated")[0]
    ListEntry.objects.everyone().filter(pk=entry.pk).update(state="callback", due_at=NOW + timedelta(days=10))
    made = amended.drafted(cast, campaign, ends_on=date(2026, 1, 16))
    with pytest.raises(Refused) as refusal:
        services.submit_amendment(made, by=cast.planner, at=NOW)
    assert codes(refusal) == ("callbacks",)
    services.edit_amendment(made, reason="提前结束一旬", by=cast.planner, at=NOW, ends_on=date(2026, 1, 20))
    services.submit_amendment(made, by=cast.planner, at=NOW)


def test_an_earlier_end_needs_room_for_the_calls_that_are_left_not_for_those_that_were_made(cast):
    plans.customers(cast, 100)
    campaign = plans.launched(cast, holdout_size=5)
    made = amended.drafted(cast, campaign, ends_on=date(2026, 1, 8))  # two days of forty calls by two people
    red = [line.code for line in amendments.lines(made, at=NOW) if not line.met]
    assert red == ["capacity"]
    ListEntry.objects.everyone().filter(campaign=campaign).update(attempts=2)
    assert [line.code for line in amendments.lines(made, at=NOW) if not line.met] == []


def test_the_evaluation_stays_tied_to_the_end_at_the_launch(cast, campaign):
    launched_until = campaign.ends_on
    assert marks.end_at_launch(campaign) == launched_until
    amended.in_force(cast, campaign)
    amended.in_force(cast, campaign, ends_on=date(2026, 3, 20))
    assert campaign.ends_on == date(2026, 3, 20)
    assert marks.end_at_launch(campaign) == launched_until


def test_a_caller_sees_what_is_in_force_and_not_what_is_thought_about(cast, campaign):
    first = amended.in_force(cast, campaign)
    second = amended.drafted(cast, campaign, budget=Decimal(70_000))
    assert set(Amendment.objects.visible_to(cast.wang)) == {first}
    assert set(Amendment.objects.visible_to(cast.management)) == {first, second}
    assert not Amendment.objects.visible_to(cast.sun).exists()  # takes no part
