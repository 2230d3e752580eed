"""The demo's messages: noted by managers before they were sent, within the caps, shown on the customer's page."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from jiugong_desk.consent.models import Contact
from jiugong_desk.consent.queries import budget_of
from jiugong_desk.demo import story
from jiugong_desk.demo.people import find_people

pytestmark = pytest.mark.django_db


def test_managers_wrote_to_some_of_their_customers(built, sign_in):
    noted = Contact.objects.filter(by__isnull=False)
    kinds = Counter(noted.values_list("channel", "kind"))
    assert set(kinds) == {("wecom", "marketing"), ("wecom", "service"), ("sms", "marketing"), ("sms", "service")}
    assert min(kinds.values()) >= 2
    assert {contact.by for contact in noted} <= set(find_people().managers)
    written_to = noted.filter(kind="marketing").order_by("pk").first()
    assert written_to.customer.manager == written_to.by
    left = budget_of(written_to.customer, story.now())
    assert left.left < left.limit
    page = sign_in(written_to.by).get(reverse("customer", args=[written_to.customer.ref]))
    assert f"30 天内还可营销 {left.left}/{left.limit} 次" in page.text


def test_nobody_was_contacted_more_often_than_the_policy_says(built):
    made = Counter(
        Contact.objects.filter(kind="marketing", reached=True, by__isnull=False).values_list("customer", "channel")
    )
    assert made
    assert max(made.values()) <= 2
