"""A slot is held for the customer who is being spoken to: nobody else gets it, until it is let go or its time is over."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiugong_desk.appointments import queries, services, slots
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.core.errors import Refused, Stale
from tests.support.cast import NOW, make_cast, make_customer, make_staff
from tests.support.races import at_once
from tests.support.visits import make_visit

TEN = timedelta(minutes=10)


@pytest.fixture
def wanted(cast):
    return slots.free_slots(cast.wang, now=NOW)


@pytest.fixture
def held(cast, wanted):
    return services.hold_slot(make_customer(cast.north), manager=cast.wang, starts_at=wanted[0], by=cast.wang, at=NOW)


def rows():
    return Appointment.objects.with_held()


def book(cast, slot, *, by, customer=None, at=NOW):
    customer = customer or make_customer(cast.north)
    return services.book(customer, manager=cast.wang, starts_at=slot, by=by, at=at)


@pytest.mark.django_db
def test_whoever_books_no_visits_holds_none(cast, wanted):
    with pytest.raises(PermissionDenied):
        services.hold_slot(
            make_customer(cast.north), manager=cast.wang, starts_at=wanted[0], by=cast.auditor, at=NOW
        )  # fmt: skip
    assert not rows().exists()


@pytest.mark.django_db
def test_others_do_not_see_it_as_free_and_the_holder_does(cast, wanted, held):
    assert slots.free_slots(cast.wang, now=NOW, by=cast.wang) == wanted
    for viewer in (None, cast.qian):
        assert slots.free_slots(cast.wang, now=NOW, by=viewer) == wanted[1:]
    assert wanted[0] not in slots.free_slots(cast.sun, now=NOW, customer=held.customer, by=cast.sun)
    assert slots.free_slots(cast.wang, now=NOW + TEN) == wanted  # it has run out, though nobody has swept it away


@pytest.mark.django_db
def test_others_are_refused_while_it_is_held_and_read_what_is_free(cast, wanted, held):
    with pytest.raises(Stale) as refusal:
        book(cast, wanted[0], by=cast.sun)
    (reason,) = refusal.value.verdict.reasons
    assert (reason.code, str(reason)) == ("slot_held", "该时段正由同事暂留。")
    assert f"{wanted[1]:%m-%d %H:%M}" in str(reason.remedy)
    other = book(cast, wanted[1], by=cast.sun)
    with pytest.raises(Stale):
        services.move(other, starts_at=wanted[0], by=cast.qian, at=NOW)
    assert book(cast, wanted[0], by=cast.sun, at=NOW + TEN).starts_at == wanted[0]
    assert not rows().filter(state="held").exists()


@pytest.mark.django_db
def test_the_holder_books_it_at_the_cost_of_one_statement(cast, wanted, held):
    with CaptureQueriesContext(connection) as asked:
        book(cast, wanted[0], by=cast.wang, customer=held.customer)
    (swept,) = (one["sql"] for one in asked if one["sql"].startswith("DELETE"))
    assert "appointments_appointment" in swept
    (visit,) = rows()
    assert (visit.state, visit.held_until, visit.starts_at) == ("booked", None, wanted[0])


@pytest.mark.django_db
def test_one_person_holds_one_slot_and_keeps_it_where_another_is_refused(cast, wanted, held):
    moved = services.hold_slot(held.customer, manager=cast.wang, starts_at=wanted[1], by=cast.wang, at=NOW)
    assert [row.pk for row in rows()] == [moved.pk]
    assert moved.held_until == NOW + TEN
    book(cast, wanted[0], by=cast.sun)
    with pytest.raises(Stale):
        services.hold_slot(held.customer, manager=cast.wang, starts_at=wanted[0], by=cast.wang, at=NOW)
    assert queries.held_by(cast.wang, held.customer, now=NOW).pk == moved.pk
    assert queries.held_by(cast.wang, held.customer, now=NOW + TEN) is None
    services.give_up_slot(by=cast.sun)
    assert rows().filter(pk=moved.pk).exists()
    services.give_up_slot(by=cast.wang)
    assert not rows().filter(state="held").exists()


@pytest.mark.django_db
def test_what_is_only_held_is_no_visit(cast, held):
    assert not Appointment.objects.everyone().exists()
    assert not Appointment.objects.visible_to(cast.zhao).exists()
    assert not queries.day_list(cast.zhao, NOW.date(), now=NOW).rows


@pytest.mark.django_db
def test_it_takes_a_room_as_a_visit_does(cast, wanted):
    services.add_room(cast.north, name="一", by=cast.zhao, at=NOW)
    services.hold_slot(make_customer(cast.north), manager=cast.wang, starts_at=wanted[0], by=cast.wang, at=NOW)
    with pytest.raises(Stale) as refusal:
        services.hold_slot(make_customer(cast.north), manager=cast.sun, starts_at=wanted[0], by=cast.sun, at=NOW)
    assert refusal.value.verdict.codes == ("no_room",)
    services.hold_slot(make_customer(cast.north), manager=cast.sun, starts_at=wanted[0], by=cast.sun, at=NOW + TEN)
    assert rows().get().manager == cast.sun


@pytest.mark.django_db
@pytest.mark.parametrize("shared", ["customer", "manager"])
def test_the_database_itself_refuses_a_visit_over_a_held_slot(cast, wanted, held, shared):
    people = {"customer": make_customer(cast.north), "manager": cast.sun, shared: getattr(held, shared)}
    start = wanted[0] + timedelta(minutes=15)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_visit(unit=cast.north, starts_at=start, booked_at=NOW, booked_by=cast.zhao, **people)
    with pytest.raises(IntegrityError), transaction.atomic():  # a second one of the same person
        rows().create(
            unit=cast.north, starts_at=wanted[3], ends_at=wanted[4], booked_at=NOW, booked_by=cast.wang, state="held",
            held_until=NOW + TEN, customer=make_customer(cast.north), manager=cast.sun,
        )  # fmt: skip


@dataclass
class Plain:
    """The same by walking through everything: `taken` are dictionaries, newest last."""

    rooms: int
    taken: list[dict] = field(default_factory=list)

    def others(self, slot, by, now):
        return [
            one for one in self.taken
            if one["slot"] == slot and (one["until"] is None or (one["until"] > now and one["by"] != by))
        ]  # fmt: skip

    def against(self, customer, manager, slot, by, now):
        others = self.others(slot, by, now)
        for one in others:
            if one["manager"] == manager:
                return "slot_held" if one["until"] else "slot_taken"
        if any(one["customer"] == customer for one in others):
            return "customer_busy"
        return "no_room" if len(others) >= self.rooms else ""

    def take(self, customer, manager, slot, by, now, *, until):
        found = self.against(customer, manager, slot, by, now)
        if not found:
            own = [one for one in self.taken if one["until"] and one["by"] == by and (until or one["slot"] == slot)]
            self.taken = [one for one in self.taken if one not in own]
            self.taken.append({"customer": customer, "manager": manager, "slot": slot, "by": by, "until": until})
        return found

    def let_go(self, by):
        self.taken = [one for one in self.taken if not (one["until"] and one["by"] == by)]

    def free(self, customer, manager, offered, by, now):
        return [slot for slot in offered if not self.against(customer, manager, slot, by, now)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_held_booked_and_let_go_the_answers_are_those_of_the_plain_version(cast, seed):
    draw = random.Random(seed)
    for number in range(2):
        services.add_room(cast.north, name=f"洽谈室{number}", by=cast.zhao, at=NOW)
    people = [cast.wang, cast.sun, make_staff("3001", "经理三", "customer_manager", cast.north)]
    customers = [make_customer(cast.north, consent=False, loan_kind="") for _ in range(4)]
    offered = slots.free_slots(cast.wang, now=NOW + timedelta(days=1))[:5]
    plain, now = Plain(rooms=2), NOW
    for _ in range(60):
        now += timedelta(minutes=draw.choice((0, 1, 4, 9)))
        by, manager, customer, slot = (draw.choice(some) for some in (people, people, customers, offered))
        what = draw.choice(("hold", "hold", "hold", "book", "let go"))
        if what == "let go":
            services.give_up_slot(by=by)
            plain.let_go(by)
        else:
            verb = services.hold_slot if what == "hold" else services.book
            until = now + TEN if what == "hold" else None
            expected, told = plain.take(customer, manager, slot, by, now, until=until), ""
            try:
                verb(customer, manager=manager, starts_at=slot, by=by, at=now)
            except Refused as refusal:
                (told,) = refusal.verdict.codes
            assert told == expected
        viewer = draw.choice(people)
        seen = slots.free_slots(manager, now=now, customer=customer, by=viewer)
        assert [slot for slot in seen if slot in offered] == plain.free(customer, manager, offered, viewer, now)


@pytest.mark.django_db(transaction=True)
def test_in_a_crowd_the_holder_gets_his_slot_and_nobody_gets_it_beside_him():
    cast = make_cast()
    wanted = slots.free_slots(cast.wang, now=NOW)[:4]
    mine, *others = (make_customer(cast.north) for _ in range(5))
    third = make_staff("3001", "经理三", "customer_manager", cast.north)
    for turn, slot in enumerate(wanted):
        services.hold_slot(mine, manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW)
        results = at_once(
            lambda slot=slot: services.book(mine, manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW),
            *(lambda one=one, slot=slot: services.book(one, manager=cast.wang, starts_at=slot, by=cast.sun, at=NOW) for one in others[:3]),
            lambda slot=slot: services.hold_slot(others[3], manager=cast.wang, starts_at=slot, by=third, at=NOW),
        )  # fmt: skip
        assert isinstance(results[0], Appointment)
        assert all(isinstance(one, Stale) for one in results[1:])
        assert rows().count() == turn + 1


@pytest.mark.django_db(transaction=True)
def test_one_who_chooses_in_two_tabs_at_once_holds_one_slot():
    cast = make_cast()
    customer, start = make_customer(cast.north), datetime(2026, 1, 8, 9, tzinfo=NOW.tzinfo)
    wanted = [start + number * timedelta(minutes=30) for number in range(4)]
    results = at_once(
        *(lambda slot=slot: services.hold_slot(customer, manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW) for slot in wanted)
    )  # fmt: skip
    assert all(isinstance(one, Appointment) for one in results)
    assert rows().get().state == "held"


@pytest.mark.django_db(transaction=True)
def test_of_those_who_want_a_slot_that_was_held_too_long_one_gets_it():
    cast = make_cast()
    (slot,) = slots.free_slots(cast.wang, now=NOW)[:1]
    services.hold_slot(make_customer(cast.north), manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW)
    people = [make_customer(cast.north) for _ in range(4)]
    results = at_once(
        *(lambda one=one: services.book(one, manager=cast.wang, starts_at=slot, by=cast.sun, at=NOW + TEN) for one in people)
    )  # fmt: skip
    assert sum(isinstance(one, Appointment) for one in results) == 1
    assert {one.verdict.codes for one in results if isinstance(one, Refused)} == {("slot_taken",)}
