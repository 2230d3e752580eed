"""A desk that has run before: its visits get ends that do not overlap, and what was agreed becomes a line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from jiugong_desk.appointments.models import Appointment
from tests.support.cast import NOW, make_cast, make_customer
from tests.support.visits import make_visit

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, QUARTER = ("appointments", "0002_product_of_the_catalogue"), timedelta(minutes=15)


def migrate(*targets):
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


@pytest.fixture
def before():
    """The models as they were; whatever happens, the newest ones are back afterwards."""
    yield migrate(BEFORE).get_model("appointments", "Appointment")._base_manager
    Appointment.rows.all().delete()
    migrate()


def test_earlier_visits_come_along(before):
    cast = make_cast()
    customer = make_customer(cast.north)
    same = {"unit_id": cast.north.pk, "booked_at": NOW, "booked_by_id": cast.wang.pk, "manager_id": cast.wang.pk}

    def old(start, **values):
        values.setdefault("customer_id", make_customer(cast.north).pk)
        return before.create(**{**same, "starts_at": start, **values}).pk

    close = old(NOW), old(NOW + QUARTER, state="arrived")  # of a grid that was finer once
    hers = old(NOW + 8 * QUARTER, customer_id=customer.pk)
    next_door = old(NOW + 9 * QUARTER, customer_id=customer.pk, manager_id=cast.sun.pk)
    missed = old(NOW + QUARTER, state="missed")
    agreed = old(
        NOW - 8 * QUARTER, state="finished", agreed_product="fund", agreed_amount=Decimal("9.50"),
        unsuitable=["risk_too_high"],
    )  # fmt: skip
    nothing = old(NOW - 12 * QUARTER, state="finished")
    migrate()
    ends = {visit.pk: visit.ends_at - visit.starts_at for visit in Appointment.objects.everyone()}
    assert [ends[pk] for pk in (*close, hers, next_door, missed)] == [
        QUARTER, 2 * QUARTER, QUARTER, 2 * QUARTER, 2 * QUARTER,
    ]  # fmt: skip
    (line,) = Appointment.objects.everyone().get(pk=agreed).discussed.all()
    assert (line.category, line.outcome, line.amount) == ("fund", "agreed", Decimal("9.50"))
    assert line.unsuitable == ["risk_too_high"]
    assert not Appointment.objects.everyone().get(pk=nothing).discussed.exists()
    with pytest.raises(IntegrityError):  # the tables were made anew, and kept what guards them
        make_visit(
            customer=make_customer(cast.north), unit=cast.north, manager=cast.wang, starts_at=NOW - 7 * QUARTER,
            booked_at=NOW, booked_by=cast.wang,
        )  # fmt: skip
    line.delete()
