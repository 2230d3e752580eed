"""The extracts read like a bank's, and come back through ingest as the very tables; only the wrong rows stay out."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest

from jiugong.simulate import Bank, simulate_bank
from jiugong.warehouse import TABLES, ingest


@pytest.fixture(scope="module")
def bank() -> Bank:
    return simulate_bank(customers=600, seed=2, as_of=date(2025, 12, 31), months=4)


def rows(table) -> list[tuple]:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def test_every_table_comes_back_exactly_and_only_the_wrong_rows_are_quarantined(bank, tmp_path):
    extracts = bank.write_extracts(tmp_path / "extracts")
    report = ingest(extracts.files, warehouse=tmp_path / "warehouse", as_of=bank.as_of, mapping=extracts.mapping)
    assert {file.file: file.quarantined for file in report.files} == extracts.wrong_rows
    assert report.quarantined == 12
    assert not any(file.unused for file in report.files)
    for name, table in bank.tables.items():
        loaded = report.snapshot.read(name)
        assert rows(loaded) == rows(table), name
        assert loaded.schema == TABLES[name].schema


def test_each_wrong_row_shows_another_mistake(bank, tmp_path):
    extracts = bank.write_extracts(tmp_path / "extracts")
    report = ingest(extracts.files, warehouse=tmp_path / "warehouse", as_of=bank.as_of, mapping=extracts.mapping)
    found = {(rejection.table, rejection.column, rejection.code) for rejection in report.rejections}
    assert found >= {
        ("customers", "id_number", "scientific"),
        ("customers", "annual_income", "not_money"),
        ("customers", "birth_date", "not_a_date"),
        ("customers", "opened_on", "future"),
        ("customers", "customer_id", "two_outlets"),
        ("balances", "month", "not_a_month"),
        ("balances", "category", "not_a_choice"),
        ("loans", "overdue", "not_a_bool"),
        ("loans", "customer_id", "missing"),
    }
    assert len(found) == 11


def test_clean_extracts_load_without_quarantine(bank, tmp_path):
    extracts = bank.write_extracts(tmp_path / "extracts", dirty=False)
    report = ingest(extracts.files, warehouse=tmp_path / "warehouse", as_of=bank.as_of, mapping=extracts.mapping)
    assert report.quarantined == 0
    assert set(extracts.wrong_rows.values()) == {0}


def test_customers_are_gb18030_balances_in_ten_thousands_and_loans_a_spreadsheet(bank, tmp_path):
    files = {path.name: path for path in bank.write_extracts(tmp_path).files}
    text = files["客户信息_20251231.csv"].read_bytes()
    assert text.decode("gb18030").startswith('"客户号","客户姓名"')
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    line = files["日均余额_20251231.csv"].read_bytes().decode("gb18030").splitlines()[1].split(",")
    first = bank.tables["balances"].slice(0, 1).to_pylist()[0]
    assert line[3].strip('"') == f"{first['average_daily'] / 10_000:.6f}"
    assert files["贷款台账_20251231.xlsx"].read_bytes()[:2] == b"PK"


def test_the_same_bank_writes_the_same_bytes(bank, tmp_path):
    once, again = bank.write_extracts(tmp_path / "a"), bank.write_extracts(tmp_path / "b")
    assert [path.read_bytes() for path in once.files] == [path.read_bytes() for path in again.files]
    assert once.mapping.read_text("utf-8") == again.mapping.read_text("utf-8")
    (book,) = (path for path in once.files if path.suffix == ".xlsx")
    assert b"2026-01-01T00:00:00Z" in zipfile.ZipFile(book).read("docProps/core.xml")  # not the moment of writing
