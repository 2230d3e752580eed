"""Rows written many at a time are the rows that the ORM would have written."""

from __future__ import annotations

from decimal import Decimal

from jiugong_desk.core.bulk import insert_rows, update_rows
from jiugong_desk.customers.models import Customer
from tests.support.cast import make_customer


def found(number: str) -> Customer:
    return Customer.objects.everyone().get(customer_no=number)


def test_new_rows_have_the_defaults_of_what_is_not_named(cast):
    names = ["customer_no", "unit", "name", "mobile_tail"]
    insert_rows(Customer, names, [("B1", cast.north.pk, "张三", "0001"), ("B2", cast.south.pk, "", "0002")])
    one, two = found("B1"), found("B2")
    assert (one.name, one.unit, one.mobile_tail, one.salutation, one.assets) == ("张三", cast.north, "0001", "", None)
    assert (two.name, two.unit) == ("", cast.south)
    assert len({one.ref, two.ref, ""}) == 3


def test_each_row_gets_its_own_values_and_the_others_none(cast):
    for number in ("U1", "U2", "U3"):
        make_customer(cast.north, customer_no=number)
    before = found("U3")
    update_rows(Customer, "customer_no", ["name", "assets"], [("U1", "李四", Decimal("1.10")), ("U2", "王五", None)])
    assert [(found(number).name, found(number).assets) for number in ("U1", "U2")] == [
        ("李四", Decimal("1.10")),
        ("王五", None),
    ]
    assert (found("U3").name, found("U3").assets) == (before.name, before.assets)


def test_nothing_to_write_asks_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows(Customer, ["customer_no"], [])
        update_rows(Customer, "customer_no", ["name"], [])
