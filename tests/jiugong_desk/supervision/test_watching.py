"""The look at everybody's pace: who is told, what is written, and that a second look changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiugong_desk.audit import services as audit_log
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import services as calls
from jiugong_desk.calls.services import pausing
from jiugong_desk.campaigns.models import Campaign, ListEntry, StateChange
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.duty import queries as duty
from jiugong_desk.duty.models import Absence
from jiugong_desk.jobs.models import Job
from jiugong_desk.jobs.worker import Worker
from jiugong_desk.organisation.calendar import working_days
from jiugong_desk.organisation.models import CalendarDay, Staff
from jiugong_desk.supervision import cards, figures, services, works
from jiugong_desk.supervision.models import Alert, AlertStep
from jiugong_desk.supervision.scene import posts_at
from jiugong_desk.training.models import Enrolment
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_cast, make_customer, make_entry, make_staff
from tests.support.fingerprint import written
from tests.support.plans import teach
from tests.support.races import at_once

pytestmark = pytest.mark.django_db
THURSDAY, FRIDAY, MONDAY = NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=5)


def looked(at=NOW):
    done = services.watch(at=at)
    return done.opened, done.escalated, done.recovered, done.over


def alerts() -> list[tuple[str, str, int, str]]:
    rows = Alert.objects.everyone().order_by("pk")
    return [(one.staff.staff_no, one.reason, one.rung, one.state) for one in rows.select_related("staff")]


def looking(staff: Staff, at: datetime) -> Staff:
    """As on a page at this moment."""
    fresh = Staff.objects.get(pk=staff.pk)
    fresh.looks_at = at
    return fresh


def told(staff: Staff, at: datetime) -> list[tuple[str, bool]]:
    """What his page of today says: the reason, and whether it is about somebody for whom he stands in."""
    card = cards.alert_card(looking(staff, at), at)
    return [(one.alert.reason, one.absent is not None) for one in card.context["alerts"]] if card else []


def test_the_person_first_then_the_head_then_his_superior(cast, campaign, deal):
    deal(cast.wang, 20)
    assert looked() == (1, 0, 0, 0)
    assert alerts() == [("1001", "not_begun", 1, "open")]
    assert told(cast.wang, NOW) == [("not_begun", False)]
    assert told(cast.sun, NOW) == []
    assert not Alert.objects.visible_to(cast.zhao).exists()
    assert looked(NOW + timedelta(hours=5)) == (0, 0, 0, 0)
    assert looked(THURSDAY) == (0, 1, 0, 0)
    assert Alert.objects.everyone().get().to_unit == cast.north
    assert Alert.objects.visible_to(cast.zhao).exists()
    assert looked(FRIDAY) == (0, 0, 0, 0)
    assert looked(FRIDAY + timedelta(days=1)) == (0, 0, 0, 0)  # a Saturday: nobody is looked at
    assert looked(MONDAY) == (0, 1, 0, 0)
    assert Alert.objects.everyone().get().to_unit == cast.branch  # the nearest above that has a head
    assert [(step.kind, step.rung, step.to, step.to_unit) for step in AlertStep.objects.all()] == [
        ("opened", 1, cast.wang, None), ("escalated", 2, None, cast.north), ("escalated", 3, None, cast.branch)
    ]  # fmt: skip
    found = AuditRecord.objects.filter(about="alert").order_by("pk")
    assert [(row.verb, row.by, row.chain) for row in found] == [
        ("alert.opened", "system", "OU01"), ("alert.escalated", "system", "OU01"), ("alert.escalated", "system", "OU01")
    ]  # fmt: skip
    assert list(audit_log.verify()) == []


def test_what_has_gone_up_over_his_head_is_no_longer_the_heads_to_settle(cast, campaign, deal):
    deal(cast.wang, 20)
    for at in (NOW, THURSDAY, MONDAY):
        looked(at)
    alert = Alert.objects.everyone().get()
    assert (alert.rung, alert.to_unit) == (3, cast.branch)
    with pytest.raises(Refused) as refusal:
        services.take_note(alert, by=cast.zhao, at=MONDAY)
    assert refusal.value.verdict.codes == ("not_his_to_note",)
    with pytest.raises(Refused):
        services.resolve(alert, code="agreed", note="周五补齐", by=cast.zhao, at=MONDAY)
    services.take_note(alert, by=cast.management, at=MONDAY)
    services.resolve(alert, code="agreed", note="周五补齐", by=cast.management, at=MONDAY)
    assert Alert.objects.everyone().get().state == "resolved"


def test_holidays_are_no_days_of_the_ladder(cast, campaign, deal):
    deal(cast.wang, 20)
    looked()
    for day in (THURSDAY, FRIDAY):
        CalendarDay.objects.create(day=day.date(), is_working=False, note="放假")
    CalendarDay.objects.create(day=date(2026, 1, 10), is_working=True, note="调休上班")
    assert looked(THURSDAY) == looked(FRIDAY) == (0, 0, 0, 0)
    assert looked(NOW + timedelta(days=3)) == (0, 1, 0, 0)  # the Saturday that is worked is the next working day


def test_it_closes_by_itself_when_he_has_caught_up(cast, campaign, deal):
    deal(cast.wang, 20)
    looked()
    looked(THURSDAY)
    ListEntry.objects.everyone().filter(manager=cast.wang).update(state="done", attempts=1)
    assert looked(FRIDAY) == (0, 0, 1, 0)
    assert alerts() == [("1001", "not_begun", 2, "recovered")]
    assert told(cast.wang, FRIDAY) == []
    assert looked(MONDAY) == (0, 0, 0, 0)


def test_it_ends_with_the_campaign_or_with_his_part_in_it(cast, campaign, deal):
    deal(cast.wang, 20)
    deal(cast.li, 20)
    assert looked() == (2, 0, 0, 0)
    campaign.participants.filter(staff=cast.li).delete()
    assert looked(THURSDAY) == (0, 1, 0, 1)
    Campaign.objects.everyone().update(state="closed")
    assert looked(FRIDAY) == (0, 0, 0, 1)


def test_who_is_away_is_never_told_whoever_stands_in_is(cast, campaign, deal, away):
    deal(cast.wang, 20)
    deal(cast.sun, 20, attempts=2, last_attempt_at=NOW - timedelta(days=1))
    away(cast.wang, cast.sun)
    assert looked() == (1, 0, 0, 0)
    assert AlertStep.objects.get().to == cast.sun
    assert told(cast.wang, NOW) == []
    assert told(cast.sun, NOW) == [("not_begun", True)]
    (alert,) = Alert.objects.visible_to(looking(cast.sun, NOW))
    with pytest.raises(Refused):
        services.take_note(alert, by=cast.wang, at=NOW)
    services.take_note(alert, by=cast.sun, at=NOW)
    back = NOW + timedelta(days=2)
    assert told(cast.wang, back) == [("not_begun", False)]  # his again
    assert told(cast.sun, back) == []


def test_leave_without_a_cover_goes_to_the_head_at_once(cast, campaign, deal, away):
    deal(cast.wang, 20)
    away(cast.wang)
    assert looked() == (1, 0, 0, 0)
    assert alerts() == [("1001", "uncovered", 2, "open")]
    assert told(cast.wang, NOW) == []
    assert Alert.objects.everyone().get().to_unit == cast.north


def test_leave_that_begins_later_hands_it_over(cast, campaign, deal, away):
    deal(cast.wang, 20)
    looked()
    away(cast.wang)
    assert looked(NOW + timedelta(hours=1)) == (0, 1, 0, 0)
    assert alerts() == [("1001", "uncovered", 2, "open")]


def test_where_the_head_is_away_or_missing_the_next_one_above_is_told(cast, campaign, deal, away):
    deal(cast.li, 20)  # South has no head
    deal(cast.wang, 20)
    looked()
    Absence.objects.create(
        staff=cast.zhao, first_day=THURSDAY.date(), last_day=THURSDAY.date(), kind="business", recorded_by=cast.management,
        recorded_at=NOW,
    )  # fmt: skip
    assert looked(THURSDAY) == (0, 2, 0, 0)
    assert set(Alert.objects.everyone().values_list("rung", "to_unit__code")) == {(3, "BR01")}


@pytest.mark.parametrize("number", range(10))
def test_no_alert_is_ever_handed_to_somebody_on_leave(cast, campaign, deal, away, number):
    """Everybody's leave over ten days by lot: whoever is named in a step is on duty that day, and reads it himself."""
    import random

    lot = random.Random(number)
    people = [cast.wang, cast.sun, cast.li]
    for staff in people:
        deal(staff, 9)
    for staff in people:
        first = NOW.date() + timedelta(days=lot.randrange(8))
        cover = lot.choice([None, *(one for one in people[:2] if one != staff)]) if staff in people[:2] else None
        head = cast.zhao if staff in people[:2] else make_staff("2003", "南头", "outlet_head", cast.south)
        try:
            away(staff, cover, first=first, last=first + timedelta(days=lot.randrange(4)), by=head)
        except Refused:
            continue  # who covers is away himself
    for offset in range(10):
        at = NOW + timedelta(days=offset)
        services.watch(at=at)
        absent = duty.absent_on(at.date())
        for step in AlertStep.objects.filter(at=at, to__isnull=False):
            assert step.to_id not in absent
        for staff in people:
            assert not (staff.pk in absent and told(staff, at))
    assert list(audit_log.verify()) == []


