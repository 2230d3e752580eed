from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.audit.models import AuditChain, AuditRecord
from jiugong_desk.calls import services
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact, DoNotCall
from jiugong_desk.core.clock import midnight
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import Customer
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

HOUR = timedelta(hours=1)


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun))


@pytest.fixture
def deal(cast, campaign):
    """`deal(manager, **entry values)`: one more customer of North on the list."""

    def make(manager=cast.wang, *, consent=True, customer=None, in_campaign=None, **values):
        customer = customer or make_customer(cast.north, manager, consent=consent)
        return make_entry(in_campaign or campaign, customer, manager, **values)

    return make


def claim(staff, at=NOW, campaign=None):
    return services.claim_next(campaign, by=staff, at=at)


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True))


def test_a_claim_is_a_lease_with_one_audit_record(cast, deal):
    entry = deal()
    claimed = claim(cast.wang)
    assert claimed == entry
    entry.refresh_from_db()
    assert (entry.claimed_by, entry.claimed_at) == (cast.wang, NOW)
    assert entry.lease_until == NOW + timedelta(minutes=20)
    assert verbs() == ["entry.claimed"]


def test_a_claim_costs_a_bounded_number_of_queries(cast, deal, django_assert_max_num_queries):
    for _ in range(5):
        deal()
    assert cast.wang.may("call.work")
    AuditChain.objects.create(name="OU01", head="0" * 64)
    with django_assert_max_num_queries(21):
        assert claim(cast.wang)


def test_nobody_gets_what_is_another_managers(cast, deal):
    deal(cast.wang)
    assert claim(cast.sun) is None
    assert claim(cast.li) is None
    assert verbs() == []


def test_only_callers_claim(cast, deal):
    entry = deal()
    for staff in (cast.zhao, cast.auditor, cast.admin):
        with pytest.raises(PermissionDenied):
            claim(staff)
        with pytest.raises(PermissionDenied):
            services.claim(entry, by=staff, at=NOW)
    assert verbs() == []


def test_with_one_open_the_same_comes_back_until_it_is_done(cast, deal):
    deal(), deal()
    first = claim(cast.wang)
    assert claim(cast.wang) == first
    assert verbs() == ["entry.claimed"]


def test_an_expired_lease_comes_back(cast, campaign, deal):
    entry = deal()
    claim(cast.wang)
    ListEntry.objects.everyone().update(manager=cast.sun)  # the head has dealt him anew
    assert claim(cast.sun, NOW + timedelta(minutes=19)) is None
    assert claim(cast.sun, NOW + timedelta(minutes=21)) == entry


def test_order_is_callback_then_fresh_then_retry(cast, deal):
    retry = deal(attempts=1, last_attempt_at=NOW - 30 * HOUR, due_at=NOW - HOUR)
    poor, rich = deal(), deal()
    Customer.objects.everyone().filter(pk=rich.customer_id).update(potential_value=Decimal(900))
    callback = deal(state="callback", attempts=1, last_attempt_at=NOW - 2 * HOUR, due_at=NOW - HOUR)
    deal(state="callback", attempts=1, due_at=NOW + HOUR)  # not yet
    deal(attempts=1, due_at=NOW + HOUR)  # not yet
    offered = []
    moment = NOW
    while entry := claim(cast.wang, moment):
        offered.append(entry)
        ListEntry.objects.everyone().filter(pk=entry.pk).update(
            state="done", claimed_by=None, claimed_at=None, lease_until=None
        )
    assert offered == [callback, rich, poor, retry]


def test_what_was_given_back_comes_last_of_its_kind(cast, deal):
    first, second = deal(), deal()
    assert claim(cast.wang) == first
    services.release(first, reason="prepare", by=cast.wang, at=NOW)
    assert claim(cast.wang) == second
    services.release(second, reason="line", by=cast.wang, at=NOW)
    assert claim(cast.wang) == first
    assert verbs() == ["entry.claimed", "entry.released"] * 2 + ["entry.claimed"]
    first.refresh_from_db()
    assert first.releases == 1


def test_giving_back_needs_a_known_reason_and_the_lease(cast, deal):
    entry = deal()
    with pytest.raises(Stale):
        services.release(entry, reason="line", by=cast.wang, at=NOW)
    claim(cast.wang)
    with pytest.raises(AssertionError):
        services.release(entry, reason="不想打", by=cast.wang, at=NOW)
    with pytest.raises(Stale):
        services.release(entry, reason="line", by=cast.sun, at=NOW)
    assert verbs() == ["entry.claimed"]


def test_what_nobody_was_dealt_goes_to_a_participant_after_his_own(cast, campaign, deal):
    pool = deal(None)
    own = deal(cast.wang)
    assert claim(cast.li) is None  # takes no part
    assert claim(cast.wang) == own
    assert claim(cast.sun) == pool
    pool.refresh_from_db()
    assert pool.manager == cast.sun
    assert Customer.objects.visible_to(cast.sun).filter(pk=pool.customer_id).exists()
    assert verbs() == ["entry.claimed", "entry.claimed"]


