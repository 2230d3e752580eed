"""Whose customers somebody sees, as the database is asked."""

from __future__ import annotations

import pytest

from jiugong_desk.customers import models, services
from jiugong_desk.customers.models import Customer
from tests.support.cast import NOW, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def looking(cast):
    """Wang before a page."""
    cast.wang.looks_at = NOW
    return cast.wang


def seen(staff) -> set[Customer]:
    return set(Customer.objects.visible_to(staff))


def test_on_a_page_the_handed_over_are_asked_for_once_and_named(cast, looking, django_assert_num_queries):
    own, handed = make_customer(cast.north, cast.wang), make_customer(cast.north, cast.sun)
    services.assign(handed, staff=cast.wang, reason="cover", by=cast.zhao, at=NOW)
    assert seen(looking) == {own, handed}
    with django_assert_num_queries(1):
        assert seen(looking) == {own, handed}
    assert "assignment" not in str(Customer.objects.visible_to(looking).query)


def test_what_the_page_itself_hands_over_or_ends_is_seen_at_once(cast, looking):
    handed = make_customer(cast.north, cast.sun)
    assert seen(looking) == set()
    services.assign(handed, staff=looking, reason="cover", by=cast.zhao, at=NOW)
    assert seen(looking) == {handed}
    services.end_assignments(reason="cover", staff=looking, at=NOW)
    assert seen(looking) == set()


def test_more_than_fit_into_a_statement_are_still_seen(cast, looking, monkeypatch):
    monkeypatch.setattr(models, "HANDED_AT_MOST", 1)
    handed = [make_customer(cast.north, cast.sun) for _ in range(3)]
    for one in handed:
        services.assign(one, staff=cast.wang, reason="cover", by=cast.zhao, at=NOW)
    assert seen(looking) == set(handed)
