"""Leave is recorded by the head, for his own people, once; the roster follows; two at once do not overlap."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.duty import extension, queries, rules, services
from jiugong_desk.duty.models import Absence, Hours
from jiugong_desk.organisation.models import CalendarDay
from tests.support.cast import NOW, make_cast, make_staff
from tests.support.races import at_once

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 1, 12), date(2026, 1, 16)


def away(cast, staff=None, **values):
    said = {"first_day": MONDAY, "last_day": FRIDAY, "kind": "annual", "cover": None, "by": cast.zhao, "at": NOW}
    return services.record(staff or cast.wang, **said | values)


def codes(raised):
    return raised.value.verdict.codes


def test_only_who_manages_duty_records_and_only_for_his_people(cast):
    for who in (cast.wang, cast.planner, cast.management, cast.auditor):
        with pytest.raises(PermissionDenied):
            away(cast, by=who)
    with pytest.raises(PermissionDenied):
        away(cast, cast.li)
    with pytest.raises(PermissionDenied):
        away(cast, cover=cast.li)
    assert not Absence.objects.everyone().exists()


def test_the_roster_knows_who_is_away_and_who_stands_in(cast):
    away(cast, cover=cast.sun)
    found = queries.roster_for([cast.wang.pk, cast.sun.pk, cast.li.pk], MONDAY, FRIDAY + timedelta(days=3))
    assert len(found.days) == 6
    assert found.slot(cast.wang.pk, MONDAY).cover == cast.sun.pk
    assert found.slot(cast.sun.pk, MONDAY).on_duty
    assert found.slot(cast.wang.pk, date(2026, 1, 19)).on_duty
    assert queries.cover_of(cast.wang, FRIDAY) == cast.sun
    assert queries.covered_by(cast.sun, FRIDAY) == [cast.wang]
    assert queries.absent_on(FRIDAY) == {cast.wang.pk}
    saturday = FRIDAY + timedelta(days=1)
    assert queries.cover_of(cast.wang, saturday) is None
    assert queries.absent_on(saturday) == set()


def test_the_roster_of_the_absent_alone_knows_the_covers_absence_and_his_other_duties(cast):
    """Whoever asks about one person gets the same answer as whoever asks about all."""
    zhou = make_staff("1007", "周三", "customer_manager", cast.north)
    away(cast, zhou, last_day=MONDAY, cover=cast.sun)
    with pytest.raises(Refused) as raised:
        away(cast, cover=cast.sun)
    assert codes(raised) == ("cover_busy",)
    away(cast, first_day=MONDAY + timedelta(days=1), cover=cast.sun)
    away(cast, cast.sun, first_day=FRIDAY)
    alone = queries.roster_for([cast.wang.pk], MONDAY, FRIDAY)
    together = queries.roster_for([cast.wang.pk, cast.sun.pk, zhou.pk], MONDAY, FRIDAY)
    assert all(alone.slot(cast.wang.pk, day) == together.slot(cast.wang.pk, day) for day in alone.days)
    assert alone.slot(cast.wang.pk, FRIDAY).missing == "away"
    assert queries.cover_of(cast.wang, FRIDAY) is None


def test_capacity_follows_leave_part_time_and_the_calendar(cast):
    CalendarDay.objects.create(day=date(2026, 1, 17), is_working=True, note="调休上班")
    CalendarDay.objects.create(day=FRIDAY, is_working=False, note="放假")
    services.set_hours({cast.sun: Decimal("3.5"), cast.wang: None}, by=cast.zhao, at=NOW)
    away(cast, last_day=MONDAY, cover=cast.sun)
    calls = queries.capacity_for({cast.wang.pk: 40, cast.sun.pk: 40}, MONDAY, date(2026, 1, 17))
    assert {day for _key, day in calls} == {*(MONDAY + timedelta(days=n) for n in range(4)), date(2026, 1, 17)}
    assert calls[cast.wang.pk, MONDAY] == 0
    assert calls[cast.wang.pk, date(2026, 1, 17)] == 40
    assert calls[cast.sun.pk, MONDAY] == 20


def test_hours_are_set_changed_and_given_back(cast):
    assert services.set_hours({cast.wang: Decimal(5)}, by=cast.zhao, at=NOW) == 1
    assert services.set_hours({cast.wang: Decimal(5)}, by=cast.zhao, at=NOW) == 0
    assert services.set_hours({cast.wang: None}, by=cast.zhao, at=NOW) == 1
    assert not Hours.objects.exists()
    assert AuditRecord.objects.filter(verb="duty.hours_set").count() == 2


def test_two_absences_of_one_person_never_overlap(cast):
    away(cast)
    with pytest.raises(Refused) as raised:
        away(cast, first_day=FRIDAY, last_day=FRIDAY + timedelta(days=3))
    assert codes(raised) == ("overlaps",)
    assert str(raised.value.verdict) == "与已登记的缺勤重叠：2026-01-12 至 2026-01-16。"
    services.cancel(Absence.objects.everyone().get(), by=cast.zhao, at=NOW)
    away(cast, first_day=FRIDAY, last_day=FRIDAY + timedelta(days=3))


def test_what_makes_no_sense_is_refused(cast):
    for values, code in (
        ({"last_day": MONDAY - timedelta(days=1)}, "ends_before_start"),
        ({"first_day": date(2026, 1, 17), "last_day": date(2026, 1, 18)}, "no_working_day"),
        ({"kind": "sick", "note": "手术"}, "note_of_illness"),
        ({"cover": cast.wang}, "covers_himself"),
    ):
        with pytest.raises(Refused) as raised:
            away(cast, **values)
        assert codes(raised) == (code,)
    away(cast, cast.sun)
    with pytest.raises(Refused) as raised:
        away(cast, cover=cast.sun)
    assert codes(raised) == ("cover_away",)


def test_cover_is_changed_and_an_older_page_is_told(cast):
    made = away(cast)
    older = Absence.objects.everyone().get()
    services.change_cover(made, cover=cast.sun, by=cast.zhao, at=NOW)
    with pytest.raises(Stale):
        services.change_cover(older, cover=None, by=cast.zhao, at=NOW)
    services.cancel(made, by=cast.zhao, at=NOW)
    with pytest.raises(Stale):
        services.cancel(older, by=cast.zhao, at=NOW)
    with pytest.raises(Refused):
        services.cancel(made, by=cast.zhao, at=NOW + timedelta(days=60))


def test_what_is_written_into_the_audit_log_says_nothing_of_why(cast):
    services.cancel(away(cast, kind="sick", cover=cast.sun), by=cast.zhao, at=NOW)
    rows = AuditRecord.objects.filter(about="absence")
    assert [row.verb for row in rows.order_by("pk")] == ["absence.recorded", "absence.cancelled"]
    assert {row.facts for row in rows} == {'{"covered":true,"days":5}'}
    assert {row.chain for row in rows} == {"OU01"}


def test_rooms_tell_what_the_days_do_to_their_work(cast, monkeypatch):
    monkeypatch.setattr(extension, "_makers", [])
    told = extension.Effect("开门红", 5, 200)
    extension.register_effect(maker := lambda staff, days, viewer, cover: [told] if staff == cast.wang else [])
    extension.register_effect(maker)
    assert extension.effects(cast.wang, [MONDAY], viewer=cast.zhao) == [told]
    assert extension.effects(cast.sun, [MONDAY], viewer=cast.zhao) == []
    assert extension.effects(cast.wang, [], viewer=cast.zhao) == []


def test_an_outlet_that_stands_empty_is_a_hole_although_covered_elsewhere(cast):
    away(cast, cover=cast.sun)
    found = queries.roster_for([cast.wang.pk, cast.li.pk], MONDAY, MONDAY)
    assert rules.holes(found).outlet_days == ((cast.north.pk, MONDAY),)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks")
def test_of_two_recorded_at_once_one_is_refused():
    cast = make_cast()
    verbs = [lambda first=first: away(cast, first_day=first).ref for first in (MONDAY, MONDAY + timedelta(days=2))]
    for _round in range(20):
        results = at_once(*verbs)
        assert sorted(isinstance(result, Refused) for result in results) == [False, True]
        services.cancel(Absence.objects.everyone().get(cancelled_at=None), by=cast.zhao, at=NOW)
