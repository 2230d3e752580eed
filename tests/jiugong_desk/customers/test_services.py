"""Answers, hand-overs and revealing, below the pages."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers import extension, services
from jiugong_desk.customers.extension import Badge, Panel, TimelineItem
from jiugong_desk.customers.identity import name_digest, normal, number_digest
from jiugong_desk.customers.models import Assignment, ProfileAnswer
from tests.support.cast import NOW, make_customer


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang)


def test_revealing_needs_the_permission(cast, customer):
    for by in (cast.auditor, cast.qian, cast.admin):
        with pytest.raises(PermissionDenied):
            services.reveal(customer, what="mobile", reason="致电前核对", by=by, at=NOW)
    assert not AuditRecord.objects.exists()


def test_revealing_needs_a_reason_with_content(cast, customer):
    with pytest.raises(Refused, match="reason_needed"):
        services.reveal(customer, what="mobile", reason="  看 看 ".strip()[:1], by=cast.wang, at=NOW)
    with pytest.raises(AssertionError):
        services.reveal(customer, what="password", reason="致电前核对", by=cast.wang, at=NOW)


def test_an_answer_is_kept_beside_the_older_one_and_is_ciphertext(cast, customer):
    for value in ("三口之家", "四口之家"):
        services.record_answer(
            customer, question="family", label="家庭", value=value, source_ref="r", by=cast.wang, at=NOW
        )
    assert sorted(ProfileAnswer.objects.values_list("value", flat=True)) == ["三口之家", "四口之家"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM customers_profileanswer")
        assert "之家" not in repr(cursor.fetchall())
    assert not AuditRecord.objects.exists()  # its caller, the call, has the record


def test_handing_over_twice_is_once_and_ends_by_reason(cast, customer):
    for _ in range(2):
        services.assign(customer, staff=cast.sun, reason="a", by=cast.zhao, at=NOW)
    services.assign(customer, staff=cast.sun, reason="b", by=cast.zhao, at=NOW, audit=False)
    assert Assignment.objects.count() == 2
    assert AuditRecord.objects.get().facts == '{"reason":"a","to":"1002"}'
    assert services.end_assignments(reason="a", at=NOW) == 1
    assert services.end_assignments(reason="a", at=NOW) == 0
    assert Assignment.objects.get(ended_at=None).reason == "b"


def test_names_and_numbers_are_compared_as_people_write_them():
    assert normal(" １３８ 0000-x ") == "1380000-X"
    assert name_digest("王 小明") == name_digest("王小明") != name_digest("王晓明")
    assert number_digest("99000019880501123x") == number_digest("９９000019880501123X")
    assert number_digest(None) == number_digest("") == ""


def test_other_rooms_add_events_panels_and_badges_once_each_in_order(cast, customer, monkeypatch):
    for registry in ("_providers", "_panels", "_badges"):
        monkeypatch.setattr(extension, registry, [])

    def events(of, staff):
        return [TimelineItem(NOW, "visit", of.customer_no), TimelineItem(NOW.replace(hour=12), "unheard", staff.name)]

    def low(of, staff, now):
        return Panel("a.html", {}, order=90)

    def high(of, staff, now):
        return Panel("b.html", {}, order=10)

    def absent(of, staff, now):
        return None

    for _ in range(2):
        extension.register_timeline(events)
        extension.register_badges(lambda of: [Badge("勿扰", "red")])
        for maker in (low, high, absent):
            extension.register_panel(maker)
    assert [(e.title, str(e.label)) for e in extension.timeline(customer, cast.wang)] == [
        ("王晓北", "其他"),
        (customer.customer_no, "到店"),
    ]
    assert [panel.template for panel in extension.panels(customer, cast.wang, NOW)] == ["b.html", "a.html"]
    assert [badge.text for badge in extension.badges(customer)] == ["勿扰", "勿扰"]  # two different lambdas
