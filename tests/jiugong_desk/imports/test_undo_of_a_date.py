"""The only batch of a date that began as the one before is undone: the date is gone, everywhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from jiugong.warehouse.snapshots import snapshot_dates
from jiugong_desk.consent.models import ConsentRecord
from jiugong_desk.customers.loading import newest_date
from jiugong_desk.customers.models import Customer, Move, StandingMonth
from tests.jiugong_desk.imports.conftest import AS_OF
from tests.jiugong_desk.imports.test_way import picture
from tests.support.extracts import balance, customer, loan, workbook

pytestmark = pytest.mark.django_db


def months() -> list[tuple[date, date]]:
    return list(StandingMonth.objects.order_by("month").values_list("month", "snapshot_on"))


def moves() -> set[tuple]:
    return set(Move.objects.everyone().values_list("month", "customer__customer_no", "why"))


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 2, 3)], ids=["same month", "next month"])
def test_the_date_is_gone_with_its_only_batch(steward, cast, login, day):
    steward.load(workbook([customer(1)]), "前.xlsx", as_of=date(2025, 12, 1))
    steward.load(workbook([customer(number) for number in range(1, 4)]))
    months_held = [balance(number, amount, 月份=month) for month in ("2025-12", "2026-01") for number, amount in ((1, "8"), (2, "60"))]  # fmt: skip
    steward.load(workbook(months_held), "余额.xlsx")
    steward.load(workbook([loan(1)]), "贷款.xlsx")
    before, stood, moved = picture(), months(), moves()
    rows = [customer(1, 姓名="改名", 同意外呼="否"), customer(8)]
    batch = steward.load(workbook(rows), "新一天.xlsx", as_of=day, whole=True)
    assert (newest_date(), picture() != before) == (day, True)
    batch = steward.undo(batch)
    assert (batch.state, batch.error) == ("undone", "")
    assert snapshot_dates(settings.WAREHOUSE) == [date(2025, 12, 1), AS_OF]
    assert newest_date() == AS_OF
    assert picture() == before
    assert (months(), moves()) == (stood, moved)
    assert day.isoformat() not in login(cast.planner).get(reverse("board")).content.decode()
    again = steward.load(workbook([customer(2, 手机号="13900000002")]), "再来.xlsx", as_of=day)
    assert again.state == "committed"
    assert Customer.objects.everyone().get(customer_no="K00002").mobile == "13900000002"


def test_a_date_with_another_batch_stays(steward):
    steward.load(workbook([customer(1)]))
    day = date(2026, 1, 5)
    first = steward.load(workbook([customer(2)]), "一.xlsx", as_of=day)
    steward.load(workbook([customer(3)]), "二.xlsx", as_of=day)
    assert steward.undo(first).state == "undone"
    assert snapshot_dates(settings.WAREHOUSE) == [AS_OF, day]
    assert newest_date() == day


def test_an_older_date_goes_from_the_warehouse_only_where_no_later_one_is(steward):
    steward.load(workbook([customer(1)]), as_of=date(2025, 11, 1))
    steward.load(workbook([customer(1)]))
    between = steward.load(workbook([customer(2)]), "中间.xlsx", as_of=date(2025, 12, 1))
    assert steward.undo(between).state == "undone"
    assert date(2025, 12, 1) in snapshot_dates(settings.WAREHOUSE)
    assert newest_date() == AS_OF


def test_the_evidence_names_the_batch_by_its_number(steward):
    batch = steward.load(workbook([customer(1)]))
    assert ConsentRecord.objects.get().evidence == f"数据导入 2026-01-01 批次 {batch.pk}"
    steward.undo(batch)
    assert not ConsentRecord.objects.filter(evidence__contains="desk-").exists()


def test_a_new_month_without_its_balances_says_what_is_lacking_and_goes_on_when_it_came(steward, cast):
    """It used to fail five times, and left the batch half-way without a word."""
    from jiugong_desk.imports import services
    from tests.jiugong_desk.imports.conftest import work
    from tests.support.cast import NOW

    day = date(2026, 2, 3)
    steward.load(workbook([customer(1)]))
    steward.load(workbook([balance(1, "8")]), "余额.xlsx")
    batch = steward.commit(steward.preview(steward.upload(workbook([customer(2)]), "新月.xlsx", as_of=day)))
    assert (batch.state, batch.error_code) == ("committing", "not_computed")
    assert "2026-01" in batch.error
    steward.load(workbook([balance(1, "9", 月份="2026-01")]), "余额二.xlsx", as_of=day)
    services.try_again(batch, by=cast.steward, at=NOW)
    work()
    assert steward.fresh(batch).state == "committed"
    assert newest_date() == day
