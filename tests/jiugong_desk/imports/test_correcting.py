"""The error grid: what is masked, what is checked at once, what comes back from a workbook."""

from __future__ import annotations

import io
import json

import pytest
import python_calamine

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.exports.models import Allowance, ExportFile
from jiugong_desk.imports import bridge, checking, queries, services, workbooks
from jiugong_desk.imports.models import Correction
from tests.jiugong_desk.imports.conftest import work
from tests.support import exporting
from tests.support.cast import NOW, make_staff
from tests.support.extracts import customer, listed, text, workbook

pytestmark = pytest.mark.django_db
CSV_ROWS = 40


@pytest.fixture
def batch(steward):
    rows = [customer(number) for number in range(1, CSV_ROWS + 1)]
    rows[1]["手机号"], rows[2]["年收入（万元）"], rows[3]["同意外呼"] = "138001", "很多", "也许"
    rows[4]["手机号"], rows[4]["证件号码"] = "没有", "123"
    rows[6]["客户号"] = rows[5]["客户号"]
    return steward.upload(workbook(rows))


def shown(batch) -> dict[tuple[int, str], tuple[str, bool]]:
    return {
        (line.fault.row, line.fault.column): (line.cell.text, line.cell.hidden)
        for line in queries.grid(batch, batch.faults.all())
    }


def test_personal_cells_are_masked_the_others_are_not(batch):
    cells = shown(batch)
    assert cells[3, "mobile"] == ("1****1", True)
    assert cells[4, "annual_income"] == ("很多", False)
    assert cells[5, "consent_call"] == ("也许", False)
    assert cells[6, "id_number"][1]
    assert "138001" not in {text for text, _hidden in cells.values()}


def test_the_first_rows_hide_what_is_personal_and_what_nobody_named(steward):
    rows = [customer(1) | {"家庭住址": "江城滨江路 8 号", "备注": "帐号 6222021234567890123"}]
    lines = queries.first_rows(steward.upload(workbook(rows)))
    cells = " ".join(lines[0][1])
    for secret in (
        customer(1)["姓名"],
        customer(1)["手机号"],
        customer(1)["证件号码"],
        "滨江路",
        "6222021234567890123",
    ):
        assert secret not in cells
    assert "K00001" in cells


def test_showing_a_cell_is_audited_by_place_and_not_by_content(batch, cast):
    assert services.show_cell(batch, row=3, header="手机号", by=cast.steward, at=NOW) == "138001"
    record = AuditRecord.objects.get(verb="import.cell_shown")
    assert json.loads(record.facts) == {"row": 3, "column": "mobile"}
    with pytest.raises(Refused):
        services.show_cell(batch, row=3, header="没有这列", by=cast.steward, at=NOW)
    with pytest.raises(Refused):
        services.show_cell(batch, row=999, header="手机号", by=cast.steward, at=NOW)


