"""What the database itself refuses, whoever writes: two visits of one manager, one customer or one room at once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from jiugong_desk.appointments import overlap
from jiugong_desk.appointments.models import Appointment, Room
from tests.support.cast import NOW, make_customer
from tests.support.visits import make_visit

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


@pytest.fixture
def ours(cast):
    return {
        "customer": make_customer(cast.north), "manager": cast.wang,
        "room": Room.objects.create(unit=cast.north, name="一"),
    }  # fmt: skip


@pytest.fixture
def theirs(cast):
    return {
        "customer": make_customer(cast.north), "manager": cast.sun,
        "room": Room.objects.create(unit=cast.north, name="二"),
    }  # fmt: skip


def put(cast, who, start, **values):
    with transaction.atomic():
        return make_visit(unit=cast.north, starts_at=start, booked_at=NOW, booked_by=cast.wang, **who, **values)


@pytest.mark.parametrize("shared", ["customer", "manager", "room"])
@pytest.mark.parametrize("shift", [-QUARTER, timedelta(0), QUARTER])
def test_two_at_once_of_one_are_refused(cast, ours, theirs, shared, shift):
    put(cast, ours, NOW)
    with pytest.raises(IntegrityError):
        put(cast, theirs | {shared: ours[shared]}, NOW + shift)
    assert Appointment.objects.everyone().count() == 1


@pytest.mark.parametrize("shared", ["customer", "manager", "room"])
def test_nor_can_one_be_moved_or_revived_into_another(cast, ours, theirs, shared):
    put(cast, ours, NOW)
    later = put(cast, theirs | {shared: ours[shared]}, NOW + 4 * QUARTER)
    gone = put(cast, theirs | {shared: ours[shared]}, NOW + QUARTER, state="cancelled")
    rows = Appointment.objects.everyone()
    for pk, change in ((later.pk, {"starts_at": NOW + QUARTER}), (gone.pk, {"state": "booked"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.filter(pk=pk).update(**change)


def test_one_after_the_other_and_different_people_at_once_are_fine(cast, ours, theirs):
    put(cast, ours, NOW)
    put(cast, ours, NOW + 2 * QUARTER)
    put(cast, theirs, NOW)
    put(cast, ours | {"room": None}, NOW, state="missed")
    put(cast, {**theirs, "customer": make_customer(cast.north), "manager": cast.zhao, "room": None}, NOW)
    put(cast, {**theirs, "customer": make_customer(cast.north), "manager": cast.li, "room": None}, NOW)  # no room twice
    assert Appointment.objects.everyone().count() == 6


def test_a_database_that_gives_no_extension_says_what_is_missing(db):
    if connection.vendor != "postgresql":
        pytest.skip("the extension is PostgreSQL's")
    with connection.cursor() as cursor:  # all of it is rolled back after the test
        overlap.drop(None, SimpleNamespace(connection=connection, execute=cursor.execute))
        cursor.execute("DROP EXTENSION btree_gist; CREATE ROLE poor; SET LOCAL ROLE poor")
        with pytest.raises(ProgrammingError, match="CREATE EXTENSION btree_gist"):
            overlap.create(None, SimpleNamespace(connection=connection, execute=cursor.execute))
        cursor.execute("RESET ROLE")
