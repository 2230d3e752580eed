"""Thousands of ids as one parameter find what a list finds."""

from __future__ import annotations

import pytest

from jiugong_desk.core.many import among
from jiugong_desk.customers.models import Customer
from tests.support.cast import make_customer

pytestmark = pytest.mark.django_db


def test_the_ids_are_found_and_no_others(cast, django_assert_num_queries):
    people = [make_customer(cast.north) for _ in range(4)]
    rows = Customer.objects.everyone().order_by("pk")
    with django_assert_num_queries(1):
        assert list(rows.filter(pk__in=among([people[3].pk, people[0].pk, 10**9]))) == [people[0], people[3]]
    assert not rows.filter(pk__in=among([])).exists()


def test_fifty_thousand_ids_are_one_parameter(cast):
    one = make_customer(cast.north)
    found = Customer.objects.everyone().filter(pk__in=among(range(50_000)))
    assert one in found or one.pk >= 50_000
    assert len(found.query.sql_with_params()[1]) == 1
