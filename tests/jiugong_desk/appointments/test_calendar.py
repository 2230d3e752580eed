"""Calendar files: read back with the library's reader, and with a plain one for what the format asks of lines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from jiugong_desk.appointments import services
from jiugong_desk.audit.models import AuditRecord
from tests.support.cast import NOW, SHANGHAI, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_time")]
SLOT = datetime(2026, 1, 7, 11, 0, tzinfo=SHANGHAI)


def booked(cast, who, starts_at, **values):
    customer = make_customer(cast.north, who, name="柳如是", mobile="14000001234", **values)
    return services.book(customer, manager=who, starts_at=starts_at, by=who, at=NOW)


def read(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="visit')
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_stranger_gets_none(cast, login):
    visit = booked(cast, cast.wang, SLOT)
    assert login(cast.li).get(reverse("visit_ics", args=[visit.ref])).status_code == 404
    assert login(cast.planner).get(reverse("visits_ics", args=["day"])).status_code == 403


def test_one_visit_with_time_place_and_address_and_nothing_else(cast, login):
    services.add_room(cast.north, name="洽谈室一", by=cast.zhao, at=NOW)
    visit = booked(cast, cast.wang, SLOT, salutation="柳女士；请走侧门, 谢谢\n" + "很长的称呼")
    records = AuditRecord.objects.count()
    answer = login(cast.wang).get(reverse("visit_ics", args=[visit.ref]))
    (event,) = read(answer)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (SLOT, SLOT + timedelta(minutes=30))
    assert str(event["summary"]) == f"到店面谈：{visit.customer.salutation}"
    assert (str(event["location"]), str(event["uid"])) == ("北门网点 洽谈室一", f"{visit.ref}@jiugong")
    assert set(event) == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS"}
    for secret in ("柳如是", "14000001234", "1234", visit.customer.customer_no):
        assert secret not in answer.content.decode()
    lines = answer.content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert AuditRecord.objects.count() == records


def test_a_moved_visit_moves_in_the_calendar_and_a_cancelled_one_goes(cast, login):
    visit = booked(cast, cast.wang, SLOT)
    address = reverse("visit_ics", args=[visit.ref])
    (before,) = read(login(cast.wang).get(address))
    services.move(visit, starts_at=SLOT + timedelta(days=1), by=cast.wang, at=NOW)
    (after,) = read(login(cast.wang).get(address))
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    services.cancel(visit, reason="customer", by=cast.wang, at=NOW)
    (gone,) = read(login(cast.wang).get(address))
    assert (str(gone["status"]), gone["sequence"] > after["sequence"]) == ("CANCELLED", True)


def test_ones_own_day_and_week(cast, login):
    mine = [booked(cast, cast.wang, SLOT + timedelta(days=days)) for days in (0, 1, 7)]
    booked(cast, cast.sun, SLOT)
    called_off = booked(cast, cast.wang, SLOT + timedelta(minutes=30))
    services.cancel(called_off, reason="bank", by=cast.wang, at=NOW)

    def refs(span, **query):
        return [str(event["uid"]) for event in read(login(cast.wang).get(reverse("visits_ics", args=[span]), query))]

    assert refs("day") == [f"{mine[0].ref}@jiugong"]
    assert refs("week") == [f"{visit.ref}@jiugong" for visit in mine[:2]]
    assert refs("day", day="2026-01-08") == [f"{mine[1].ref}@jiugong"]
    assert refs("day", day="soon") == refs("day")
    assert login(cast.qian).get(reverse("visits_ics", args=["day"])).content.count(b"VEVENT") == 0
