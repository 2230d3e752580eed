"""Customers whom an import brought go again only while nobody has worked with them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db.models import Q

from jiugong_desk.appointments import services as appointments
from jiugong_desk.consent.models import ConsentRecord, DoNotCall
from jiugong_desk.customers import extension, removal
from jiugong_desk.customers.models import Customer, Loan, ProfileAnswer
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

pytestmark = pytest.mark.django_db
BATCH = "desk-batch"


def arrived(cast, **values) -> Customer:
    """With a mortgage and a consent that came along."""
    return make_customer(cast.north, cast.wang, came_with=BATCH, **values)


def test_what_came_with_the_extract_is_no_work_and_goes_along(cast):
    customer = arrived(cast)
    DoNotCall.objects.create(customer=customer, since=NOW, source="extract")
    stranger = make_customer(cast.north, cast.wang)
    brought = removal.brought_by(BATCH)
    assert (removal.work_on(brought), removal.with_work(brought)) == ({}, set())
    assert removal.remove(brought) == (1, 0)
    assert list(Customer.objects.everyone()) == [stranger]
    assert Loan.objects.count() == ConsentRecord.objects.count() == 1
    assert not DoNotCall.objects.exists()


@pytest.mark.parametrize("kind", ["campaigns.listentry", "customers.profileanswer", "consent.consentrecord", "consent.donotcall"])  # fmt: skip
def test_whoever_was_worked_with_stays(cast, kind):
    worked, other = arrived(cast), arrived(cast)
    if kind == "campaigns.listentry":
        make_entry(make_campaign(cast), worked, cast.wang)
    elif kind == "customers.profileanswer":
        ProfileAnswer.objects.create(customer=worked, question="q", label="问", value="答", at=NOW, by=cast.wang)
    elif kind == "consent.consentrecord":
        ConsentRecord.objects.create(
            customer=worked, channel="call", granted=False, evidence="柜面", at=NOW, by=cast.wang
        )
    else:
        DoNotCall.objects.create(customer=worked, since=NOW, source="call", by=cast.wang)
    brought = removal.brought_by(BATCH)
    assert (removal.work_on(brought), removal.with_work(brought)) == ({kind: 1}, {worked.pk})
    assert removal.remove(brought) == (1, 1)
    assert list(Customer.objects.everyone()) == [worked]
    assert not Customer.objects.everyone().filter(pk=other.pk).exists()


def test_a_slot_that_is_only_held_is_no_work_and_a_visit_is(cast):
    held, visited = arrived(cast), arrived(cast)
    start = datetime.combine(NOW.date(), time(14), NOW.tzinfo)
    appointments.hold_slot(held, manager=cast.wang, starts_at=start, by=cast.wang, at=NOW)
    appointments.book(visited, manager=cast.wang, starts_at=start + timedelta(hours=1), by=cast.wang, at=NOW)
    brought = removal.brought_by(BATCH)
    assert removal.work_on(brought) == {"appointments.appointment": 1}
    assert removal.remove(brought) == (1, 1)
    assert Customer.objects.everyone().get() == visited


def test_a_room_that_says_nothing_counts_as_work(cast, monkeypatch):
    """A new room need not think of it: forgetting keeps customers, it never loses work."""
    customer = arrived(cast)
    monkeypatch.setattr(extension, "_arriving", {ConsentRecord: Q(by=None)})
    assert removal.work_on(removal.brought_by(BATCH)) == {"customers.loan": 1}
    assert removal.remove(removal.brought_by(BATCH)) == (0, 1)
    assert Customer.objects.everyone().get() == customer


def test_customers_of_no_import_are_nobodys_to_remove(cast):
    make_customer(cast.north, cast.wang)
    with pytest.raises(AssertionError):
        removal.brought_by("")
    assert not removal.brought_by("another").exists()


def test_every_kind_of_work_has_words():
    """The refusal of an undo names what stands against it."""
    from jiugong_desk.imports.labels import WORK

    kinds = set()
    for relation in Customer._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.related_model:
            model = relation.related_model
            if extension.arriving(model) != Q():
                kinds.add(model._meta.label_lower)
    assert kinds == set(WORK)
