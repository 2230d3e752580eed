"""What a batch must not do to others: stand in their way, take what is theirs, or do another thing than was weighed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer, Loan
from jiugong_desk.imports import desk, services
from jiugong_desk.imports.models import LeftOut
from jiugong_desk.imports.rules import Control
from jiugong_desk.imports.storing import bridge as storing
from tests.jiugong_desk.imports.conftest import Steward
from tests.support.cast import NOW, make_staff
from tests.support.extracts import balance, customer, loan, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_south(cast) -> Steward:
    """A steward of one outlet."""
    return Steward(make_staff("8001", "陈三", "data_steward", cast.south))


@pytest.mark.parametrize("error", [IntegrityError("13800138000"), OverflowError("13800138000")])
def test_what_no_page_can_hold_is_taken_back_and_stands_in_nobodys_way(steward, monkeypatch, error):
    steward.load(workbook([customer(1)]))
    before = storing.stands(date(2026, 1, 1))
    batch = steward.preview(steward.upload(workbook([customer(2)]), "新客户.xlsx"))

    def broken(*_args, **_more):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(desk.customers, "take_over", broken)
        batch = steward.commit(batch)
    assert (batch.state, batch.error_code) == ("ready", "data_unfit")
    assert type(error).__name__ in batch.error
    assert "1380" not in batch.error
    assert storing.stands(date(2026, 1, 1)) == before, "nothing of it stays in the warehouse"
    assert steward.load(workbook([customer(3)]), "另一份.xlsx").state == "committed"
    assert Customer.objects.everyone().count() == 2
    batch = steward.commit(steward.preview(batch))  # and it may come again, under a new name
    assert (batch.state, batch.attempt) == ("committed", 1)
    assert Customer.objects.everyone().filter(came_with=batch.name).count() == 1
    assert steward.undo(batch).state == "undone"
    assert Customer.objects.everyone().count() == 2


@pytest.mark.parametrize(
    ("rows", "name", "column", "code"),
    [
        ([loan(1) | {"还款日": "-5"}], "贷款.xlsx", "due_day", "out_of_span"),
        ([balance(1, "12000000")], "余额.xlsx", "average_daily", "money_large"),
        ([customer(1) | {"年收入（万元）": "99999999999"}], "客户.xlsx", "annual_income", "money_large"),
        ([customer(1) | {"客户号": "K" * 41}], "客户.xlsx", "customer_id", "id_too_long"),
    ],
)
def test_what_could_not_be_held_is_a_fault_of_its_row(steward, rows, name, column, code):
    steward.load(workbook([customer(1), customer(2)]), "先有的客户.xlsx")
    batch = steward.upload(workbook(rows), name)
    assert [(fault.column, fault.code) for fault in batch.faults.all()] == [(column, code)]


def test_customers_of_a_month_end_may_come_before_its_balances(steward):
    steward.load(workbook([customer(1)]), as_of=date(2025, 12, 31))
    steward.load(workbook([balance(1, "8")]), "余额.xlsx", as_of=date(2025, 12, 31))
    batch = steward.load(workbook([customer(1) | {"职业": "教师"}]), "三月.xlsx", as_of=date(2026, 1, 5))
    found = Customer.objects.everyone().get()
    assert (batch.error, found.occupation, found.assets) == ("", "教师", Decimal("80000.00"))


def test_a_steward_of_one_outlet_replaces_nobody_elses_data(steward, of_south):
    steward.load(workbook([customer(1), customer(2, 所属网点="OU02", 客户经理="2001")]))
    steward.load(workbook([balance(1, "8"), balance(2, "9")]), "余额.xlsx")
    batch = of_south.upload(workbook([balance(2, "7")]), "新余额.xlsx", as_of=date(2026, 1, 2))
    with pytest.raises(Refused) as refusal:
        of_south.preview(batch, whole=True)
    assert refusal.value.verdict.codes == ("whole_outside_scope",)
    assert of_south.commit(of_south.preview(batch)).state == "committed"
    assert Customer.objects.everyone().get(customer_no="K00001").assets == Decimal("80000.00")


def test_a_loan_of_another_outlet_is_not_taken_by_its_number(steward, of_south):
    steward.load(workbook([customer(1), customer(2, 所属网点="OU02", 客户经理="2001")]))
    steward.load(workbook([loan(1)]), "贷款.xlsx")
    theirs = workbook([loan(2) | {"借据号": Loan.objects.get().loan_no}])
    batch = of_south.preview(of_south.upload(theirs, "我的贷款.xlsx"))
    assert (batch.state, batch.error_code) == ("review", "outside_scope")


def test_what_was_weighed_is_what_is_committed(steward):
    steward.load(workbook([customer(1)]))
    first = steward.preview(steward.upload(workbook([customer(1) | {"职业": "教师"}]), "甲.xlsx"))
    steward.load(workbook([customer(1) | {"职业": "医生"}]), "乙.xlsx")
    first = steward.commit(first)
    assert (first.state, first.error_code) == ("ready", "stands_otherwise")
    assert Customer.objects.everyone().get().occupation == "医生"
    assert steward.commit(steward.preview(first)).state == "committed"
    assert Customer.objects.everyone().get().occupation == "教师"


def test_a_row_that_is_not_there_is_not_left_out(steward, cast):
    batch = steward.upload(workbook([customer(1)]))
    for row in (0, 1, 99):
        with pytest.raises(Refused):
            services.leave_out(batch, row=row, reason="没有这一行", by=cast.steward, at=NOW)
    assert not LeftOut.objects.exists()


def test_control_figures_and_what_was_found_are_on_the_record(steward):
    batch = steward.preview(steward.upload(workbook([customer(1)])))
    steward.commit(
        batch, control=Control(count=7, amount=Decimal(5)), column="customers.annual_income", reason="与发送方核对过"
    )
    facts = json.loads(AuditRecord.objects.get(verb="import.committed").facts)
    assert facts["control"] == {"rows": [7, 1], "amount": ["5", "110000.00"]}
    assert facts["reason"] == "与发送方核对过"
