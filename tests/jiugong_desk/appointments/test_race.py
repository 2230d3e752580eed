"""Many book the same few slots at once: no two live visits of one manager, one customer or one room overlap."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from jiugong_desk.appointments import services, slots
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.core.errors import Stale
from tests.support.cast import NOW, make_cast, make_customer, make_staff
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, WANTED = 8, 6


def in_threads(work: Callable[[Any], Any], parts: list[Any]) -> list[Any]:
    def run(part: Any) -> Any:
        try:
            return work(part)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, parts))


def test_one_slot_has_one_winner_and_the_losers_are_told():
    cast = make_cast()
    wanted = slots.free_slots(cast.wang, now=NOW)[:WANTED]
    customers = [make_customer(cast.north, cast.wang) for _ in range(THREADS)]

    refusals: set[str] = set()

    def book_all(customer) -> int:
        won = 0
        for slot in wanted:
            try:
                services.book(customer, manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW)
                won += 1
            except Stale as lost:
                refusals.update(lost.verdict.codes)
        return won

    won = sum(in_threads(book_all, customers))
    booked = Appointment.objects.everyone().values_list("starts_at", flat=True)
    assert won == len(booked) == WANTED
    assert set(booked) == set(wanted)
    assert refusals == {"slot_taken"}


MANAGERS, SLOTS, ROOMS, CUSTOMERS = 10, 10, 8, 60


def overlaps() -> list[tuple[str, int]]:
    """By going through everybody's visits one after another."""
    of: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for visit in Appointment.objects.everyone().filter(state__in=Appointment.LIVE):
        for who in ("manager_id", "customer_id", "room_id"):
            of[who, getattr(visit, who)].append((visit.starts_at, visit.ends_at))
    return [
        key for key, spans in of.items() for one, next_one in pairwise(sorted(spans)) if one[1] > next_one[0]
    ]  # fmt: skip


def crowd(bookings: int) -> None:
    """They want a hundred slots of ten managers who share eight rooms."""
    cast = make_cast()
    managers = [make_staff(f"3{n:03}", f"经理{n}", "customer_manager", cast.north) for n in range(MANAGERS)]
    customers = [make_customer(cast.north, consent=False, loan_kind="") for _ in range(CUSTOMERS)]
    for number in range(ROOMS):
        services.add_room(cast.north, name=f"洽谈室{number}", by=cast.zhao, at=NOW)
    wanted = slots.free_slots(managers[0], now=NOW)[:SLOTS]
    draw = random.Random(20)
    orders = [(draw.choice(managers), draw.choice(customers), draw.choice(wanted)) for _ in range(bookings)]

    def book(part: list[Any]) -> list[str]:
        told = []
        for manager, customer, slot in part:
            try:
                services.book(customer, manager=manager, starts_at=slot, by=manager, at=NOW)
            except Stale as lost:
                (reason,) = lost.verdict.reasons
                told.append(f"{reason.code} {reason.remedy}")
        return told

    told = [line for part in in_threads(book, [orders[n::THREADS] for n in range(THREADS)]) for line in part]
    booked = Appointment.objects.everyone().count()
    assert booked + len(told) == bookings
    assert not overlaps()
    assert max(Appointment.objects.everyone().filter(starts_at=slot).count() for slot in wanted) == ROOMS
    assert {line.split()[0] for line in told} == {"slot_taken", "customer_busy", "no_room"}
    offered = {f"{slot:%m-%d %H:%M}" for slot in slots.free_slots(cast.zhao, now=NOW)} | {
        f"{slot:%m-%d %H:%M}" for slot in wanted
    }
    assert all(any(slot in line for slot in offered) for line in told)  # nobody is left without a free slot


def test_five_hundred_want_a_hundred_slots():
    crowd(500)


@pytest.mark.long
def test_ten_thousand_want_a_hundred_slots():
    crowd(10_000)


def test_of_two_who_swap_their_slots_in_one_moment_nobody_sees_an_error():
    cast = make_cast()
    first, second = slots.free_slots(cast.wang, now=NOW)[:2]
    one, other = (
        services.book(make_customer(cast.north), manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW)
        for slot in (first, second)
    )
    results = at_once(
        lambda: services.move(one, starts_at=second, by=cast.wang, at=NOW),
        lambda: services.move(other, starts_at=first, by=cast.wang, at=NOW),
    )
    assert winners(results) <= 1
    assert not overlaps()


def test_a_missed_visit_is_booked_again_once():
    cast = make_cast()
    customer = make_customer(cast.north)
    first, *rest = slots.free_slots(cast.wang, now=NOW)
    missed = services.book(customer, manager=cast.wang, starts_at=first, by=cast.wang, at=NOW)
    later = first + timedelta(minutes=20)
    services.miss(missed, by=cast.qian, at=later)
    results = at_once(
        *(lambda slot=slot: services.book_again(missed, starts_at=slot, by=cast.wang, at=later) for slot in rest[1:5])
    )
    assert winners(results) == 1
    assert Appointment.objects.everyone().filter(instead_of=missed).count() == 1
