"""A branch's customer list becomes customers, balances and loans; each row whole, or set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.warehouse import Source, extract, ingest, join_extracts, open_snapshot
from jiugong.warehouse.contracts import TABLES
from jiugong.warehouse.extracts import Extract
from jiugong.warehouse.headers import learned
from jiugong.warehouse.lists import last_month
from tests.support.sheets import sheet_of

DAY = date(2026, 6, 30)


def listed(headers: str, *rows: Sequence[str], source: Source = Source(), file: str = "a.csv") -> Extract:  # noqa: B008
    return extract(sheet_of(headers.split(), rows), "customer_list", source, file=file, as_of=DAY)


def rows(found: Extract, table: str) -> list[dict]:
    return [{k: v for k, v in row.items() if v is not None} for row in found.parts[table].table.to_pylist()]


def test_one_row_is_a_customer_his_balances_and_his_loan() -> None:
    found = listed(
        "客户号 姓名 活期日均（万元） 活期余额 定期余额 是否一手楼 贷款金额（万元） 还款日 放款日期",
        ["1", "张三", "1.5", "20000", "", "是", "120", "15", "2025年3月2日"],
        ["2", "李四", "", "", "30", "", "", "", ""],
    )
    assert rows(found, "customers") == [{"customer_id": "1", "name": "张三"}, {"customer_id": "2", "name": "李四"}]
    month = date(2026, 6, 1)
    assert rows(found, "balances") == [
        {"customer_id": "1", "category": "demand", "month": month, "average_daily": Decimal(15000), "month_end": Decimal(20000)},
        {"customer_id": "2", "category": "time", "month": month, "average_daily": Decimal(30), "month_end": Decimal(30)},
    ]  # fmt: skip
    assert rows(found, "loans") == [{
        "loan_id": "1-mortgage_new_home", "customer_id": "1", "kind": "mortgage_new_home", "drawn_on": date(2025, 3, 2),
        "principal": Decimal(1_200_000), "due_day": 15,
    }]  # fmt: skip
    assert {note.code: note.count for note in found.notices} == {"point_as_average": 0, "derived_loans": 1}
    for name, part in found.parts.items():
        assert part.table.schema == TABLES[name].schema
    assert (found.report.read, found.report.loaded, found.report.table) == (2, 2, "customer_list")


@pytest.mark.parametrize(
    ("as_of", "month"),
    [(date(2026, 6, 30), date(2026, 6, 1)), (date(2026, 6, 29), date(2026, 5, 1)), (date(2026, 1, 1), date(2025, 12, 1)), (date(2024, 2, 29), date(2024, 2, 1))],
)  # fmt: skip
def test_balances_are_of_the_last_complete_month(as_of: date, month: date) -> None:
    assert last_month(as_of) == month


def test_a_total_counts_only_where_no_category_is() -> None:
    found = listed("客户号 AUM（万元）", ["1", "3"], ["2", ""])
    assert rows(found, "balances") == [
        {"customer_id": "1", "category": "other", "month": date(2026, 6, 1), "average_daily": Decimal(30_000)}
    ]
    assert [note.code for note in found.notices] == ["total_only"]
    found = listed("客户号 AUM 理财日均", ["1", "30000", "5"])
    assert [row["category"] for row in rows(found, "balances")] == ["wealth"]
    assert [note.code for note in found.notices] == ["total_left"]


@pytest.mark.parametrize(
    ("kind", "new", "becomes"),
    [
        ("一手房按揭", "", "mortgage_new_home"), ("按揭", "是", "mortgage_new_home"), ("按揭", "否", "mortgage_resale"), ("按揭", "", None),
        ("", "是", "mortgage_new_home"), ("消费贷", "否", "consumer"), ("二手房按揭", "否", "mortgage_resale"),
        ("消费贷", "是", "contradicting_loan"), ("一手房按揭", "否", "contradicting_loan"), ("", "否", "none"), ("", "", "none"),
    ],
)  # fmt: skip
def test_kinds_of_loans(kind: str, new: str, becomes: str | None) -> None:
    found = listed("客户号 贷款种类 是否一手楼 姓名", ["1", kind, new, "张三"])
    if becomes == "contradicting_loan":
        assert ([r.code for r in found.rejections], found.report.loaded) == ([becomes], 0)
    elif becomes == "none":
        assert rows(found, "loans") == []
    else:
        assert [(row["loan_id"], row.get("kind")) for row in rows(found, "loans")] == [
            (f"1-{becomes or 'loan'}", becomes)
        ]


def test_a_customer_may_stand_with_each_of_his_loans() -> None:
    headers = "客户号 姓名 机构号 活期日均 借据号 贷款余额"
    found = listed(
        headers,
        ["1", "张三", "A", "5", "L1", "100"], ["1", "张三", "A", "5", "L2", "200"],  # two loans
        ["2", "李四", "A", "5", "L3", "1"], ["2", "李四", "A", "6", "L4", "1"],  # says two things of him
        ["3", "王五", "A", "5", "L5", "1"], ["3", "王五", "B", "5", "L6", "1"],  # two outlets
        ["4", "赵六", "A", "5", "L7", "1"], ["4", "赵六", "A", "5", "L7", "1"],  # twice the same
        ["5", "孙七", "A", "5", "L8", "1"], ["6", "周八", "A", "5", "L8", "1"],  # one loan of two
        ["7", "吴九", "A", "5", "", ""], ["7", "吴九", "A", "5", "", ""],
    )  # fmt: skip
    assert [(r.row, r.code) for r in found.rejections] == [
        (4, "conflicting"), (5, "conflicting"), (6, "two_outlets"), (7, "two_outlets"), (9, "repeated"),
        (10, "conflicting"), (11, "conflicting"), (13, "repeated"),
    ]  # fmt: skip
    assert [row["customer_id"] for row in rows(found, "customers")] == ["1", "4", "7"]
    assert [row["loan_id"] for row in rows(found, "loans")] == ["L1", "L2", "L7"]
    assert (found.report.read, found.report.loaded, found.report.quarantined) == (12, 4, 8)


def test_a_faulty_cell_sets_the_whole_row_aside() -> None:
    found = listed("客户号 活期日均 借据号 还款日", ["1", "x", "L1", "5"], ["2", "3", "L2", "五"])
    assert [(r.row, r.table, r.column, r.header) for r in found.rejections] == [
        (2, "customer_list", "demand", "活期日均"), (3, "customer_list", "due_day", "还款日"),
    ]  # fmt: skip
    assert all(part.table.num_rows == 0 for part in found.parts.values())


def test_a_list_of_customers_only_is_customers() -> None:
    found = listed("客户号 姓名", ["1", "张三"])
    assert (found.table, list(found.parts), found.notices) == ("customers", ["customers"], ())


def test_what_clashes_with_another_file_goes_with_all_the_rows_of_its_customer() -> None:
    one = listed("客户号 姓名 借据号", ["1", "张三", "L1"], ["1", "张三", "L2"], ["2", "李四", "L3"])
    other = extract(sheet_of(["客户号", "姓名"], [["1", "张三丰"]]), "customers", file="b.csv", as_of=DAY)
    joined = join_extracts([one, other])
    assert joined.tables["customers"]["customer_id"].to_pylist() == ["2"]
    assert joined.tables["loans"]["loan_id"].to_pylist() == ["L3"]
    assert [(r.file, r.row, r.code) for r in joined.rejections] == [
        ("a.csv", 2, "conflicting"), ("a.csv", 3, "conflicting"), ("b.csv", 2, "conflicting"),
    ]  # fmt: skip
    assert [(f.read, f.loaded, f.quarantined) for f in joined.files] == [(3, 1, 2), (1, 0, 1)]


cell = st.sampled_from(["", "1", "2", "x"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["1", "2", "3", ""]), st.sampled_from(["", "5", "x"]), st.sampled_from(["", "L1", "L2"]), st.sampled_from(["", "是"])), max_size=8))  # fmt: skip
def test_no_row_is_lost_none_made_none_split(given_rows: list) -> None:
    found = listed("客户号 活期日均 借据号 是否一手楼", *given_rows)
    filled = {place for place, row in enumerate(given_rows, 2) if any(row)}
    kept, gone = set(found.kept.to_pylist()), {r.row for r in found.rejections}
    assert (kept | gone, kept & gone) == (filled, set())
    assert found.report.quarantined == len(gone)
    of_kept = [given_rows[row - 2] for row in sorted(kept)]
    assert {row["customer_id"] for row in rows(found, "customers")} == {row[0] for row in of_kept}
    loans = found.parts.get("loans")
    made = {(row[0], row[2] or f"{row[0]}-mortgage_new_home") for row in of_kept if row[2] or row[3]}
    assert {(row["customer_id"], row["loan_id"]) for row in rows(found, "loans")} == made if loans else not made


def test_the_words_of_a_list_do_not_contradict_each_other() -> None:
    from jiugong.warehouse.contracts import READABLE
    from jiugong.warehouse.headers import HEADERS
    from jiugong.warehouse.reading.header import plain

    said = [plain(word) for text in HEADERS["customer_list"].values() for word in text.split()]
    assert sorted({word for word in said if said.count(word) > 1}) == []
    assert set(learned("customer_list").values()) == set(READABLE["customer_list"].names)


def test_a_list_is_ingested_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "东城支行客户清单.csv"
    path.write_text("客户号,姓名,活期余额（万元）,一手房按揭\n0012,张三,1.2,是\n0013,李四,x,否\n", encoding="gb18030")
    report = ingest([path], warehouse=tmp_path / "w", as_of=DAY)
    assert [(f.table, f.read, f.loaded, f.quarantined) for f in report.files] == [("customer_list", 2, 1, 1)]
    snapshot = open_snapshot(tmp_path / "w")
    assert snapshot.read("loans")["loan_id"].to_pylist() == ["0012-mortgage_new_home"]
    assert snapshot.read("balances")["average_daily"].to_pylist() == [Decimal("12000.00")]
    assert [doubt.code for doubt in report.doubts] == ["point_as_average", "derived_loans"]
    assert "loans have no number: one is made of customer number and kind" in str(report.doubts[1])
    assert not ingest([path], warehouse=tmp_path / "w", as_of=DAY).changed