def test_a_correction_is_encrypted_at_rest(batch, cast):
    from django.db import connection

    services.correct(batch, row=3, header="手机号", text="13800000002", by=cast.steward, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM imports_correction")
        assert "13800000002" not in cursor.fetchone()[0]
    assert Correction.objects.get().text == "13800000002"


def test_correcting_one_row_finds_what_checking_the_whole_file_finds(batch, cast):
    """The clever way (one row) against the plain one (all rows), after each of some corrections."""
    for row, header, value in (
        (3, "手机号", "138"), (3, "手机号", "13800000002"), (4, "年收入（万元）", "20"), (5, "同意外呼", "否"),
        (6, "手机号", "13800000005"), (6, "证件号码", ""), (8, "客户号", "K99999"), (10, "手机号", "坏了"),
        (12, "客户号", "K00020"), (12, "客户号", "K00021"), (12, "客户号", "K00011"), (8, "客户号", "K00006"),
    ):  # fmt: skip
        services.correct(batch, row=row, header=header, text=value, by=cast.steward, at=NOW)
        found = {(fault.row, fault.column, fault.code) for fault in batch.faults.all()}
        plain = {(one.row, one.column, one.code) for one in checking.checked(batch).wrong}
        assert found == plain
        assert batch.counts["bad"] == len({row for row, _column, _code in found})
        assert batch.counts["read"] == batch.counts["good"] + batch.counts["bad"] + batch.counts["left_out"]


def test_a_key_that_came_twice_is_settled_by_correcting_one_of_them(batch, steward, cast):
    assert {fault.row for fault in batch.faults.filter(code="conflicting")} == {7, 8}
    services.correct(batch, row=8, header="客户号", text="K09999", by=cast.steward, at=NOW)
    assert not batch.faults.filter(code="conflicting").exists()
    services.correct(batch, row=8, header="客户号", text="K00001", by=cast.steward, at=NOW)
    assert {fault.row for fault in batch.faults.filter(code="conflicting")} == {2, 8}
    services.leave_out(batch, row=8, reason="与第 2 行重复", by=cast.steward, at=NOW)
    assert not batch.faults.filter(code="conflicting").exists()
    services.take_in(batch, row=8, by=cast.steward, at=NOW)
    assert {fault.row for fault in batch.faults.filter(code="conflicting")} == {2, 8}


def test_rows_of_a_list_that_clash_are_rechecked_together(steward, cast):
    """Two outlets of one customer, and a loan that two customers have."""
    rows = [listed(number) for number in range(1, 6)]
    rows[1] |= {"客户号": rows[0]["客户号"], "所属网点": "OU02"}
    rows[3]["借据号"] = rows[2]["借据号"]
    batch = steward.upload(workbook(rows), "名单.xlsx")
    assert {(fault.row, fault.code) for fault in batch.faults.all()} == {
        (2, "two_outlets"), (3, "two_outlets"), (4, "conflicting"), (5, "conflicting"),
    }  # fmt: skip
    services.correct(batch, row=3, header="客户号", text="K00077", by=cast.steward, at=NOW)
    assert {fault.row for fault in batch.faults.all()} == {4, 5}
    services.correct(batch, row=5, header="借据号", text="N77777", by=cast.steward, at=NOW)
    assert not batch.faults.exists()
    assert batch.counts["good"] == 5


def test_a_row_is_left_out_for_a_reason_and_taken_in_again(batch, cast):
    with pytest.raises(Refused) as refusal:
        services.leave_out(batch, row=3, reason="不", by=cast.steward, at=NOW)
    assert refusal.value.verdict.codes == ("reason_missing",)
    services.leave_out(batch, row=3, reason="客户已销号", by=cast.steward, at=NOW)
    assert (batch.counts["left_out"], batch.faults.filter(row=3).count()) == (1, 0)
    services.take_in(batch, row=3, by=cast.steward, at=NOW)
    assert (batch.counts["left_out"], batch.faults.filter(row=3).count()) == (0, 1)


def sheet_of(content: bytes) -> list[list[str]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_the_faulty_rows_go_home_with_no_more_than_is_needed(batch, cast):
    with pytest.raises(Refused):
        services.take_home(batch, reason="", by=cast.steward, at=NOW)
    lines = sheet_of(services.take_home(batch, reason="退回网点更正", by=cast.steward, at=NOW))
    assert lines[0] == ["行号", "手机号", "年收入（万元）", "同意外呼", "证件号码", "客户号", "错误说明"]
    assert [line[0] for line in lines[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert lines[1][1] == "138001"
    assert "不是手机号" in lines[1][-1]
    facts = json.loads(AuditRecord.objects.get(verb="import.faults_taken").facts)
    assert facts == {"rows": 6, "reason": "退回网点更正"}


def test_many_faulty_rows_of_anothers_file_stay_in_the_desk(batch, cast, monkeypatch):
    """Whoever uploaded them has had them anyway, and his day is not charged."""
    exporting.smaller(monkeypatch, rows_without_approval=5)
    other = make_staff("9905", "魏数", "data_steward", cast.branch)
    with pytest.raises(Refused) as refusal:
        services.take_home(batch, reason="退回网点更正", by=other, at=NOW)
    assert refusal.value.verdict.codes == ("over_file",)
    assert str(refusal.value.verdict.reasons[0].remedy) == "请在页面上逐行更正，或请上传人下载。"
    services.take_home(batch, reason="退回网点更正", by=cast.steward, at=NOW)
    file = ExportFile.objects.everyone().get()
    assert (file.rows_taken, file.clear, file.by) == (6, True, cast.steward)
    assert not Allowance.objects.exists()


def test_no_cell_of_a_workbook_is_a_formula(steward, cast):
    rows = [customer(1, 手机号='=HYPERLINK("http://x")'), customer(2, 手机号="@SUM(A1)"), customer(3, 手机号="+1")]
    batch = steward.upload(text(rows, encoding="utf-8"), "客户.csv")
    content = services.take_home(batch, reason="退回网点更正", by=cast.steward, at=NOW)
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert [line[1] for line in sheet_of(content)[1:]] == ['=HYPERLINK("http://x")', "@SUM(A1)", "+1"]


def mended(tmp_path, lines: list[list[str]]) -> dict[int, dict[str, str]] | None:
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    path = tmp_path / "更正.xlsx"
    path.write_bytes(workbook(rows))
    matched = {"手机号": "mobile", "年收入（万元）": "annual_income", "同意外呼": "consent_call", "证件号码": "id_number", "客户号": "customer_id"}  # fmt: skip
    return bridge.read_mended(path, row_header=workbooks.ROW, ignored=(workbooks.ROW, workbooks.WHY), batch_table="customers", matched=matched, name="更正.xlsx")  # fmt: skip


def test_mended_rows_come_back_into_the_same_batch(batch, steward, cast, tmp_path):
    lines = sheet_of(services.take_home(batch, reason="退回网点更正", by=cast.steward, at=NOW))
    lines[1][1], lines[2][2], lines[3][3] = "13800000002", "20", "是"
    rows = mended(tmp_path, lines)
    assert rows is not None
    assert services.mend_from_file(batch, rows=rows, by=cast.steward, at=NOW) == 3
    work()
    batch = steward.fresh(batch)
    assert {fault.row for fault in batch.faults.all()} == {6, 7, 8}
    assert json.loads(AuditRecord.objects.get(verb="import.mended").facts) == {"rows": 6, "corrected": 3}


def test_a_mended_identifier_that_became_a_number_is_refused(batch, cast, tmp_path):
    with pytest.raises(Refused) as refusal:
        mended(tmp_path, [["行号", "手机号"], ["3", 13800000002]])
    assert refusal.value.verdict.codes == ("number_cell",)


def test_another_file_is_not_taken_for_mended_rows(batch, cast, tmp_path):
    assert mended(tmp_path, [["客户号", "手机号"], ["K1", "13800000002"]]) is None
    with pytest.raises(Refused) as refusal:
        services.mend_from_file(batch, rows={4711: {"手机号": "1"}}, by=cast.steward, at=NOW)
    assert refusal.value.verdict.codes == ("rows_unknown",)


def test_nothing_is_corrected_once_the_batch_went_on(batch, steward, cast):
    batch = steward.commit(steward.preview(batch))
    for verb in (
        lambda: services.correct(batch, row=3, header="手机号", text="1", by=cast.steward, at=NOW),
        lambda: services.leave_out(batch, row=3, reason="不再需要", by=cast.steward, at=NOW),
        lambda: services.show_cell(batch, row=3, header="手机号", by=cast.steward, at=NOW),
        lambda: services.take_home(batch, reason="不再需要", by=cast.steward, at=NOW),
    ):
        with pytest.raises(Stale):
            verb()


def test_a_template_filled_in_is_a_file_that_loads(steward):
    """Every column of every template is known again, and the words that it offers are taken."""
    for table in bridge.TABLES:
        lines = sheet_of(workbooks.template(table))
        row = dict.fromkeys(lines[0], "")
        assert len(row) == len(lines[0]), table
        found = bridge.detect(
            _sheet_of(row), table, {}, as_of=NOW.date(), name="模板.xlsx"
        )  # fmt: skip
        assert {line["column"] for line in found["columns"]} == {
            column.name for column in bridge.contract(table).columns
        }


def _sheet_of(row: dict[str, str]):
    import pyarrow as pa

    from jiugong.warehouse import Sheet

    return Sheet.of(pa.table({header: pa.array([cell], pa.string()) for header, cell in row.items()}))
