"""What the extract says of consent: it may always withdraw, and never undoes what a customer told us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent import queries, services
from jiugong_desk.consent.models import ConsentRecord, DoNotCall
from jiugong_desk.consent.rules import eligibility
from jiugong_desk.customers.models import Customer
from tests.support.bank_tables import make_snapshot, person
from tests.support.cast import NOW, make_customer


@pytest.fixture
def people(cast):
    return [make_customer(cast.north, cast.wang, consent=False, customer_no=f"K0000{n}") for n in range(1, 5)]


def load(cast, folder, *persons):
    return services.load_consents(make_snapshot(folder, customers=list(persons)), by=cast.steward, at=NOW)


def says(n, call, sms=None, never=False):
    return person(n, consent_call=call, consent_sms=sms, do_not_call=never)


def facts(customer):
    return queries.contact_facts([customer.pk])[customer.pk]


def test_only_who_loads_data_may_load(cast, people, tmp_path):
    snapshot = make_snapshot(tmp_path, customers=[says(1, True)])
    for by in (cast.wang, cast.compliance, cast.admin):
        with pytest.raises(PermissionDenied):
            services.load_consents(snapshot, by=by, at=NOW)
    assert not ConsentRecord.objects.exists()
    assert not AuditRecord.objects.exists()


def test_consents_refusals_and_silence_are_told_apart(cast, people, tmp_path):
    result = load(
        cast, tmp_path, says(1, True, False), says(2, False), says(3, None), says(4, True, never=True), says(9, True)
    )
    assert (result.granted, result.withdrawn, result.do_not_call, result.kept_withdrawn) == (2, 2, 1, 0)
    assert [facts(customer).consent for customer in people] == [True, False, None, True]
    assert [eligibility(facts(customer)).codes for customer in people] == [
        (), ("no_consent",), ("no_consent",), ("do_not_call",),
    ]  # fmt: skip
    record = AuditRecord.objects.get()
    assert (record.verb, record.chain) == ("consents.loaded", "BR01")


def test_the_same_extract_again_adds_nothing(cast, people, tmp_path):
    load(cast, tmp_path, says(1, True), says(2, False, never=True))
    before = list(ConsentRecord.objects.values_list("pk", flat=True))
    again = load(cast, tmp_path, says(1, True), says(2, False, never=True))
    assert not again.wrote
    assert list(ConsentRecord.objects.values_list("pk", flat=True)) == before
    assert AuditRecord.objects.count() == 1


def test_an_extract_never_undoes_a_withdrawal_recorded_here(cast, people, tmp_path):
    load(cast, tmp_path, says(1, True))
    services.record_consent(
        people[0],
        channel="call",
        granted=False,
        text_version="v1",
        evidence="来电",
        by=cast.wang,
        at=NOW + timedelta(days=1),
    )
    later = load(cast, tmp_path / "later", says(1, True))
    assert (later.granted, later.kept_withdrawn) == (0, 1)
    assert facts(people[0]).consent is False


def test_an_extract_may_withdraw_and_grant_what_extracts_said_before(cast, people, tmp_path):
    for n, granted in enumerate((True, False, True)):
        load(cast, tmp_path / str(n), says(1, granted))
        assert facts(people[0]).consent is granted


def test_an_extract_never_takes_off_the_do_not_call_list(cast, people, tmp_path):
    services.stop_calling(people[0], source="call", by=cast.wang, at=NOW)
    load(cast, tmp_path, says(1, True, never=False))
    assert DoNotCall.objects.get().source == "call"
    assert Customer.objects.everyone().count() == 4