def test_who_may_no_longer_be_called_is_closed_with_the_reason_and_the_next_is_offered(cast, deal):
    refusing, without, fine = deal(), deal(consent=False), deal()
    DoNotCall.objects.create(customer=refusing.customer, since=NOW, source="test")
    assert claim(cast.wang) == fine
    records = AuditRecord.objects.order_by("pk")
    assert [(row.verb, row.about_ref) for row in records] == [
        ("entry.closed", refusing.ref),
        ("entry.closed", without.ref),
        ("entry.claimed", fine.ref),
    ]
    assert [row.facts for row in records[:2]] == ['{"code":"do_not_call"}', '{"code":"no_consent"}']
    for entry in (refusing, without):
        entry.refresh_from_db()
        assert (entry.state, entry.claimed_by) == ("closed", None)


def test_attempts_used_up_close_the_entry(cast, deal):
    entry = deal(attempts=3)
    assert claim(cast.wang) is None
    entry.refresh_from_db()
    assert entry.state == "closed"


def test_who_was_reached_this_week_stays_on_the_list_for_later(cast, deal):
    entry = deal()
    Contact.objects.create(customer=entry.customer, at=NOW - 48 * HOUR, channel="call", reached=True)
    assert claim(cast.wang) is None
    entry.refresh_from_db()
    assert entry.state == "open"
    assert entry.due_at == midnight(NOW.date() + timedelta(days=1))  # asked again tomorrow, not at every claim
    assert claim(cast.wang, NOW + timedelta(days=5, hours=4)) == entry  # Monday
    assert verbs() == ["entry.claimed"]


def test_who_is_sixty_is_passed_over_early_and_called_when_his_hours_begin(cast, deal, django_assert_max_num_queries):
    early = NOW.replace(hour=9, minute=5)
    young = deal()
    old = [deal() for _ in range(3)]
    for entry in old:
        Customer.objects.everyone().filter(pk=entry.customer_id).update(birth_date=date(1950, 1, 1), potential_value=99)
    assert claim(cast.wang, early) == young
    assert {entry.due_at for entry in ListEntry.objects.everyone().exclude(pk=young.pk)} == {
        NOW.replace(hour=10, minute=0)
    }
    services.release(young, reason="line", by=cast.wang, at=early)
    with django_assert_max_num_queries(22):  # nobody is asked about twice
        assert claim(cast.wang, early + timedelta(minutes=1)) == young
    services.release(young, reason="line", by=cast.wang, at=early)
    assert claim(cast.wang, NOW.replace(hour=10, minute=0)) in old


def test_a_promise_that_may_not_be_kept_now_keeps_its_time(cast, deal):
    entry = deal(state="callback", due_at=NOW - HOUR, attempts=1, last_attempt_at=NOW - HOUR / 2)
    assert claim(cast.wang) is None
    entry.refresh_from_db()
    assert (entry.state, entry.due_at) == ("callback", NOW - HOUR)


@pytest.mark.parametrize(
    "moment",
    [NOW.replace(hour=8, minute=59), NOW.replace(hour=12, minute=0), datetime(2026, 1, 10, 10, 0, tzinfo=SHANGHAI)],
    ids=["early", "noon", "Saturday"],
)
def test_outside_hours_nothing_is_offered_and_nothing_changes(cast, deal, moment):
    refusing = deal()
    DoNotCall.objects.create(customer=refusing.customer, since=NOW, source="test")
    deal()
    assert claim(cast.wang, moment) is None
    assert verbs() == []


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "paused", "closed"])
def test_only_a_running_campaign_is_called(cast, campaign, deal, state):
    deal()
    type(campaign).objects.everyone().update(state=state)
    assert claim(cast.wang) is None


def test_a_campaign_outside_its_dates_is_not_called(cast, campaign, deal):
    deal()
    type(campaign).objects.everyone().update(ends_on=date(2026, 1, 6))
    assert claim(cast.wang) is None


def test_the_hold_out_is_never_offered(cast, deal):
    entry = deal(arm="held_out")
    assert claim(cast.wang) is None
    with pytest.raises(Refused) as refusal:
        services.claim(entry, by=cast.wang, at=NOW)
    assert "held_out" in codes(refusal)


def test_one_campaign_only(cast, campaign, deal):
    other = make_campaign(cast, participants=(cast.wang,))
    deal()
    entry = deal(in_campaign=other)
    assert claim(cast.wang, campaign=other) == entry


def test_a_customer_on_two_lists_is_with_one_person_at_a_time(cast, deal):
    entry = deal(cast.wang)
    other = make_campaign(cast, title="第二个活动", participants=(cast.sun,))
    twin = deal(cast.sun, customer=entry.customer, in_campaign=other)
    assert claim(cast.wang) == entry
    assert claim(cast.sun) is None
    with pytest.raises(Stale) as refusal:
        services.claim(twin, by=cast.sun, at=NOW)
    assert codes(refusal) == ("claimed_by_another",)


