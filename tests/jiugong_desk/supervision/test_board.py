"""Who is on the page, with which figures, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.calls.services import pausing
from jiugong_desk.organisation.models import Posting
from jiugong_desk.supervision.board import board
from jiugong_desk.training.models import Enrolment
from tests.jiugong_desk.supervision.plain import of_person
from tests.support.cast import NOW, make_campaign, make_customer, make_entry, make_staff
from tests.support.fingerprint import written
from tests.support.plans import teach
from tests.support.visits import make_visit

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(minutes=20)


def rows(viewer, now=NOW):
    return {row.staff: row for row in board(viewer, now).rows}


def states(viewer, now=NOW):
    return {row.staff.staff_no: row.state for row in board(viewer, now).rows}


def test_who_may_not(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 3)
    for staff in (cast.wang, cast.li, cast.planner, cast.compliance, cast.auditor, cast.admin, cast.qian):
        client = login(staff)
        with written() as statements:
            assert client.get(reverse("supervision")).status_code == 403
        assert not statements


def test_a_head_sees_his_own_outlet_and_who_sits_above_both(cast, campaign, deal):
    deal(cast.wang, 3)
    south = make_staff("2003", "南头", "outlet_head", cast.south)
    assert set(states(cast.zhao)) == {"1001", "1002"}
    assert set(states(south)) == {"2001"}
    assert set(states(cast.management)) == set(states(cast.department)) == {"1001", "1002", "2001"}
    assert states(cast.auditor) == states(cast.wang) == {}


def test_a_second_post_that_does_not_supervise_widens_nothing(cast, campaign):
    Posting.objects.create(staff=cast.zhao, unit=cast.sub_branch, role="quality_checker")
    assert set(states(cast.zhao)) == {"1001", "1002"}


def test_only_who_takes_part_in_what_runs_today(cast, campaign):
    make_campaign(cast, participants=(make_staff("1009", "何闲", "customer_manager", cast.north),), state="paused")
    assert set(states(cast.zhao)) == {"1001", "1002"}


def test_the_figures_are_those_of_everybodys_own_page(cast, campaign, deal, called, away):
    """Also with calls of yesterday, a cover, a course that is not passed, and customers whom nobody was dealt."""
    other = make_campaign(cast, participants=(cast.wang, cast.sun), title="第二个活动")
    teach(other, cast, cast.sun)
    Enrolment.objects.everyone().filter(course__about=f"campaign:{other.ref}", staff=cast.wang).update(passed_at=None)
    for staff, count in ((cast.wang, 4), (cast.sun, 3), (cast.li, 5)):
        deal(staff, count)
    make_entry(other, make_customer(cast.north, cast.wang, loan_kind=""), cast.wang)
    Enrolment.objects.everyone().filter(course__about=f"campaign:{other.ref}", staff=cast.wang).update(passed_at=None)
    make_entry(other, make_customer(cast.north, loan_kind=""))
    make_entry(campaign, make_customer(cast.north, loan_kind=""))
    deal(cast.wang, 1, state="callback", due_at=EARLIER, shared=True, attempts=1)
    deal(cast.li, 1, state="callback", due_at=NOW + timedelta(hours=2), shared=True, attempts=1)
    make_entry(
        campaign, make_customer(cast.north, cast.li), cast.li, state="callback", due_at=EARLIER, shared=True, attempts=1
    )
    called(cast.sun, NOW - timedelta(days=1))
    called(cast.li, NOW - timedelta(hours=1))
    called(cast.li, NOW - timedelta(minutes=30), "interested_deposit", talk_seconds=90, purpose_disclosed=True)
    called(cast.li, NOW - timedelta(minutes=9), "refused", talk_seconds=20)
    called(cast.sun, NOW - timedelta(minutes=9), "call_back", callback_at=NOW + timedelta(hours=5))
    away(cast.wang, cast.sun)
    found = rows(cast.management)
    assert found.keys() == {cast.wang, cast.sun, cast.li}
    for staff, row in found.items():
        shown = {"planned": row.planned, "expected": row.expected, "left": row.left, "due": row.due}
        made = {name: getattr(row.made, name) for name in ("done", "reached", "willing", "talk")}
        plain = of_person(staff, NOW)
        if row.state == "covered":
            assert (row.planned, plain["left"]) == (0, 0)  # his own page is empty; here stands what waits for him
            plain |= {"left": row.left, "due": row.due}
        assert shown | made == plain, staff
    assert found[cast.sun].left > found[cast.wang].left >= 4
    assert (found[cast.li].connect, found[cast.li].willing, found[cast.li].made.average_talk) == (2 / 3, 1 / 2, 55)


def test_what_each_is_doing(cast, campaign, deal, called, away):
    deal(cast.wang, 4)
    assert states(cast.zhao) == {"1001": "silent", "1002": "exhausted"}
    called(cast.wang, NOW - timedelta(minutes=16))
    assert states(cast.zhao)["1001"] == "silent"
    called(cast.wang, NOW - timedelta(minutes=2))
    assert states(cast.zhao)["1001"] == "idle"
    from jiugong_desk.calls import services as calls

    calls.claim_next(None, by=cast.wang, at=NOW)
    assert states(cast.zhao)["1001"] == "calling"
    away(cast.sun)
    assert states(cast.zhao)["1002"] == "away"
    assert states(cast.zhao, NOW.replace(hour=13))["1001"] == "closed"


def test_who_receives_a_customer_is_not_silent(cast, campaign, deal):
    (entry, *_) = deal(cast.wang, 3)
    visit = make_visit(
        customer=entry.customer, unit=cast.north, manager=cast.wang, starts_at=NOW, booked_at=EARLIER,
        booked_by=cast.wang, state="arrived", arrived_at=EARLIER,
    )  # fmt: skip
    assert states(cast.zhao)["1001"] == "receiving"
    assert states(cast.zhao, EARLIER + timedelta(minutes=61))["1001"] != "receiving"  # nobody wrote down its end
    Appointment.objects.everyone().filter(pk=visit.pk).update(state="finished", finished_at=NOW - timedelta(minutes=5))
    assert states(cast.zhao)["1001"] == "idle"


def test_who_said_why_he_pauses_is_not_silent(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 3)
    pausing.pause(why="meeting", by=cast.wang, at=EARLIER)
    assert states(cast.zhao)["1001"] == "paused"
    assert "会议或培训 10:10" in login(cast.zhao).get(reverse("supervision")).content.decode()
    pausing.resume(by=cast.wang, at=EARLIER + timedelta(minutes=2))
    assert states(cast.zhao)["1001"] == "silent"


def test_the_most_urgent_stand_first(cast, campaign, deal, called, away):
    for staff in (cast.wang, cast.sun, cast.li):
        deal(staff, 5)
    called(cast.sun, NOW - timedelta(minutes=1))
    away(cast.wang)
    assert [row.state for row in board(cast.management, NOW).rows] == ["away", "silent", "idle"]


def test_a_holiday_is_nobodys_fault(cast, campaign, deal):
    from jiugong_desk.organisation.models import CalendarDay

    deal(cast.wang, 3)
    CalendarDay.objects.create(day=NOW.date(), is_working=False, note="放假")
    assert set(states(cast.zhao).values()) == {"closed"}
    assert board(cast.zhao, NOW).expected == 0


def test_the_queries_do_not_grow_with_the_people(cast, campaign, deal, away):
    def asked() -> int:
        board(fresh(cast.management), NOW)
        with CaptureQueriesContext(
            connection,
        ) as found:
            board(fresh(cast.management), NOW)
        return len(found)

    deal(cast.wang, 2)
    away(cast.wang, cast.sun)
    few = asked()
    for number in range(12):
        staff = make_staff(f"15{number:02d}", "同事", "customer_manager", cast.north)
        campaign.participants.create(staff=staff)
        deal(staff, 2)
        away(staff)
    assert asked() == few <= 36
    assert len(board(cast.management, NOW).rows) == 15


def fresh(staff):
    return type(staff).objects.get(pk=staff.pk)


def test_the_page_says_who_how_much_and_since_when(cast, campaign, deal, called, away, login, desk_time):
    deal(cast.wang, 4)
    deal(cast.sun, 2)
    leave = away(cast.sun)
    client = login(cast.zhao)
    page = client.get(reverse("supervision")).content.decode()
    assert 'data-staff="1001" data-state="silent"' in page
    assert "截至 10:30" in page
    assert "今日还可拨打" in page
    assert reverse("absence", args=[leave.ref]) in page  # the head can name a cover at once
    assert (
        reverse("absence", args=[leave.ref]) not in login(cast.department).get(reverse("supervision")).content.decode()
    )
    part = client.get(reverse("supervision"), headers={"HX-Request": "true"}).content.decode()
    assert 'data-staff="1001"' in part
    assert "<html" not in part


def test_narrowed_by_outlet_and_state(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 2)
    client = login(cast.management)
    assert 'data-staff="2001"' in client.get(reverse("supervision"), {"unit": "OU02"}).content.decode()
    page = client.get(reverse("supervision"), {"unit": "OU02", "state": "silent"}).content.decode()
    assert "data-staff=" not in page
    assert "没有符合条件的人员" in page
