"""The launch: everything or nothing, drawn by lot, dealt by ownership; then pause, resume, close."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiugong.evaluate import draw_holdout
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import DoNotCall
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Assignment, Customer, Loan
from jiugong_desk.scripts.services import create_script
from tests.support import plans
from tests.support.cast import NOW, make_customer
from tests.support.scripts import conforming

pytestmark = pytest.mark.django_db


def entries(campaign):
    return ListEntry.objects.everyone().filter(campaign=campaign)


@pytest.mark.parametrize("who", ["planner", "compliance", "wang", "auditor"])
def test_only_management_launches_and_nothing_is_written(cast, who):
    plans.customers(cast)
    campaign = plans.approved(cast)
    with pytest.raises(PermissionDenied):
        services.launch(campaign, by=getattr(cast, who), at=NOW)
    assert ListEntry.objects.everyone().count() == 0


def test_the_list_is_frozen_with_its_draw(cast):
    people = plans.customers(cast)
    campaign = plans.approved(cast)
    result = services.launch(campaign, by=cast.management, at=NOW)
    assert (result.audience, result.eligible, result.treated, result.held_out) == (20, 20, 16, 4)
    assert campaign.state == "launched"
    assert campaign.launched_at == NOW
    assert campaign.list_digest == result.list_digest
    numbers = [person.customer_no for person in people]
    drawn = draw_holdout(numbers, [f"5|{person.unit.code}" for person in people], size=4, seed="seed-1")
    listed = {entry.customer.customer_no: entry for entry in entries(campaign).select_related("customer")}
    assert {no for no, entry in listed.items() if entry.arm == "held_out"} == drawn.held_out
    assert {entry.probability for entry in listed.values()} == {Decimal("0.8")}
    assert {entry.stratum for entry in listed.values()} == {"5|OU01", "5|OU02"}


def test_the_same_plan_on_the_same_customers_draws_the_same_list(cast):
    plans.customers(cast)
    first = services.launch(plans.approved(cast), by=cast.management, at=NOW)
    ListEntry.objects.everyone().delete()
    second = services.launch(plans.approved(cast), by=cast.management, at=NOW)
    assert first.list_digest == second.list_digest
    ListEntry.objects.everyone().delete()
    other = services.launch(plans.approved(cast, seed="seed-2"), by=cast.management, at=NOW)
    assert other.list_digest != first.list_digest


def test_owners_keep_their_customers_and_the_rest_goes_to_colleagues_of_the_outlet(cast):
    owned = [make_customer(cast.north, cast.wang) for _ in range(6)]
    absent = [make_customer(cast.north, cast.sun) for _ in range(6)]  # Sun does not take part
    nobody = [make_customer(cast.sub_branch) for _ in range(6)]  # no participant at that place
    campaign = plans.approved(cast, holdout_size=1)
    result = services.launch(campaign, by=cast.management, at=NOW)
    dealt = dict(entries(campaign).filter(arm="treated").values_list("customer_id", "manager_id"))
    assert {dealt.get(person.pk, cast.wang.pk) for person in owned + absent} == {cast.wang.pk}
    assert {dealt.get(person.pk, cast.li.pk) for person in nobody} == {cast.li.pk}  # who has more room
    assert result.per_manager == {
        "1001": sum(p.pk in dealt for p in owned + absent),
        "2001": sum(p.pk in dealt for p in nobody),
    }
    assert result.handed_over == Assignment.objects.count() == sum(p.pk in dealt for p in absent + nobody)
    taken = next(p for p in absent if p.pk in dealt)
    assert Customer.objects.visible_to(cast.wang).filter(pk=taken.pk).exists()


def test_who_may_not_be_called_is_left_out_and_counted(cast):
    plans.customers(cast, 12)
    make_customer(cast.north, cast.wang, consent=False)
    make_customer(cast.north, cast.wang, status="frozen")
    DoNotCall.objects.create(customer=make_customer(cast.north, cast.wang), since=NOW, source="extract")
    pending = make_customer(cast.north, cast.wang)
    Loan.objects.filter(customer=pending).update(decision_pending=True)
    campaign = plans.approved(cast, holdout_size=2)
    result = services.launch(campaign, by=cast.management, at=NOW)
    assert result.left_out == {"no_consent": 1, "not_active": 1, "do_not_call": 1, "loan_decision_pending": 1}
    assert result.audience == result.treated + result.held_out + sum(result.left_out.values()) == 16
    assert campaign.left_out == result.left_out


def test_a_customer_is_on_one_running_list_only(cast):
    plans.customers(cast)
    plans.launched(cast)
    for _ in range(6):
        make_customer(cast.north, cast.wang)
    second = plans.approved(cast, holdout_size=1)
    result = services.launch(second, by=cast.management, at=NOW)
    assert result.left_out == {"in_other_campaign": 20}
    assert result.eligible == 6


def test_red_lines_refuse_the_launch_and_nothing_is_left(cast):
    people = plans.customers(cast)
    campaign = plans.approved(cast)
    campaign.participants.all().delete()
    Customer.objects.everyone().filter(pk__in=[p.pk for p in people[:18]]).update(status="closed")
    later = NOW + timedelta(days=60)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=later)
    assert refusal.value.verdict.codes == ("holdout", "participants", "period", "reviewed", "approved")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.list_digest) == ("approved", "")
    assert ListEntry.objects.everyone().count() == 0
    assert not AuditRecord.objects.filter(verb="campaign.launched").exists()


def test_a_script_that_was_not_reviewed_stops_the_launch(cast):
    plans.customers(cast)
    script = create_script(code="new", title="新话术", content=conforming(), by=cast.planner, at=NOW)
    campaign = plans.approved(cast, script=script)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("script_reviewed",)
    plans.decide("script", script, by=cast.compliance)
    campaign = Campaign.objects.everyone().get(pk=campaign.pk)
    services.launch(campaign, by=cast.management, at=NOW)
    assert campaign.state == "launched"


def test_the_hold_out_cannot_be_claimed_even_by_mistake(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    entry = entries(campaign).filter(arm="held_out").first()
    assert entry.manager is None
    with pytest.raises(IntegrityError), transaction.atomic():
        entries(campaign).filter(pk=entry.pk).update(claimed_by=cast.wang, lease_until=NOW)


def test_pause_resume_close(cast):
    plans.customers(cast)
    plans.make_customer(cast.north, cast.sun)
    campaign = plans.launched(cast)
    with pytest.raises(Refused):
        services.pause(campaign, reason=" ", by=cast.compliance, at=NOW)
    services.pause(campaign, reason="投诉超过阈值", by=cast.compliance, at=NOW)
    assert campaign.state == "paused"
    with pytest.raises(PermissionDenied):
        services.resume(campaign, by=cast.compliance, at=NOW)
    services.resume(campaign, by=cast.management, at=NOW)
    services.close(campaign, by=cast.management, at=NOW)
    assert (campaign.state, campaign.closed_at) == ("closed", NOW)
    assert not Assignment.objects.filter(ended_at=None).exists()
    with pytest.raises(Refused) as refusal:
        services.resume(campaign, by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("wrong_state",)
    states = list(campaign.changes.order_by("id").values_list("state", flat=True))
    assert states == ["draft", "submitted", "approved", "launched", "paused", "launched", "closed"]


def bulk_customers(cast, count):
    """Many customers without the cost of encryption."""
    from jiugong_desk.consent.models import ConsentRecord

    places = ((cast.north, cast.wang), (cast.south, cast.li))
    rows = [
        Customer(
            customer_no=f"B{number:07d}", unit=places[number % 2][0], manager=places[number % 2][1], level=number % 9 + 1,
            mobile_digest=f"{number:064d}",
        )
        for number in range(count)
    ]  # fmt: skip
    made = Customer.objects.bulk_create(rows, batch_size=1000)
    Loan.objects.bulk_create([Loan(customer=c, loan_no=c.customer_no, kind="mortgage_new_home") for c in made])
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(customer=c, channel="call", granted=True, text_version="v1", evidence="extract", at=NOW)
            for c in made
        ]
    )


@pytest.mark.parametrize(
    ("count", "seconds"), [(1_000, 3), pytest.param(20_000, 30, marks=pytest.mark.long)], ids=["1,000", "20,000"]
)
def test_a_launch_is_fast_and_takes_few_queries(cast, count, seconds, django_assert_max_num_queries):
    bulk_customers(cast, count)
    campaign = plans.drafted(cast, holdout_size=count // 5, ends_on=date(2026, 12, 30))
    services.set_participants(campaign, daily_calls={cast.wang: 200, cast.li: 200}, by=cast.planner, at=NOW)
    services.submit(campaign, by=cast.planner, at=NOW)
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    began = time.process_time()  # a shared machine stalls; what the database does is bounded by the queries
    with django_assert_max_num_queries(60 + count // 40):
        services.launch(campaign, by=cast.management, at=NOW)
    assert time.process_time() - began < seconds
    assert entries(campaign).filter(arm="held_out").count() == count // 5
