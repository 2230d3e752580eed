"""The customer page: who is held out is known to who plans and reviews, and never to who calls."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import ListEntry
from tests.support import plans
from tests.support.cast import NOW, make_campaign, make_customer, make_entry

CHANGING = re.compile(r'name="csrfmiddlewaretoken"[^>]*|X-CSRFToken[^}]*')


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang,), launched_at=NOW)


def page(client, customer):
    return client.get(reverse("customer", args=[customer.ref]))


def words(answer, customer) -> str:
    """The page without what differs between any two customers: refs, number, tokens."""
    text = CHANGING.sub("", answer.text).replace(customer.ref, "REF").replace(customer.customer_no, "NO")
    return text.replace(customer.masked_mobile, "PHONE")


@pytest.mark.parametrize("who", ["wang", "zhao"])
def test_to_who_calls_a_held_out_customer_looks_like_one_on_no_list(cast, campaign, login, who):
    held_out, outside = make_customer(cast.north, cast.wang), make_customer(cast.north, cast.wang)
    make_entry(campaign, held_out, arm="held_out")
    client = login(getattr(cast, who))
    seen = words(page(client, held_out), held_out)
    assert "不在进行中的活动名单" in seen
    assert "保留组" not in seen
    assert seen == words(page(client, outside), outside)


@pytest.mark.parametrize("who", ["planner", "department", "compliance", "management", "auditor"])
def test_who_plans_and_reviews_sees_the_hold_out(cast, campaign, login, who):
    held_out = make_customer(cast.north, cast.wang)
    make_entry(campaign, held_out, arm="held_out")
    text = page(login(getattr(cast, who)), held_out).text
    for expected in ("保留组", "抽签列入保留组", campaign.title, "活动期内不作营销联系"):
        assert expected in text


def test_the_manager_sees_his_entry_its_state_and_the_way_to_the_plan(cast, campaign, login):
    customer = make_customer(cast.north, cast.wang)
    make_entry(campaign, customer, cast.wang)
    text = page(login(cast.wang), customer).text
    for expected in (campaign.title, "待拨打", "王晓北", "列入活动名单", reverse("campaign", args=[campaign.ref])):
        assert expected in text


def test_an_entry_dealt_to_a_colleague_is_not_shown_to_the_owner(cast, campaign, login):
    customer = make_customer(cast.north, cast.wang)
    make_entry(campaign, customer, cast.sun)
    assert "不在进行中的活动名单" in page(login(cast.wang), customer).text


def test_after_the_close_the_list_is_history(cast, campaign, login):
    customer = make_customer(cast.north, cast.wang)
    make_entry(campaign, customer, cast.wang)
    services.close(campaign, by=cast.management, at=NOW)
    text = page(login(cast.wang), customer).text
    assert "不在进行中的活动名单" in text
    assert "活动结束" in text


def test_a_real_launch_shows_the_hold_out_to_the_planner_only(cast, login):
    plans.customers(cast)
    campaign = plans.launched(cast)
    drawn = ListEntry.objects.everyone().filter(campaign=campaign, arm="held_out", customer__manager=cast.wang)
    person = drawn.select_related("customer").first().customer
    assert "保留组" in page(login(cast.planner), person).text
    assert "保留组" not in page(login(cast.wang), person).text
