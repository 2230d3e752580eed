"""Managers hammer one queue, each in a thread with a connection of its own; nobody gets another one's customer.

The queue is what nobody was dealt, so that all want the same entry at the same time. The last test removes the guard
and shows that this harness would notice.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection

from jiugong_desk.audit import services as audit_log
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import queue, services
from jiugong_desk.calls.services import claims
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.duty import services as duty
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, make_campaign, make_cast, make_customer, make_entry, make_staff
from tests.support.plans import teach

pytestmark = pytest.mark.django_db(transaction=True)
MANAGERS = 8
A_CALL = 0.004  # seconds


def fill_queue(entries: int) -> list[Staff]:
    cast = make_cast()
    more = [make_staff(f"15{number:02d}", "同事", "customer_manager", cast.north) for number in range(MANAGERS - 2)]
    managers = [cast.wang, cast.sun, *more]
    campaign = make_campaign(cast, participants=tuple(managers))
    for _ in range(entries):
        make_entry(campaign, make_customer(cast.north, loan_kind=""))
    return managers


def hammer(managers: list[Staff]) -> list[int]:
    """Everybody claims and finishes until the queue is empty; the primary keys in the order in which they were had."""
    had: list[int] = []
    together = threading.Barrier(len(managers))

    def work(staff: Staff) -> None:
        try:
            together.wait()
            while (entry := services.claim_next(None, by=staff, at=NOW)) is not None:
                had.append(entry.pk)
                sleep(A_CALL)  # while it is held, the others come for what they saw free
                mine = ListEntry.objects.everyone().filter(pk=entry.pk, claimed_by=staff)
                mine.update(state="done", claimed_by=None, claimed_at=None, lease_until=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(managers)) as pool:
        list(pool.map(work, managers))
    return had


@pytest.fixture
def all_want_the_same(monkeypatch):
    monkeypatch.setattr(queue, "SPREAD", 1)


def test_two_managers_at_the_same_queue_never_get_the_same_customer(all_want_the_same):
    had = hammer(fill_queue(60)[:2])
    assert len(had) == len(set(had)) == 60


@pytest.mark.parametrize("entries", [100, pytest.param(5_000, marks=pytest.mark.long)])
def test_nobody_of_many_gets_a_customer_whom_another_has(entries):
    had = hammer(fill_queue(entries))
    assert len(had) == len(set(had)) == entries
    assert AuditRecord.objects.filter(verb="entry.claimed").count() == entries
    assert list(audit_log.verify()) == []


def test_one_customer_in_two_campaigns_is_with_one_manager_at_a_time():
    """Each is dealt the same customers in a campaign of his own, so no two want the same row."""
    cast = make_cast()
    managers = (cast.wang, cast.sun)
    campaigns = [make_campaign(cast, participants=(staff,)) for staff in managers]
    rounds = 12
    for _ in range(rounds):
        customer = make_customer(cast.north, loan_kind="")
        for campaign, staff in zip(campaigns, managers, strict=True):
            make_entry(campaign, customer, staff)
        with_whom = both_claim(managers)
        assert len(with_whom) == 1
        ListEntry.objects.everyone().update(state="done", claimed_by=None, claimed_at=None, lease_until=None)


def test_a_stand_in_and_a_manager_whose_leave_comes_and_goes_never_have_the_same_customer():
    """The head records the leave and takes it back all the while; whoever is on duty calls, and both think they are."""
    cast = make_cast()
    campaign = make_campaign(cast, participants=(cast.wang, cast.sun))
    teach(campaign, cast, cast.wang, cast.sun)
    for _ in range(40):
        make_entry(campaign, make_customer(cast.north, cast.wang, loan_kind=""), cast.wang)
    had: list[tuple[int, int]] = []
    over = threading.Event()

    def work(staff: Staff) -> None:
        try:
            while not over.is_set():
                if (entry := services.claim_next(None, by=staff, at=NOW)) is None:
                    sleep(A_CALL)
                    continue
                had.append((entry.pk, staff.pk))
                sleep(A_CALL)
                mine = ListEntry.objects.everyone().filter(pk=entry.pk, claimed_by=staff)
                mine.update(state="done", claimed_by=None, claimed_at=None, lease_until=None)
        finally:
            connection.close()

    def come_and_go() -> None:
        said = {"first_day": NOW.date(), "last_day": NOW.date(), "kind": "annual", "cover": cast.sun}
        try:
            while len(had) < 40:
                leave = duty.record(cast.wang, **said, by=cast.zhao, at=NOW)
                sleep(A_CALL)
                duty.cancel(leave, by=cast.zhao, at=NOW)
                sleep(A_CALL)
        finally:
            over.set()
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(come_and_go), pool.submit(work, cast.wang), pool.submit(work, cast.sun)]:
            done.result(timeout=120)
    customers = [entry for entry, _ in had]
    assert len(customers) == len(set(customers)) == 40
    assert {staff for _, staff in had} == {cast.wang.pk, cast.sun.pk}
    assert list(audit_log.verify()) == []


def both_claim(managers: tuple[Staff, ...]) -> list[int]:
    """Everybody claims once in the same moment; the primary keys of what they got."""
    together = threading.Barrier(len(managers))

    def work(staff: Staff) -> int | None:
        try:
            together.wait()
            entry = services.claim_next(None, by=staff, at=NOW)
            return entry.pk if entry else None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(managers)) as pool:
        return [found for found in pool.map(work, managers) if found is not None]


def test_the_same_outcome_sent_twice_at_once_is_one_call():
    staff = fill_queue(1)[0]
    entry = services.claim_next(None, by=staff, at=NOW)
    together = threading.Barrier(2)

    def send(_: int) -> int:
        try:
            mine = ListEntry.objects.everyone().select_related("customer__unit", "campaign__script").get(pk=entry.pk)
            together.wait()
            return services.record_outcome(
                mine, submission="one-key", outcome="no_answer", number_unseen=True, by=staff, at=NOW
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        calls = list(pool.map(send, range(2)))
    assert calls[0] == calls[1]
    entry.refresh_from_db()
    assert entry.attempts == 1


def test_the_harness_notices_when_the_guard_is_gone(monkeypatch, all_want_the_same):
    def naive_take(entry, *, by, at):
        values = {"claimed_by": by, "claimed_at": at, "lease_until": at + timedelta(minutes=20)}
        ListEntry.objects.everyone().filter(pk=entry.pk).update(**values)
        return True

    monkeypatch.setattr(claims, "take", naive_take)
    monkeypatch.setattr(claims, "lock_customer", lambda entry: True)
    had = hammer(fill_queue(40)[:2])
    assert len(had) > len(set(had))