class TestClaimingOneEntry:
    def test_a_chosen_customer_of_ones_own(self, cast, deal):
        deal()
        chosen = deal()
        assert services.claim(chosen, by=cast.wang, at=NOW) == chosen
        assert services.claim(chosen, by=cast.wang, at=NOW) == chosen
        assert verbs() == ["entry.claimed"]

    def test_not_a_second_one(self, cast, deal):
        deal()
        chosen = deal()
        claim(cast.wang)
        with pytest.raises(Refused) as refusal:
            services.claim(chosen, by=cast.wang, at=NOW)
        assert codes(refusal) == ("open_claim",)

    def test_not_another_managers(self, cast, deal):
        with pytest.raises(Refused) as refusal:
            services.claim(deal(cast.wang), by=cast.sun, at=NOW)
        assert codes(refusal) == ("not_dealt_to_you",)

    def test_not_what_is_done(self, cast, deal):
        with pytest.raises(Stale):
            services.claim(deal(state="done"), by=cast.wang, at=NOW)

    def test_the_reason_is_said(self, cast, deal):
        entry = deal(attempts=1, last_attempt_at=NOW - HOUR)
        with pytest.raises(Refused) as refusal:
            services.claim(entry, by=cast.wang, at=NOW)
        assert codes(refusal) == ("too_soon",)
        assert verbs() == []


class TestTheNumber:
    def test_is_shown_to_the_holder_and_audited(self, cast, deal):
        entry = deal()
        claim(cast.wang)
        assert services.show_number(entry, by=cast.wang, at=NOW) == entry.customer.mobile
        assert verbs() == ["entry.claimed", "customer.revealed"]
        assert not AuditRecord.objects.filter(facts__contains=entry.customer.mobile).exists()

    def test_is_not_shown_without_the_lease(self, cast, deal):
        entry = deal()
        with pytest.raises(Stale):
            services.show_number(entry, by=cast.wang, at=NOW)
        claim(cast.wang)
        for staff, at in ((cast.sun, NOW), (cast.wang, NOW + HOUR)):
            with pytest.raises(Stale):
                services.show_number(entry, by=staff, at=at)
        assert verbs() == ["entry.claimed"]

    def test_is_not_shown_after_a_refusal_of_a_minute_ago(self, cast, deal):
        entry = deal()
        claim(cast.wang)
        DoNotCall.objects.create(customer=entry.customer, since=NOW, source="counter")
        with pytest.raises(Refused) as refusal:
            services.show_number(entry, by=cast.wang, at=NOW)
        assert codes(refusal) == ("do_not_call",)
        assert verbs() == ["entry.claimed"]

    def test_renews_the_lease_for_a_long_talk(self, cast, deal):
        entry = deal()
        claim(cast.wang)
        services.show_number(entry, by=cast.wang, at=NOW + timedelta(minutes=15))
        entry.refresh_from_db()
        assert entry.lease_until == NOW + timedelta(minutes=35)


def test_an_open_page_renews_the_lease_but_not_for_ever(cast, deal):
    entry = deal()
    claim(cast.wang)
    for minutes in (15, 30, 45, 59):
        assert services.extend(entry, by=cast.wang, at=NOW + timedelta(minutes=minutes))
    assert not services.extend(entry, by=cast.wang, at=NOW + timedelta(minutes=61))
    assert not services.extend(entry, by=cast.sun, at=NOW)


def test_showing_the_number_renews_the_lease_no_longer_than_an_open_page(cast, deal):
    entry = deal()
    claim(cast.wang)
    for minutes in (15, 30, 45, 59):
        services.show_number(entry, by=cast.wang, at=NOW + timedelta(minutes=minutes))
    ends = NOW + timedelta(minutes=79)
    assert services.show_number(entry, by=cast.wang, at=NOW + timedelta(minutes=70))
    entry.refresh_from_db()
    assert entry.lease_until == ends
    with pytest.raises(Stale):
        services.show_number(entry, by=cast.wang, at=ends + timedelta(seconds=1))


def test_given_back_after_a_refusal_elsewhere_he_comes_to_nobody(cast):
    entry = make_entry(make_campaign(cast, participants=(cast.wang,)), make_customer(cast.north, cast.wang), cast.wang)
    services.claim(entry, by=cast.wang, at=NOW)
    DoNotCall.objects.create(customer=entry.customer, since=NOW, source="branch")
    services.release(entry, reason="prepare", by=cast.wang, at=NOW)
    entry.refresh_from_db()
    assert (entry.state, entry.claimed_by, entry.due_at) == ("closed", None, None)
    assert list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True)) == [
        "entry.claimed", "entry.released", "entry.closed",
    ]  # fmt: skip


def test_nobody_is_taken_in_a_campaign_paused_meanwhile(cast, deal, campaign):
    """The guard asks the campaign itself, not what was read before the wait for one's turn."""
    entry = deal()
    read = ListEntry.objects.everyone().select_related("campaign").get(pk=entry.pk)
    type(campaign).objects.everyone().filter(pk=campaign.pk).update(state="paused")
    with pytest.raises(Refused) as error:
        services.claim(read, by=cast.wang, at=NOW)
    assert codes(error) == ("campaign_not_running",)
    assert not ListEntry.objects.everyone().filter(claimed_by=cast.wang).exists()
