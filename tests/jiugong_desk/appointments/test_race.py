"""Many book the same few slots at once: no two live visits of one manager in one slot."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from jiugong_desk.appointments import services, slots
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.core.errors import Stale
from tests.support.cast import NOW, make_cast, make_customer

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, WANTED = 8, 6


def test_one_slot_has_one_winner_and_the_losers_are_told():
    cast = make_cast()
    wanted = slots.free_slots(cast.wang, now=NOW)[:WANTED]
    customers = [make_customer(cast.north, cast.wang) for _ in range(THREADS)]

    refusals: set[str] = set()

    def book_all(customer) -> int:
        won = 0
        try:
            for slot in wanted:
                try:
                    services.book(customer, manager=cast.wang, starts_at=slot, by=cast.wang, at=NOW)
                    won += 1
                except Stale as lost:
                    refusals.update(lost.verdict.codes)
        finally:
            connection.close()
        return won

    with ThreadPoolExecutor(THREADS) as pool:
        won = sum(pool.map(book_all, customers))
    booked = Appointment.objects.everyone().values_list("starts_at", flat=True)
    assert won == len(booked) == WANTED
    assert set(booked) == set(wanted)
    assert refusals == {"slot_taken"}