def test_settled_by_hand_it_rests_and_comes_again_to_the_same_rung(cast, campaign, deal):
    deal(cast.wang, 20)
    looked()
    looked(THURSDAY)
    alert = Alert.objects.everyone().get()
    south = make_staff("2003", "南头", "outlet_head", cast.south)
    for by in (south, cast.wang, cast.compliance):
        with pytest.raises(PermissionDenied):
            services.resolve(alert, code="agreed", by=by, at=THURSDAY)
    for code, note, said in (("other", "好", "note_missing"), ("agreed", "电话 13812345678", "number_in_note")):
        with pytest.raises(Refused) as caught:
            services.resolve(alert, code=code, note=note, by=cast.zhao, at=THURSDAY)
        assert said in caught.value.verdict.codes
    services.resolve(alert, code="agreed", note="周五补齐", by=cast.zhao, at=THURSDAY)
    with pytest.raises(Stale):
        services.resolve(alert, code="agreed", by=cast.zhao, at=THURSDAY)
    assert looked(THURSDAY + timedelta(hours=1)) == looked(FRIDAY) == (0, 0, 0, 0)
    assert looked(MONDAY) == (1, 0, 0, 0)  # two working days of rest
    assert alerts()[-1] == ("1001", "not_begun", 2, "open")
    assert looked(MONDAY + timedelta(days=2)) == (0, 1, 0, 0)
    assert "周五" not in "".join(AuditRecord.objects.values_list("facts", flat=True))


