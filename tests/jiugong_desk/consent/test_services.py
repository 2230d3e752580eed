"""What customers want is kept, once, at once, and with one audit record each."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent import queries, services
from jiugong_desk.consent.bridge import calling, contacting
from jiugong_desk.consent.models import Complaint, ConsentRecord, Contact, DoNotCall
from jiugong_desk.consent.rules import eligibility, may_call
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import Customer, Loan
from tests.support.cast import NOW, make_customer


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang)


def facts(customer):
    return queries.contact_facts([customer.pk])[customer.pk]


def give(customer, by, *, granted, at=NOW, channel="call"):
    return services.record_consent(
        customer, channel=channel, granted=granted, text_version="v2", evidence="柜面签署", by=by, at=at
    )


def test_somebody_without_the_permission_records_nothing(cast, customer):
    for by in (cast.auditor, cast.qian, cast.admin, cast.planner):
        with pytest.raises(PermissionDenied):
            give(customer, by, granted=False)
    assert customer.consents.count() == 1
    assert not AuditRecord.objects.exists()


def test_the_newest_entry_holds_and_old_ones_stay(cast, customer):
    assert facts(customer).consent is True
    give(customer, cast.wang, granted=False)
    assert facts(customer).consent is False
    give(customer, cast.zhao, granted=True, at=NOW + timedelta(days=1))
    assert facts(customer).consent is True
    assert list(customer.consents.values_list("granted", flat=True)) == [True, False, True]
    assert list(AuditRecord.objects.values_list("verb", "chain", "by")) == [
        ("consent.granted", "OU01", "1003"),
        ("consent.withdrawn", "OU01", "1001"),
    ]


def test_saying_what_already_holds_adds_nothing(cast, customer):
    first = give(customer, cast.wang, granted=False)
    assert give(customer, cast.wang, granted=False, at=NOW + timedelta(minutes=1)) == first
    assert AuditRecord.objects.count() == 1


def test_consent_to_one_channel_says_nothing_about_the_other(cast, customer):
    give(customer, cast.wang, granted=False, channel="sms")
    assert facts(customer).consent is True


def test_no_entry_is_unknown_and_refuses(cast):
    silent = make_customer(cast.north, cast.wang, consent=False)
    assert facts(silent).consent is None
    assert eligibility(facts(silent)).codes == ("no_consent",)


def test_consent_to_another_purpose_does_not_count(cast):
    silent = make_customer(cast.north, consent=False)
    ConsentRecord.objects.create(
        customer=silent, purpose="service", channel="call", granted=True, text_version="v1", evidence="x", at=NOW
    )
    assert facts(silent).consent is None


def test_a_withdrawal_while_the_customer_is_on_the_desk_is_seen_at_the_next_check(cast, customer):
    def check():
        running = replace(facts(customer), in_running_campaign=True, offers_suit=True)
        return may_call(running, now=NOW, is_working_day=True, calling=calling(), contact=contacting())

    assert check()
    give(customer, cast.zhao, granted=False)
    assert check().codes == ("no_consent",)


def test_stop_calling_wins_over_consent_and_twice_is_once(cast, customer):
    first = services.stop_calling(customer, source="call", by=cast.wang, at=NOW)
    again = services.stop_calling(customer, source="branch", by=cast.zhao, at=NOW + timedelta(days=2))
    assert first == again
    assert (again.source, again.since) == ("call", NOW)
    give(customer, cast.wang, granted=False)
    give(customer, cast.wang, granted=True)
    assert eligibility(facts(customer)).codes == ("do_not_call",)
    assert AuditRecord.objects.filter(verb="consent.do_not_call").count() == 1


def test_inner_use_leaves_the_audit_record_to_the_caller(cast, customer):
    services.stop_calling(customer, source="call", by=cast.wang, at=NOW, audit=False)
    services.open_complaint(customer, source_ref="abc", by=cast.wang, at=NOW, audit=False)
    services.record_contact(customer, channel="call", reached=True, source_ref="abc", at=NOW)
    assert not AuditRecord.objects.exists()


def test_a_complaint_stops_marketing_until_it_is_settled(cast, customer):
    complaint = services.open_complaint(customer, source_ref="", by=cast.wang, at=NOW)
    assert services.open_complaint(customer, source_ref="", by=cast.zhao, at=NOW) == complaint
    assert eligibility(facts(customer)).codes == ("complaint_open",)
    with pytest.raises(PermissionDenied):
        services.settle_complaint(complaint, resolution="已致歉", by=cast.wang, at=NOW)
    services.settle_complaint(complaint, resolution="已致歉", by=cast.zhao, at=NOW)
    assert eligibility(facts(customer)).allowed
    with pytest.raises(Stale):
        services.settle_complaint(complaint, resolution="又一次", by=cast.compliance, at=NOW)
    assert list(AuditRecord.objects.values_list("verb", flat=True)) == ["complaint.settled", "complaint.opened"]
    assert Complaint.objects.everyone().get().settled_by == cast.zhao


def test_a_second_complaint_from_another_call_is_a_second_complaint(cast, customer):
    first = services.open_complaint(customer, source_ref="call1", by=cast.wang, at=NOW)
    services.open_complaint(customer, source_ref="call2", by=cast.wang, at=NOW)
    services.settle_complaint(first, resolution="已说明", by=cast.zhao, at=NOW)
    assert facts(customer).complaint_open is True


def test_reached_contacts_are_counted_newest_first_up_to_the_cap(cast, customer):
    for days, reached in ((9, True), (1, False), (3, True)):
        services.record_contact(customer, channel="call", reached=reached, source_ref="", at=NOW - timedelta(days=days))
    assert [one.at for one in facts(customer).contacts] == [NOW - timedelta(days=days) for days in (3, 9)]
    assert Contact.objects.count() == 3


def test_facts_come_from_the_rows_of_each_customer(cast):
    pending = make_customer(cast.north, mobile="")
    Loan.objects.filter(customer=pending).update(decision_pending=True)
    Customer.objects.everyone().filter(pk=pending.pk).update(status="frozen")
    fine, unknown = make_customer(cast.south), make_customer(cast.south)
    Loan.objects.filter(customer=unknown).update(decision_pending=None)
    found = queries.contact_facts([pending.pk, fine.pk, unknown.pk, 999_999])
    assert set(found) == {pending.pk, fine.pk, unknown.pk}
    assert eligibility(found[unknown.pk]).codes == ("loan_decision_unknown",)
    assert eligibility(found[pending.pk]).codes == ("not_active", "loan_decision_pending", "no_mobile")
    assert eligibility(found[fine.pk]).allowed
    assert not may_call(found[fine.pk], now=NOW, is_working_day=True, calling=calling(), contact=contacting())


def test_the_number_of_queries_does_not_grow_with_the_customers(cast, django_assert_num_queries, monkeypatch):
    ids = [make_customer(cast.north).pk for _ in range(12)]
    with django_assert_num_queries(2):
        assert len(queries.contact_facts(ids)) == 12
    monkeypatch.setattr(queries, "CHUNK", 5)
    with django_assert_num_queries(6):
        assert len(queries.contact_facts(iter(ids))) == 12


@pytest.mark.django_db(transaction=True)
def test_two_people_stopping_calls_at_once_make_one_record(transactional_db, cast, customer):
    start, failures = threading.Barrier(4), []

    def stop(by):
        try:
            start.wait()
            services.stop_calling(Customer.objects.everyone().get(pk=customer.pk), source="call", by=by, at=NOW)
            give(customer, by, granted=False)
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=stop, args=(by,)) for by in (cast.wang, cast.sun, cast.zhao, cast.wang)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert DoNotCall.objects.count() == 1
    assert sorted(AuditRecord.objects.values_list("verb", flat=True)) == ["consent.do_not_call", "consent.withdrawn"]


def sms(customer, by, at=NOW):
    return services.note_contact(customer, channel="sms", kind="marketing", by=by, at=at)


def test_who_may_not_record_notes_no_contact(cast, customer):
    give(customer, cast.wang, granted=True, channel="sms")
    for by in (cast.auditor, cast.qian, cast.admin, cast.planner):
        with pytest.raises(PermissionDenied):
            sms(customer, by)
    assert not Contact.objects.exists()


def test_messages_count_against_the_next_call_and_service_does_not(cast, customer):
    give(customer, cast.wang, granted=True, channel="sms")
    running = {"in_running_campaign": True, "offers_suit": True}

    def check():
        asked = replace(facts(customer), **running)
        return may_call(asked, now=NOW, is_working_day=True, calling=calling(), contact=contacting()).codes

    sms(customer, cast.wang)
    for _ in range(5):
        services.note_contact(customer, channel="sms", kind="service", subject="maturity", by=cast.wang, at=NOW)
    assert check() == ()
    sms(customer, cast.wang)
    assert check() == ("marketing_week",)
    assert queries.budget_of(customer, NOW).left == 2


def test_the_facts_hold_enough_of_a_long_past_over_every_channel(cast, customer):
    """Thirty messages are not thirty rows read, and do not hide the call before them."""
    for hours in range(30):
        services.record_contact(customer, channel="sms", reached=True, source_ref="", at=NOW - timedelta(hours=hours))
    services.record_contact(customer, channel="call", reached=True, source_ref="", at=NOW - timedelta(days=6))
    found = facts(customer).contacts
    assert len(found) == 5
    assert found[-1].channel == "call"
    running = replace(facts(customer), in_running_campaign=True, offers_suit=True)
    verdict = may_call(running, now=NOW, is_working_day=True, calling=calling(), contact=contacting())
    assert verdict.codes == ("reached_recently", "marketing_week", "marketing_month")


def test_service_needs_a_subject_and_marketing_has_none(cast, customer):
    for kind, subject in (("service", ""), ("marketing", "maturity")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(customer=customer, channel="sms", kind=kind, subject=subject, reached=True, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_both_take_the_last_message(transactional_db, cast, customer):
    give(customer, cast.wang, granted=True, channel="sms")
    sms(customer, cast.wang)
    start, told = threading.Barrier(4), []

    def send(by):
        try:
            start.wait()
            sms(Customer.objects.everyone().get(pk=customer.pk), by)
            told.append(())
        except Refused as refusal:
            told.append(refusal.verdict.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(by,)) for by in (cast.wang, cast.zhao, cast.wang, cast.zhao)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [(), *[("marketing_week", "channel_month")] * 3]
    assert Contact.objects.count() == 2
