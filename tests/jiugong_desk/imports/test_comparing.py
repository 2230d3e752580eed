"""The preview: what changes cell by cell, what a whole file leaves behind, and what needs a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.imports import folder, queries
from jiugong_desk.imports.notices import before_the_commit
from jiugong_desk.imports.rules import Control
from tests.support.extracts import balance, customer, id_number, loan, workbook

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


def page_of(batch, cast, login) -> str:
    return login(cast.steward).get(reverse("import_batch", kwargs={"ref": batch.ref})).content.decode()


def test_cells_are_counted_by_column_and_shown_from_old_to_new(steward, cast, login):
    steward.load(workbook([customer(number, 同意外呼="否") for number in range(1, 5)]))
    rows = [
        customer(1, 手机号="13900000001", 同意外呼="是"),
        customer(2, 手机号="13900000002", 证件号码=id_number(77), 同意外呼="否"),
        customer(3, 手机号="", 同意外呼="否"),
        customer(9),
    ]
    batch = steward.preview(steward.upload(workbook(rows), "更改.xlsx"))
    said = batch.preview["tables"]["customers"]
    assert said["columns"] == {"id_number": 1, "mobile": 2, "consent_call": 1}
    assert said["grave"] == {"id_number": 1, "consent_call": 1}
    (change,) = queries.changes(batch)
    assert change.cells == [("证件号码", 1, "改号 1"), ("手机", 2, ""), ("同意外呼", 1, "由否变是 1")]
    first, second = queries.changed_rows(batch)
    assert first.who == f"K00001 {customer(1)['姓名'][0]}*"
    assert first.cells == [("手机", "1380***0001", "1390***0001", False), ("同意外呼", "否", "是", True)]
    assert second.cells[0][3]
    kept = (folder.of(batch.ref) / folder.CHANGES).read_text(encoding="utf-8")
    assert not any(secret in kept for secret in ("13900000001", id_number(77), customer(1)["姓名"]))
    assert "（由否变是 1）" in page_of(batch, cast, login)
    with pytest.raises(Refused) as refusal:
        steward.commit(batch, reason="")
    assert refusal.value.verdict.codes == ("grave_changes",)
    assert "有 2 处" in str(refusal.value.verdict)
    assert steward.commit(batch, reason="客户已重新签字").state == "committed"
    assert not folder.of(batch.ref).exists()


def test_the_mode_decides_what_an_empty_cell_changes(steward):
    steward.load(workbook([customer(1), customer(2)]))
    batch = steward.upload(workbook([customer(1, 手机号="", 姓名="乙"), customer(2)]), "空.xlsx")
    columns = {}
    for mode in ("new", "update", "replace"):
        columns[mode] = steward.preview(batch, mode=mode).preview["tables"]["customers"]["columns"]
    assert columns == {"new": {}, "update": {"name": 1}, "replace": {"name": 1, "mobile": 1}}


def test_a_refusal_that_stays_needs_no_reason(steward):
    steward.load(workbook([customer(1, 同意外呼="是") | {"勿扰标志": "是"}]))
    batch = steward.preview(steward.upload(workbook([customer(1, 同意外呼="否") | {"勿扰标志": "是"}]), "收回.xlsx"))
    assert batch.preview["tables"]["customers"]["grave"] == {}
    off = steward.preview(steward.upload(workbook([customer(1) | {"勿扰标志": "否"}]), "勿扰.xlsx"))
    assert off.preview["tables"]["customers"]["grave"] == {"do_not_call": 1}


def test_an_id_number_that_contradicts_the_birthday_that_stands_is_told(steward):
    steward.load(workbook([customer(1) | {"出生日期": "1990-01-01"}]))
    batch = steward.preview(steward.upload(workbook([customer(1, 证件号码=id_number(5))]), "改号.xlsx"))
    assert "1 户更改后的证件号码与出生日期不一致，请核对。" in [said.text for said in before_the_commit(batch)]


def test_a_whole_file_of_a_new_day_is_compared_with_the_day_before(steward, cast, login):
    steward.load(workbook([customer(number) for number in range(1, 4)]))
    steward.load(workbook([balance(number, "1") for number in range(1, 4)]), "余额.xlsx")
    rows = [balance(1, "1"), balance(2, "5"), balance(7, "2")]
    batch = steward.preview(steward.upload(workbook(rows), "余额全量.xlsx", as_of=DAY), whole=True)
    said = batch.preview["tables"]["balances"]
    kinds = ("new", "changed", "unchanged", "gone", "rows_before", "rows_after", "with")
    assert [said[kind] for kind in kinds] == [1, 1, 1, 1, 3, 3, "2026-01-01"]
    assert said["sums"]["average_daily"] == {"load": "80000.00", "before": "30000.00", "after": "80000.00"}
    page = page_of(batch, cast, login)
    assert "余额（按月日均）：2026-01-01 的 1 行在文件里没有，导入后不再保留（3 行变为 3 行）。" in page
    with pytest.raises(Refused) as refusal:
        steward.commit(batch, reason="")
    assert refusal.value.verdict.codes == ("rows_gone",)
    assert steward.commit(batch, reason="与核心核对一致").state == "committed"
    part = steward.preview(steward.upload(workbook([balance(1, "3")]), "余额三.xlsx", as_of=date(2026, 1, 6)))
    assert part.preview["tables"]["balances"]["gone"] == 0
    assert part.preview["tables"]["balances"]["columns"] == {"average_daily": 1}


def test_a_whole_file_leaves_what_the_batch_then_leaves(steward):
    """The preview's numbers against the tables that the commit makes."""
    steward.load(workbook([customer(number) for number in range(1, 8)]))
    batch = steward.preview(steward.upload(workbook([customer(2), customer(9)]), "全量.xlsx", as_of=DAY), whole=True)
    said = batch.preview["tables"]["customers"]
    assert (said["gone"], said["rows_before"], said["rows_after"]) == (6, 7, 2)
    steward.commit(batch)
    assert set(Customer.objects.everyone().filter(present=True).values_list("customer_no", flat=True)) == {
        "K00002",
        "K00009",
    }


