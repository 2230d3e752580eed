"""The launch: everything or nothing, drawn by lot, dealt by ownership; then pause, resume, close."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiugong.evaluate import draw_holdout, draw_holdout_by_engine
from jiugong.warehouse.engine import connect
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.consent.models import ConsentRecord, DoNotCall
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
    assert not entries(campaign).exclude(manager=None).exists()


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
    first, second, other = plans.approved(cast), plans.approved(cast), plans.approved(cast, seed="seed-2")
    assert first.sealed_digest == second.sealed_digest
    assert other.sealed_digest != first.sealed_digest
    assert services.launch(first, by=cast.management, at=NOW).list_digest == first.sealed_digest


def test_the_list_is_sealed_at_the_approval_and_nobody_is_added_later(cast):
    people = plans.customers(cast)
    campaign = plans.approved(cast)
    sealed = set(entries(campaign).values_list("customer", "arm"))
    assert len(sealed) == 20
    assert AuditRecord.objects.filter(verb="campaign.approved", facts__contains=campaign.sealed_digest).exists()
    make_customer(cast.north, cast.wang)
    ConsentRecord.objects.create(
        customer=people[0], channel="call", granted=False, text_version="v1", evidence="柜面", at=NOW
    )
    result = services.launch(campaign, by=cast.management, at=NOW)
    kept = set(entries(campaign).values_list("customer", "arm"))
    assert kept == {(pk, arm) for pk, arm in sealed if pk != people[0].pk}
    assert result.left_out == campaign.left_out == {"no_consent": 1}
    assert result.list_digest != campaign.sealed_digest


def test_a_sealed_list_that_was_touched_is_not_launched(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    entries(campaign).filter(arm="held_out").update(arm="treated")
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("holdout", "power", "sealed")


def test_a_plan_that_goes_back_loses_its_list(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, holdout_size=5)
    assert not entries(campaign).exists()
    assert (campaign.sealed_digest, campaign.left_out) == ("", {})


@pytest.mark.parametrize("unit", ["household", "manager", "outlet"])
def test_whole_households_managers_or_outlets_are_drawn(cast, unit):
    for number in range(12):
        manager, place = ((cast.wang, cast.north), (cast.sun, cast.north), (cast.li, cast.south))[number % 3]
        for _ in range(2):
            make_customer(place, manager, mobile=f"1400000{number:04d}")
    campaign = plans.approved(cast, holdout_unit=unit, holdout_size=8)
    rows = list(entries(campaign).values_list("cluster", "arm"))
    assert len(rows) == 24
    arms = {cluster: {arm for one, arm in rows if one == cluster} for cluster, _arm in rows}
    assert all(len(found) == 1 for found in arms.values())
    assert {arm for found in arms.values() for arm in found} == {"held_out", "treated"}
    assert len(arms) == {"household": 12, "manager": 3, "outlet": 2}[unit]
    services.launch(campaign, by=cast.management, at=NOW)
    assert campaign.held_out == entries(campaign).filter(arm="held_out").count()


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
    assert entries(second).count() == 6
    result = services.launch(second, by=cast.management, at=NOW)
    assert result.left_out == {"in_other_campaign": 20}
    assert result.eligible == 6


def test_red_lines_refuse_the_launch_and_nothing_is_left(cast):
    people = plans.customers(cast)
    campaign = plans.approved(cast)
    campaign.participants.all().delete()
    Customer.objects.everyone().filter(pk__in=[p.pk for p in people]).update(status="closed")
    later = NOW + timedelta(days=60)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=later)
    assert refusal.value.verdict.codes == (
        "period", "audience", "holdout", "power", "participants", "trained", "day_one", "reviewed", "approved",
    )  # fmt: skip
    campaign.refresh_from_db()
    assert (campaign.state, campaign.list_digest) == ("approved", "")
    assert entries(campaign).count() == 20
    assert not entries(campaign).exclude(manager=None).exists()
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
    services.pause(campaign, reason="网点检修", by=cast.management, at=NOW)
    assert campaign.state == "paused"
    with pytest.raises(PermissionDenied):
        services.resume(campaign, reason="检修完毕", by=cast.compliance, at=NOW)
    with pytest.raises(Refused):
        services.resume(campaign, reason=" ", by=cast.management, at=NOW)
    services.resume(campaign, reason="检修完毕", by=cast.management, at=NOW)
    assert campaign.changes.first().reason == "检修完毕"
    services.close(campaign, by=cast.management, at=NOW)
    assert (campaign.state, campaign.closed_at) == ("closed", NOW)
    assert not Assignment.objects.filter(ended_at=None).exists()
    with pytest.raises(Refused) as refusal:
        services.resume(campaign, reason="检修完毕", by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("wrong_state",)
    states = list(campaign.changes.order_by("id").values_list("state", flat=True))
    assert states == ["draft", "submitted", "approved", "launched", "paused", "launched", "closed"]


@pytest.mark.parametrize("by_rule", [False, True])
def test_what_compliance_or_the_complaint_rule_paused_compliance_alone_lifts(cast, by_rule):
    plans.customers(cast)
    campaign = plans.launched(cast)
    by = cast.department if by_rule else cast.compliance
    services.pause(campaign, reason="投诉超过阈值", by=by, at=NOW, by_rule=by_rule)
    with pytest.raises(Refused) as refusal:
        services.resume(campaign, reason="客户已安抚", by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("compliance_lifts",)
    for wrong in (cast.planner, cast.department):
        with pytest.raises(PermissionDenied):
            services.resume(campaign, reason="客户已安抚", by=wrong, at=NOW)
    with pytest.raises(Refused):
        services.resume(campaign, reason="", by=cast.compliance, at=NOW)
    services.resume(campaign, reason="逐件复核完毕", by=cast.compliance, at=NOW)
    assert campaign.state == "launched"


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
    plans.assess(campaign)
    services.submit(campaign, by=cast.planner, at=NOW)
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    plans.learn(campaign)
    began = time.process_time()  # a shared machine stalls; what the database does is bounded by the queries
    with django_assert_max_num_queries(60 + count // 40):
        services.launch(campaign, by=cast.management, at=NOW)
    assert time.process_time() - began < seconds
    assert entries(campaign).filter(arm="held_out").count() == count // 5


def test_the_desk_and_an_engine_draw_the_same_list(cast):
    """Whatever the desk's database (this runs on both): fixed numbers, a fixed seed, one list, one digest."""
    for number in range(60):
        place, manager = ((cast.north, cast.wang), (cast.south, cast.li))[number % 2]
        make_customer(place, manager, customer_no=f"客户{number:04d}", level=1 + number % 3)
    campaign = plans.approved(cast, holdout_size=13, seed="2026-春")
    rows = list(entries(campaign).values_list("customer__customer_no", "customer__level", "customer__unit__code"))
    table = pa.table({"no": [no for no, *_ in rows], "stratum": [f"{level}|{unit}" for _, level, unit in rows]})
    drawn = draw_holdout_by_engine(
        connect().create_table("listed", table), size=13, seed="2026-春", customer_id="no", stratum="stratum"
    )
    by_engine = {row["customer_id"] for row in drawn.to_pyarrow().to_pylist() if row["held_out"]}
    held_out = set(entries(campaign).filter(arm="held_out").values_list("customer__customer_no", flat=True))
    assert held_out == by_engine
    assert campaign.sealed_digest == "a42df8f4d8b276e51b4bcb8006ef18bb71c4832838d5ae38c7f73649eb858275"
    counts = Counter(entries(campaign).filter(arm="held_out").values_list("stratum", flat=True))
    assert set(counts.values()) <= {2, 3}  # 13 of 60 over six strata of ten
