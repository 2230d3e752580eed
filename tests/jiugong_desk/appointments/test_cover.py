"""A visit during leave: whoever stands in receives the visitor; nobody is invited to an empty chair."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from jiugong_desk.appointments import services, slots
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.core.clock import bank_date
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.duty import services as duty
from tests.support.cast import NOW, SHANGHAI, make_customer
from tests.support.visits import make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_time")]
TODAY, TOMORROW, FRIDAY = (NOW.date() + timedelta(days=number) for number in range(3))


@pytest.fixture
def away(cast):
    """Wang is away today and tomorrow; Sun stands in."""
    return duty.record(
        cast.wang, first_day=TODAY, last_day=TOMORROW, kind="annual", cover=cast.sun, by=cast.zhao,
        at=NOW - timedelta(days=1),
    )  # fmt: skip


def visit(cast, day: date, hour: int = 15) -> Appointment:
    return make_visit(
        customer=make_customer(cast.north, cast.wang), unit=cast.north, manager=cast.wang,
        starts_at=datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI), booked_at=NOW, booked_by=cast.wang,
    )  # fmt: skip


def test_the_stand_in_sees_the_days_visits_and_receives_them(cast, login, desk_time, away):
    today, after = visit(cast, TODAY), visit(cast, FRIDAY)
    client = login(cast.sun)
    assert client.get(reverse("visit", args=[today.ref])).status_code == 200
    assert client.get(reverse("customer", args=[today.customer.ref])).status_code == 200
    assert client.get(reverse("visit", args=[after.ref])).status_code == 404
    assert client.get(reverse("customer", args=[after.customer.ref])).status_code == 404
    assert client.post(reverse("visit_change", args=[today.ref, "arrive"])).status_code == 303
    today.refresh_from_db()
    assert (today.state, today.received_by, today.manager) == ("arrived", cast.sun, cast.wang)
    desk_time(NOW + timedelta(days=2))
    client = login(cast.sun)
    assert client.get(reverse("visit", args=[today.ref])).status_code == 404
    assert client.get(reverse("customer", args=[today.customer.ref])).status_code == 404


def test_a_colleague_sees_none_of_it_and_a_cancelled_visit_lends_no_customer(cast, login, away):
    kept, called_off = visit(cast, TODAY), visit(cast, TODAY, 16)
    services.cancel(called_off, reason="customer", by=cast.qian, at=NOW)
    assert login(cast.li).get(reverse("visit", args=[kept.ref])).status_code == 404
    sun = login(cast.sun)
    assert sun.get(reverse("customer", args=[called_off.customer.ref])).status_code == 404


def test_no_slot_is_offered_on_days_of_leave(cast, away):
    assert {bank_date(slot) for slot in slots.free_slots(cast.wang, now=NOW)}.isdisjoint({TODAY, TOMORROW})
    with pytest.raises(Refused) as raised:
        services.book(
            make_customer(cast.north, cast.wang), manager=cast.wang, starts_at=NOW.replace(hour=15, minute=0),
            by=cast.wang, at=NOW,
        )  # fmt: skip
    assert raised.value.verdict.codes == ("receiver_away",)


def test_a_covered_customer_is_invited_to_whoever_is_there_on_the_day(cast, away):
    offered = slots.slots_of_cover(cast.wang, cast.sun, now=NOW)
    assert offered == sorted(set(offered))
    with_whom = {bank_date(slot): slots.receiver(cast.wang, cast.sun, slot) for slot in offered}
    assert with_whom[TODAY] == with_whom[TOMORROW] == cast.sun
    assert with_whom[FRIDAY] == cast.wang
    assert set(list(with_whom.values())[2:]) == {cast.wang}


def test_customers_of_visits_are_seen_by_the_day_and_by_nobody_without_a_page(cast, away):
    visit(cast, TODAY)
    assert not Customer.objects.visible_to(cast.sun).exists()
    cast.sun.looks_at = NOW
    assert Customer.objects.visible_to(cast.sun).count() == 1