def test_only_loans_whose_decision_stays_unknown_are_told(steward):
    steward.load(workbook([customer(1), customer(2)]))
    steward.load(workbook([loan(1, 审批中="否"), loan(2, 审批中="否")]), "贷款.xlsx")
    batch = steward.upload(workbook([loan(1), loan(3, 客户号="K00002")]), "贷款二.xlsx")
    told = {mode: [s.text[:17] for s in before_the_commit(steward.preview(batch, mode=mode))] for mode in ("update", "replace")}  # fmt: skip
    assert told == {"update": ["没有“审批中”列：这 1 户按有贷"], "replace": ["没有“审批中”列：这 2 户按有贷"]}


def test_the_result_keeps_the_control_figures_and_tells_the_batch_from_the_desk(steward, cast, login):
    steward.load(workbook([customer(number) for number in range(1, 4)]))
    rows = [balance(1, "8.5"), balance(2, "1.25")]
    batch = steward.preview(steward.upload(workbook(rows), "余额.xlsx", as_of=DAY))
    page = page_of(batch, cast, login)
    assert "97,500.00 元" in page
    control = Control(count=3, amount=Decimal("97000"))
    answer = login(cast.steward).post(
        reverse("import_commit", kwargs={"ref": batch.ref}),
        {"revision": batch.revision, "rows": "3", "amount": "97000", "unit": "元", "column": "balances.average_daily"},
    )
    shown = answer.content.decode()
    assert (answer.status_code, "相差 -1" in shown, "相差 500.00 元" in shown) == (409, True, True)
    batch = steward.commit(batch, control=control, column="balances.average_daily", reason="下发方已说明")
    page = page_of(batch, cast, login)
    for kept in ("97,000.00 元", "97,500.00 元", "相差 500.00 元", "相差 -1", "下发方已说明"):
        assert kept in page
    assert page.index("数据仓库：本批次的行") < page.index("客户页面随后的变化")
    assert "更新的户数可以多于本批次的行数" in page


def test_customers_without_an_outlet_are_counted_of_this_batch_only(steward, cast, login):
    steward.load(workbook([customer(1, 所属网点=""), customer(2)]))
    batch = steward.load(workbook([customer(3, 所属网点=""), customer(2, 所属网点="")]), "二.xlsx")
    assert (batch.result["desk"]["without_unit"], batch.result["absent"]) == (2, 1)
    assert "本批次有 1 户没有机构，未进入客户页面" in page_of(batch, cast, login)