def test_noted_by_the_person_then_by_the_head_and_no_clock_stops(cast, campaign, deal):
    deal(cast.wang, 20)
    looked()
    alert = Alert.objects.everyone().get()
    services.take_note(alert, by=cast.wang, at=NOW)
    with pytest.raises(Stale):
        services.take_note(alert, by=cast.wang, at=NOW)
    assert looked(THURSDAY) == (0, 1, 0, 0)
    alert = Alert.objects.everyone().get()
    assert alert.acknowledged_at is None  # the head has not seen it yet
    for by in (cast.wang, cast.sun, cast.li):
        with pytest.raises(Refused):
            services.take_note(alert, by=by, at=THURSDAY)
    services.take_note(alert, by=cast.zhao, at=THURSDAY)
    assert Alert.objects.everyone().get().acknowledged_by == cast.zhao


def plain_work(staff, campaign, now):
    """One person and one campaign, row by row and day by day."""
    mine = [one for one in ListEntry.objects.everyone() if (one.manager_id, one.campaign_id, one.arm) == (staff.pk, campaign.pk, "treated")]  # fmt: skip
    left = [one for one in mine if one.state in ("open", "callback")]
    days = [day for day in working_days(campaign.starts_on, campaign.ends_on) if not duty.days_away(staff, day, day)]
    passed = sum(1.0 if day < now.date() else 0.0 for day in days)
    if now.date() in days:
        passed += (now - now.replace(hour=9, minute=0)).total_seconds() / (9 * 3600)
    faults = sum(
        row.verb == "entry.released" and row.by == staff.staff_no and '"line"' in row.facts
        for row in AuditRecord.objects.all()
    )
    return {
        "listed": len(mine), "left": len(left), "calls_left": sum(max(1, 3 - one.attempts) for one in left),
        "begun": any(one.attempts for one in mine), "days": len(days), "passed": pytest.approx(passed), "faults": faults,
    }  # fmt: skip


