"""What the launch gate gathers: people, roster, offers, the first day, and who by name can mend a line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.checklist import Mender, conditions
from jiugong_desk.campaigns.gate import is_approved, plan_facts
from jiugong_desk.campaigns.menders import menders
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact
from jiugong_desk.core.errors import Refused
from jiugong_desk.duty import services as duty
from jiugong_desk.products import services as products
from jiugong_desk.products.models import Offer
from tests.support import plans
from tests.support.cast import NOW, make_staff
from tests.support.products import make_offer, offer_values

pytestmark = pytest.mark.django_db


def facts(campaign, at=NOW):
    campaign.refresh_from_db()
    return plan_facts(campaign, at=at)


def red(campaign, at=NOW):
    return {line.code: line.reason for line in conditions(facts(campaign, at)) if not line.met}


def test_an_approved_and_learned_plan_is_ready(cast):
    plans.customers(cast)
    assert red(plans.approved(cast)) == {}


def test_leave_without_cover_is_a_hole_that_the_head_mends_and_cover_closes(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    day = date(2026, 1, 8)
    absence = duty.record(cast.wang, first_day=day, last_day=day, kind="annual", cover=None, by=cast.zhao, at=NOW)
    reason = red(campaign)["roster"]
    assert "王晓北(1001) 01-08" in str(reason)
    assert "北门网点 01-08 无人在岗" in str(reason)
    assert str(cast.zhao) in str(reason.remedy)
    with pytest.raises(Refused) as refusal:
        services.launch(campaign, by=cast.management, at=NOW)
    assert refusal.value.verdict.codes == ("roster",)
    duty.cancel(absence, by=cast.zhao, at=NOW)
    assert red(campaign) == {}


def test_leave_lowers_what_can_be_called(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    before = facts(campaign).staffing.capacity
    day = date(2026, 1, 8)
    duty.record(cast.wang, first_day=day, last_day=day + timedelta(1), kind="annual", cover=None, by=cast.zhao, at=NOW)
    assert facts(campaign).staffing.capacity == before - 2 * 40


def test_whoever_has_not_passed_is_named(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    plans.decide("plan_review", campaign, by=cast.compliance)
    plans.decide("plan", campaign, by=cast.management)
    plans.learn(campaign, cast.wang)
    assert set(red(campaign)) == {"trained"}
    assert str(cast.li) in str(red(campaign)["trained"].remedy)
    assert str(cast.wang) not in str(red(campaign)["trained"].remedy)
    plans.learn(campaign, cast.li)
    assert red(campaign) == {}


def test_an_incentive_is_authorised_by_finance_who_wrote_nothing_of_it(cast):
    plans.customers(cast)
    finance = make_staff("9009", "蒋财", "finance_hr", cast.branch)
    campaign = plans.approved(cast, incentive="按网点质量得分发放团队奖励。")
    assert set(red(campaign)) == {"incentive"}
    assert str(finance) in str(red(campaign)["incentive"].remedy)
    plans.decide("incentive", campaign, by=finance)
    assert red(campaign) == {}
    assert services.launch(campaign, by=cast.management, at=NOW).treated == 16


def test_finance_that_sends_back_takes_the_plan_back(cast):
    plans.customers(cast)
    finance = make_staff("9009", "蒋财", "finance_hr", cast.branch)
    campaign = plans.approved(cast, incentive="按网点质量得分发放团队奖励。")
    plans.decide("incentive", campaign, by=finance, approve=False, comment="总额没有写明")
    assert campaign.state == "draft"
    services.submit(campaign, by=cast.planner, at=NOW)
    assert not is_approved(campaign)


def test_who_was_reached_last_week_is_not_callable_on_the_first_day(cast):
    people = plans.customers(cast)
    campaign = plans.approved(cast, holdout_size=1)
    treated = ListEntry.objects.everyone().filter(campaign=campaign, arm="treated")
    for pk in treated.values_list("customer", flat=True)[:3]:
        Contact.objects.create(customer_id=pk, at=NOW - timedelta(days=1), channel="call", reached=True)
    first = facts(campaign).day_one
    assert (first.day, first.listed, first.checked, first.callable) == (date(2026, 1, 7), len(people) - 1, 19, 16)
    assert [number for _why, number in first.against] == [3]


def test_a_first_day_without_anybody_stops_the_launch_and_says_why(cast):
    for person in plans.customers(cast):
        Contact.objects.create(customer=person, at=NOW - timedelta(days=1), channel="call", reached=True)
    campaign = plans.approved(cast)
    assert set(red(campaign)) == {"day_one"}
    assert "最近 7 天内已有 1 次营销电话接通 16" in str(red(campaign)["day_one"])


def test_no_working_day_left_is_said(cast):
    plans.customers(cast)
    campaign = plans.approved(cast)
    assert facts(campaign, at=NOW + timedelta(days=60)).day_one.day is None


def test_the_mender_is_a_person_who_may_and_is_no_maker(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    make_staff("9104", "周策", "management", cast.branch, person_key=cast.planner.person_key)
    found = menders(campaign, untrained=[], short_at=[cast.south])
    assert found[Mender.PLANNER] == str(cast.planner)
    assert found[Mender.APPROVER] == str(cast.management)
    assert found[Mender.COMPLIANCE] == str(cast.compliance)
    assert found[Mender.FINANCE] == ""
    assert found[Mender.ROSTER] == ""  # the head of the north has nothing to say in the south
    other = make_staff("9105", "何策", "planner", cast.branch)
    cast.planner.postings.update(ended_on=date(2026, 1, 1))
    assert menders(campaign, untrained=[], short_at=[])[Mender.PLANNER] == str(other)
    many = [make_staff(f"31{n:02d}", f"经理{n}", "customer_manager", cast.north) for n in range(5)]
    assert menders(campaign, untrained=many, short_at=[])[Mender.LEARNERS].endswith("等 5 人")


def test_an_offer_that_ends_before_the_campaign_may_not_be_promised(cast):
    plans.customers(cast)
    offer = products.draft_offer(
        {
            "product": None, "kind": "service", "title": "免费资金规划", "text": "面谈后提供一份书面建议。",
            "cost": Decimal(0), "quota": None, "valid_from": date(2026, 1, 1), "valid_until": date(2026, 1, 20),
        },
        by=cast.planner, at=NOW,
    )  # fmt: skip
    campaign = plans.drafted(cast, offers=[offer.ref])
    plans.assess(campaign)
    with pytest.raises(Refused) as refusal:
        services.submit(campaign, by=cast.planner, at=NOW)
    assert refusal.value.verdict.codes == ("offers",)
    assert "2026-01-20 到期" in str(refusal.value.verdict)


def test_a_budget_below_what_the_forecast_expects_is_not_handed_in(cast):
    plans.customers(cast)
    campaign = plans.drafted(cast, budget=Decimal("0.01"))
    plans.assess(campaign)
    with pytest.raises(Refused) as refusal:
        services.submit(campaign, by=cast.planner, at=NOW)
    assert refusal.value.verdict.codes == ("budget",)


def test_an_offer_that_changes_after_the_approval_sends_the_planner_round_again(cast):
    plans.customers(cast)
    offer = make_offer(cast.planner)
    campaign = plans.approved(cast, offers=[offer.ref])
    assert facts(campaign).waiting == frozenset()
    with pytest.raises(Refused) as refusal:
        products.edit_offer(offer, offer_values(text="到店优先。"), version=offer.version, by=cast.planner, at=NOW)
    assert refusal.value.verdict.codes == ("offer_promised",)
    Offer.objects.filter(pk=offer.pk).update(text="提前预约，到店优先接待。")  # past the page
    found = red(campaign)
    assert set(found) == {"reviewed", "approved"}
    assert all(f"提交审批：{cast.planner}" in str(reason.remedy) for reason in found.values())


def test_what_waits_is_named_with_its_decider_and_a_draft_with_its_planner(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    plans.decide("plan_review", campaign, by=cast.compliance)
    assert facts(campaign).waiting == frozenset({"approved"})
    assert str(cast.management) in str(red(campaign)["approved"].remedy)
    assert str(cast.management) in str(red(campaign)["sealed"].remedy)
    services.edit(campaign, version=campaign.version, by=cast.planner, at=NOW, means="电话联系。")
    assert {str(cast.planner) in str(red(campaign)[line].remedy) for line in ("reviewed", "approved", "sealed")} == {
        True
    }


def test_customers_of_outlets_where_nobody_takes_part_are_named(cast):
    plans.customers(cast)
    campaign = plans.drafted(cast)
    assert facts(campaign).staffing.unserved == ()
    services.set_participants(campaign, daily_calls={cast.wang: 40}, by=cast.planner, at=NOW)
    assert facts(campaign).staffing.unserved == ("南门网点 10 户",)
