"""Names of units and staff where codes belong, and what the review tells before anything is loaded."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.imports import services
from jiugong_desk.imports.checking import known
from jiugong_desk.imports.notices import notices
from tests.support.cast import NOW, make_staff, make_unit
from tests.support.extracts import balance, customer, listed, loan, text, workbook

pytestmark = pytest.mark.django_db


def told(batch) -> list[str]:
    return [said.text for said in notices(batch)]


def test_names_of_outlets_and_managers_stand_for_their_codes(steward, cast):
    rows = [customer(1, 所属网点="北门网点", 客户经理="王晓北"), customer(2, 所属网点=" 南门网点", 客户经理="2001")]
    batch = steward.upload(workbook(rows))
    assert (batch.counts["bad"], batch.counts["good"]) == (0, 2)
    assert "机构名称 2 种已对应为机构号。" in told(batch)
    assert "客户经理姓名 1 种已对应为工号。" in told(batch)
    assert steward.commit(steward.preview(batch)).state == "committed"
    first, second = Customer.objects.everyone().order_by("customer_no")
    assert (first.unit, first.manager) == (cast.north, cast.wang)
    assert (second.unit, second.manager) == (cast.south, cast.li)


def test_a_name_that_two_have_stands_for_nobody(steward, cast):
    make_staff("1099", "王晓北", "customer_manager", cast.south)
    make_unit("OU03", "北门网点", "outlet", cast.sub_branch)
    assert "王晓北" not in known().staff
    assert "北门网点" not in known().units
    batch = steward.upload(workbook([customer(1, 所属网点="北门网点"), customer(2, 客户经理="王晓北")]))
    assert [(fault.row, fault.code) for fault in batch.faults.all()] == [(2, "unknown_outlet")]
    assert any(said.startswith("1 行的客户经理不在员工表中") and "将显示为没有客户经理" in said for said in told(batch))


@pytest.mark.parametrize("made", [customer, listed])
def test_an_outlet_that_nobody_knows_is_a_fault_to_be_corrected(steward, cast, made):
    rows = [made(1), made(2, 所属网点="OU77"), made(3, 所属网点="柳岸支行", 手机号="138")]
    batch = steward.upload(workbook(rows))
    assert {(fault.row, fault.column, fault.code) for fault in batch.faults.all()} == {
        (3, "branch_id", "unknown_outlet"),
        (4, "branch_id", "unknown_outlet"),
        (4, "mobile", "not_a_mobile"),
    }
    assert {key: batch.counts[key] for key in ("read", "good", "bad")} == {"read": 3, "good": 1, "bad": 2}
    assert services.correct(batch, row=3, header="所属网点", text="无此机构", by=cast.steward, at=NOW) == 1
    assert services.correct(batch, row=3, header="所属网点", text="南门网点", by=cast.steward, at=NOW) == 0
    batch = steward.preview(batch)
    assert batch.preview["checked"] == {"read": 3, "left_out": 0, "bad": 1, "good": 2}
    steward.commit(batch)
    assert set(Customer.objects.everyone().values_list("customer_no", "unit__code")) == {
        ("K00001", "OU01"),
        ("K00002", "OU02"),
    }


def test_no_outlet_at_all_is_told_with_what_it_means(steward):
    batch = steward.upload(workbook([customer(1), customer(2, 所属网点="")]))
    assert batch.counts["bad"] == 0
    assert "1 行没有机构：其中系统里还没有的客户不会出现在客户页面。" in told(batch)


def test_an_update_is_silent_about_columns_that_it_does_not_have(steward):
    steward.load(workbook([customer(1)]))
    batch = steward.upload(text([{"客户号": "K00001", "职业": "教师"}]), "职业.csv", table="customers")
    assert told(batch) == []
    batch = steward.preview(batch, mode="replace")
    assert "没有机构列：这些客户不会出现在客户页面。" in told(batch)
    assert any("没有手机号" in said for said in told(batch))


def test_columns_that_are_not_loaded_are_told_and_amounts_first(steward, cast, login):
    rows = [customer(1, 所属网点="") | {"备注": "x", "第三方存管余额": "12"}]
    batch = steward.upload(workbook(rows))
    assert told(batch)[0] == "以下列像是金额，但不导入：第三方存管余额。"
    assert "以下列不导入：备注。" in told(batch)
    page = login(cast.steward).get(reverse("import_batch", kwargs={"ref": batch.ref})).content.decode()
    assert page.index("第三方存管余额。") < page.index("1 行没有机构")


def test_loans_that_say_nothing_of_a_decision_are_told_before_the_commit(steward, cast, login):
    sentence = "没有“审批中”列：这 2 户按有贷款待审批处理，不可营销，直到数据写明。"
    batch = steward.upload(workbook([loan(1), loan(2), loan(9, 客户号="K00002")]), "贷款.xlsx")
    assert told(batch) == [sentence]
    batch = steward.preview(batch)
    page = login(cast.steward).get(reverse("import_batch", kwargs={"ref": batch.ref})).content.decode()
    assert page.index(sentence) < page.index("与下发方的控制数核对")
    said = steward.upload(workbook([loan(1, 审批中="否"), loan(2, 审批中="")]), "贷款二.xlsx")
    assert any(words.startswith("“审批中”为空：这 1 户") for words in told(said))
    said = steward.upload(workbook([loan(1, 审批中="否"), loan(2, 审批中="是")]), "贷款三.xlsx")
    assert told(said) == []
    of_list = steward.upload(workbook([listed(1)]), "名单.xlsx")
    assert any("这 1 户按有贷款待审批处理" in said for said in told(of_list))


def test_an_id_number_that_tells_another_birthday_is_told(steward):
    rows = [customer(1) | {"出生日期": "1988-05-01"}, customer(2) | {"出生日期": "1990-01-01"}]
    batch = steward.upload(workbook(rows))
    assert "1 户证件号码里的出生日期与“出生日期”列不一致，请核对。" in told(batch)


def test_a_cell_that_is_not_there_is_still_refused(steward, cast):
    batch = steward.upload(workbook([balance(1)]), "余额.xlsx")
    with pytest.raises(Refused):
        services.correct(batch, row=2, header="所属网点", text="OU01", by=cast.steward, at=NOW)


def test_the_grid_offers_what_a_cell_may_say_and_names_the_customer(steward, cast, login):
    rows = [customer(1, 所属网点="柳岸支行"), customer(2, 同意外呼="也许"), customer(3) | {"客户状态": "睡眠"}]
    batch = steward.upload(workbook([{"客户状态": "正常"} | row for row in rows]))
    page = login(cast.steward).get(reverse("import_faults", kwargs={"ref": batch.ref})).content.decode()
    for shown in (
        '<option value="OU02">南门网点（OU02）</option>',
        '<option value="否">否</option>',
        '<option value="冻结">冻结</option>',
        "不在允许的取值之内：正常、已故、冻结、员工、销户",
        "K00001 甲*",
    ):
        assert shown in page
    assert rows[0]["姓名"] not in page