def test_the_figures_behind_the_light_row_by_row(cast, campaign, deal, away, called):
    deal(cast.wang, 4)
    deal(cast.wang, 2, attempts=3, state="callback", due_at=MONDAY)
    deal(cast.wang, 1, attempts=1, state="done")
    deal(cast.wang, 2, arm="held_out")
    deal(cast.sun, 3)
    called(cast.sun, NOW - timedelta(hours=1))
    for _ in range(2):
        held = calls.claim_next(None, by=cast.sun, at=NOW)
        calls.release(held, reason="line", by=cast.sun, at=NOW)
    pausing.pause(why="phone", by=cast.wang, at=NOW - timedelta(days=1))  # of yesterday: no fault of today
    held = calls.claim_next(None, by=cast.sun, at=NOW)
    calls.release(held, reason="prepare", by=cast.sun, at=NOW)
    away(cast.wang, last=NOW.date() + timedelta(days=3))
    parts = figures.taking_part([campaign])
    posts = posts_at(cast.north, {cast.wang.pk, cast.sun.pk})
    found = works.works(posts, NOW, campaigns=[campaign], parts=parts)
    assert found.keys() == {(cast.wang.pk, campaign.pk), (cast.sun.pk, campaign.pk)}
    for (key, _campaign), work in found.items():
        plain = plain_work(Staff.objects.get(pk=key), campaign, NOW)
        assert {name: getattr(work, name) for name in plain} == plain
    assert found[cast.sun.pk, campaign.pk].faults == 2
    assert works.findings(posts, NOW, campaigns=[campaign], parts=parts)[cast.sun.pk, campaign.pk].reason == "line"


def test_days_of_a_pause_are_nobodys(cast, campaign, deal):
    deal(cast.wang, 20)
    for day, state in ((1, "launched"), (2, "paused"), (6, "launched")):
        StateChange.objects.create(
            campaign=campaign, state=state, by=cast.management, at=datetime(2026, 1, day, 9, tzinfo=SHANGHAI)
        )
    assert works.paused_days([campaign], NOW.date()) == {(campaign.pk, date(2026, 1, day)) for day in range(2, 7)}
    found = works.works(posts_at(cast.north, {cast.wang.pk}), NOW, campaigns=[campaign], parts=figures.taking_part([campaign]))  # fmt: skip
    work = found[cast.wang.pk, campaign.pk]
    every = working_days(date(2026, 1, 1), date(2026, 1, 30))
    assert work.days == sum(not date(2026, 1, 2) <= day <= date(2026, 1, 6) for day in every)
    assert 1 < work.passed < 2  # New Year's Day, of which this calendar knows nothing, and this morning


def test_no_training_and_an_exhausted_list(cast, campaign, deal):
    deal(cast.wang, 20, attempts=2)
    deal(cast.sun, 2, state="done", attempts=1)
    deal(cast.li, 20)
    Enrolment.objects.everyone().filter(staff=cast.wang).update(passed_at=None)
    looked()
    assert set(alerts()) == {("1001", "untrained", 1, "open"), ("2001", "not_begun", 1, "open")}
    ListEntry.objects.everyone().filter(manager=cast.wang).update(attempts=0)
    looked(NOW + timedelta(hours=1))
    assert ("1002", "exhausted", 1, "open") in alerts()  # now that a colleague of the same outlet is late


def test_the_worker_does_it_and_twice_is_once(cast, campaign, deal):
    deal(cast.wang, 20)
    from datetime import UTC

    for hour in (0, 2):
        late = datetime(2100, 1, 1, hour, tzinfo=UTC)
        Worker(now=lambda: NOW, machine=lambda late=late: late, name="test", pulse=False).run(until_idle=True)
    jobs = Job.objects.everyone().filter(verb="supervision.watch", state="done").order_by("pk")
    assert [job.result["opened"] for job in jobs] == [1, 0]
    assert len(alerts()) == 1


def test_the_queries_of_a_look_do_not_grow_with_the_people(cast, campaign, deal):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            services.watch(at=NOW)
        return len(found)

    deal(cast.wang, 3, attempts=2)
    asked()
    few = asked()
    for number in range(10):
        staff = make_staff(f"15{number:02d}", "同事", "customer_manager", cast.north)
        campaign.participants.create(staff=staff)
        deal(staff, 2, attempts=2)
    assert asked() == few


def test_the_pages_and_who_may_not(cast, campaign, deal, login, desk_time):
    deal(cast.wang, 20)
    looked()
    alert = Alert.objects.everyone().get()
    page, note, done = (reverse(name, args=[alert.ref]) for name in ("alert", "alert_note", "alert_resolve"))
    for staff in (cast.sun, cast.li, cast.zhao, cast.management, cast.compliance, cast.auditor, cast.qian):
        assert login(staff).get(page).status_code == 404  # so far it is between him and the desk
    own = login(cast.wang)
    today = own.get(reverse("today")).content.decode()
    assert 'data-alert="not_begun"' in today
    assert "到 2026-01-08 仍未好转，将告知网点负责人" in today
    assert "每日需" in own.get(page).content.decode()
    assert own.post(note, {"today": "1"}).headers["Location"] == reverse("today")
    assert own.post(done, {"code": "agreed"}).status_code == 403
    desk_time(THURSDAY)
    looked(THURSDAY)
    for staff, status in (
        (cast.sun, 404),
        (make_staff("2003", "南头", "outlet_head", cast.south), 404),
        (cast.qian, 404),
    ):
        client = login(staff)
        with written() as statements:
            assert (client.get(page).status_code, client.post(done, {"code": "agreed"}).status_code) == (status, status)
        assert not statements
    head = login(cast.zhao)
    board = head.get(reverse("supervision")).content.decode()
    assert page in board
    assert 'data-light="' in board
    assert 'badge bg-red text-red-fg">1<' in board  # the menu counts it
    assert head.post(note).status_code == 303
    assert "badge bg-red text-red-fg" not in head.get(reverse("supervision")).content.decode()
    assert head.post(done, {"code": "other"}).status_code == 409
    assert head.post(done, {"code": "x"}).status_code == 422
    assert head.post(done, {"code": "moved", "note": "改派一半"}).status_code == 303
    shown = head.get(page).content.decode()
    assert [shown.index(f'data-step="{kind}"') for kind in ("opened", "escalated", "resolved")] == sorted(
        shown.index(f'data-step="{kind}"') for kind in ("opened", "escalated", "resolved")
    )
    assert "改派一半" in head.get(page).content.decode()
    assert "还没有开始" in head.get(reverse("caller", args=[cast.wang.ref])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_open_one_alert_and_take_one_step():
    cast = make_cast()
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))
    teach(campaign, cast, cast.wang, cast.sun)
    for staff in (cast.wang, cast.sun):
        for _ in range(6):
            make_entry(campaign, make_customer(cast.north, staff, loan_kind=""), staff)
    for at in (NOW, THURSDAY):
        results = at_once(*[lambda at=at: services.watch(at=at)] * 3)
        assert sum(one.opened for one in results) == (2 if at == NOW else 0)
        assert sum(one.escalated for one in results) == (0 if at == NOW else 2)
    assert AlertStep.objects.count() == 4
    assert list(audit_log.verify()) == []
