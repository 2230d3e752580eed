"""Extracts in, one snapshot out: nothing lost, nothing doubled, nothing half-written."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import MODES, TABLES, Terms, conform, ingest, open_snapshot, preview
from jiugong.warehouse.clashes import clashes

DAY = date(2026, 6, 30)


@pytest.fixture
def bank(tmp_path: Path):
    """`bank(name, text)` writes an extract; `bank.load(...)` ingests; `bank.warehouse` is the folder."""

    class Extracts:
        folder, warehouse = tmp_path / "in", tmp_path / "warehouse"

        def __call__(self, name: str, text: str, encoding: str = "utf-8") -> Path:
            self.folder.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(text.encode(encoding))
            return self.folder / name

        def load(self, *paths: Path, **options):
            return ingest(paths or [self.folder], warehouse=self.warehouse, as_of=DAY, **options)

        def read(self, table: str) -> list[dict]:
            rows = open_snapshot(self.warehouse, DAY).read(table).to_pylist()
            return [{key: value for key, value in row.items() if value is not None} for row in rows]

        def files(self) -> dict[str, bytes]:
            found = self.warehouse.rglob("*") if self.warehouse.exists() else ()
            return {str(path): path.read_bytes() for path in found if path.is_file()}

    return Extracts()


def test_good_rows_are_loaded_and_the_others_written_down(bank) -> None:
    bank(
        "客户清单.csv",
        "客户号,姓名,身份证号,年收入（万元）\n0012,张三,,12.5\n0013,李四,1.10101E+17,1\n0014,王五,,面议\n",
        "gb18030",
    )
    report = bank.load()
    assert [(f.file, f.table, f.read, f.loaded, f.quarantined) for f in report.files] == [
        ("客户清单.csv", "customers", 3, 1, 2)
    ]
    assert bank.read("customers") == [{"customer_id": "0012", "name": "张三", "annual_income": Decimal("125000.00")}]
    assert report.quarantine is not None
    with report.quarantine.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "row", "table", "column", "value", "code", "reason", "header", "sheet"]
    assert [row[:6] for row in rows[1:]] == [
        ["客户清单.csv", "3", "customers", "id_number", "1.10***E+17", "scientific"],
        ["客户清单.csv", "4", "customers", "annual_income", "面议", "not_money"],
    ]
    assert "李四" not in report.quarantine.read_text(encoding="utf-8")


def test_the_same_extract_again_changes_nothing(bank) -> None:
    bank("customers.csv", "customer_id,mobile\n2,13812345678\n1,\n3,12\n")
    bank("transactions.csv", "customer_id,booked_at,amount\n1,2026-06-01,5\n1,2026-06-01,5\n")
    first = bank.load()
    before = bank.files()
    again = bank.load()
    assert (first.changed, again.changed) == (True, False)
    assert again.snapshot == first.snapshot
    assert again.batch.id == first.batch.id
    assert vars(again.batch.tables["customers"]) == {"new": 0, "changed": 0, "unchanged": 2, "left": 0}
    assert vars(again.batch.tables["transactions"])["unchanged"] == 2
    assert bank.files() == before
    assert len(bank.read("transactions")) == 2  # two withdrawals of one amount on one day are two


def test_a_second_load_of_the_date_is_laid_over_the_first(bank) -> None:
    north = bank("customers_north.csv", "customer_id,status\n1,正常\n2,正常\n")
    south = bank("customers_south.csv", "customer_id,status\n2,销户\n3,正常\n")
    bank.load(north)
    bank.load(bank("branches.csv", "branch_id,name\nB,x\n"))
    bank.load(south)
    assert bank.read("customers") == [
        {"customer_id": "1", "status": "active"},
        {"customer_id": "2", "status": "closed"},
        {"customer_id": "3", "status": "active"},
    ]
    assert bank.read("branches") == [{"branch_id": "B", "name": "x"}]


def test_keys_that_come_twice(bank) -> None:
    bank(
        "customers.csv",
        "customer_id,branch_id,occupation\n1,A,x\n2,A,x\n1,A,x\n3,A,x\n2,B,x\n3,A,y\n4,A,x\n",
    )
    bank("customers_more.csv", "customer_id,branch_id,occupation\n4,A,x\n5,A,x\n")
    report = bank.load()
    assert [row["customer_id"] for row in bank.read("customers")] == ["1", "4", "5"]
    assert [(r.file, r.row, r.code) for r in report.rejections] == [
        ("customers.csv", 3, "two_outlets"),
        ("customers.csv", 4, "repeated"),
        ("customers.csv", 5, "conflicting"),
        ("customers.csv", 6, "two_outlets"),
        ("customers.csv", 7, "conflicting"),
        ("customers_more.csv", 2, "repeated"),
    ]
    assert [(f.read, f.loaded, f.quarantined) for f in report.files] == [(7, 2, 5), (2, 1, 1)]


def test_an_account_column_may_be_empty_and_still_is_part_of_the_key(bank) -> None:
    bank(
        "balances.csv",
        "customer_id,category,month,average_daily,account_id\n1,demand,2026-05,5,\n1,demand,2026-05,5,\n1,demand,2026-05,6,A\n",
    )
    report = bank.load()
    assert report.quarantined == 1
    assert report.rejections[0].code == "repeated"
    bank("balances.csv", "customer_id,category,month,average_daily,account_id\n1,demand,2026-05,7,\n")
    bank.load()
    assert sorted(row["average_daily"] for row in bank.read("balances")) == [Decimal(6), Decimal(7)]


NOTHING_WRITTEN = {
    "missing column": ("balances.csv", b"customer_id,category,month\n1,demand,2026-05\n", "column 'average_daily': required for balances"),
    "empty": ("customers.csv", b"", "is empty (0 bytes)"),
    "wrong bytes": ("customers.csv", b"customer_id\n\xff\xff\n", "is neither UTF-8 nor GB18030 text: byte 12"),
    "forbidden": ("customers.csv", "customer_id,征信评分\n1,2\n".encode("gb18030"), "column '征信评分': must not be held"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTHING_WRITTEN)
def test_one_file_that_cannot_be_read_and_nothing_is_written(case: str, bank) -> None:
    name, content, sentence = NOTHING_WRITTEN[case]
    bank("staff.csv", "staff_id,name,branch_id,post\n1,a,B,planner\n")
    (bank.folder / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        bank.load()
    assert sentence in str(caught.value)
    assert caught.value.file == name
    assert bank.files() == {}


def test_a_killed_write_leaves_the_snapshot_before_it(bank, monkeypatch: pytest.MonkeyPatch) -> None:
    bank("customers.csv", "customer_id\n1\n")
    bank.load()
    before = open_snapshot(bank.warehouse).digest
    bank("customers.csv", "customer_id\n2\n")

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("jiugong.warehouse.store.load.write_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            bank.load()
    assert open_snapshot(bank.warehouse).digest == before
    assert bank.read("customers") == [{"customer_id": "1"}]
    bank.load()
    assert len(bank.read("customers")) == 2


def test_a_number_cell_is_no_identifier_however_it_looks(bank) -> None:
    bank.folder.mkdir()
    with xlsxwriter.Workbook(bank.folder / "客户.xlsx") as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(
            [["客户号", "手机号", "年收入"], ["0012", "13812345678", 5], ["13", 13812345678, 5], [14, "", 5]]
        ):
            sheet.write_row(place, 0, row)
    report = bank.load()
    assert [(r.row, r.column, r.value, r.code) for r in report.rejections] == [
        (3, "mobile", "1381***5678", "number_cell"),
        (4, "customer_id", "14", "number_cell"),
    ]
    assert bank.read("customers") == [
        {"customer_id": "0012", "mobile": "13812345678", "annual_income": Decimal("5.00")}
    ]


def test_a_row_of_another_shape_is_set_aside(bank) -> None:
    bank("customers.csv", "customer_id,name\n1,a\n2\n3,b,c\n\n4,d\n")
    report = bank.load()
    assert [(r.row, r.code) for r in report.rejections] == [(3, "fields"), (4, "fields")]
    assert (report.read, report.loaded, report.quarantined) == (4, 2, 2)


def test_what_a_row_does_to_one_that_stands(bank) -> None:
    """By mode: as a whole, its filled cells, or nothing."""
    first = bank("customers.csv", "customer_id,occupation,annual_income\n1,x,10\n2,x,20\n")
    second = bank("customers_later.csv", "customer_id,occupation,annual_income\n1,,11\n3,z,\n")
    expected = {
        "replace": [("1", None, 11), ("2", "x", 20), ("3", "z", None)],
        "update": [("1", "x", 11), ("2", "x", 20), ("3", "z", None)],
        "new": [("1", "x", 10), ("2", "x", 20), ("3", "z", None)],
    }
    for mode, rows in expected.items():
        bank.warehouse = bank.folder.parent / mode
        bank.load(first)
        counts = bank.load(second, terms=Terms(mode)).batch.tables["customers"]
        assert vars(counts) == {"new": 1, "changed": int(mode != "new"), "unchanged": 0, "left": int(mode == "new")}
        found = [
            (row["customer_id"], row.get("occupation"), row.get("annual_income")) for row in bank.read("customers")
        ]
        assert found == rows


def test_a_batch_is_known_by_its_name_and_its_files(bank) -> None:
    """Whatever the files are called when they come again; other files, another mode or mapping are another load."""
    extract = bank("customers.csv", "customer_id,annual_income\n1,5\n2,x\n")
    first = bank.load(extract, terms=Terms(batch="june"))
    before = bank.files()
    extract = extract.rename(bank.folder / "customers_again.csv")
    again = bank.load(extract, terms=Terms(batch="june"))
    assert (first.repeated, again.repeated, again.changed, bank.files()) == (False, True, False, before)
    assert (again.files, again.quarantine, again.batch) == (first.files, first.quarantine, first.batch)
    assert first.quarantine is not None
    assert again.rejections == ()
    mapping = bank("mapping.toml", '[[file]]\nmatch = "*"\ntable = "customers"\n')
    for other in ({"mapping": mapping}, {"terms": Terms("new", "june")}):
        with pytest.raises(
            InputError, match=r"batch 'june' is the name of another load \(customers.csv, into 2026-06-30\)"
        ):
            bank.load(extract, **({"terms": Terms(batch="june")} | other))
    assert bank.files() == before


def test_a_daily_update(bank) -> None:
    bank.load(bank("customers.csv", "customer_id\n1\n2\n"))
    later = bank("customers_0701.csv", "customer_id,occupation\n2,x\n3,x\n")
    report = ingest([later], warehouse=bank.warehouse, as_of=date(2026, 7, 1), terms=Terms(onto_previous=True))
    assert vars(report.batch.tables["customers"]) == {"new": 1, "changed": 1, "unchanged": 0, "left": 0}
    assert report.snapshot.read("customers")["occupation"].to_pylist() == [None, "x", "x"]
    assert [row["customer_id"] for row in bank.read("customers")] == ["1", "2"]


def test_a_preview_writes_nothing_and_says_what_would_be(bank) -> None:
    bank.load(
        bank("balances.csv", "customer_id,category,month,average_daily\n1,demand,2026-05,5\n2,demand,2026-05,6\n")
    )
    before = bank.files()
    path = bank("balances_b.csv", "customer_id,category,month,average_daily\n1,demand,2026-05,7\n3,demand,2026-06,x\n")
    shown = preview([path], warehouse=bank.warehouse, as_of=DAY)
    (change,) = shown.tables
    assert vars(change.counts) == {"new": 0, "changed": 1, "unchanged": 0, "left": 0}
    assert (change.rows_before, change.rows_after, shown.quarantined) == (2, 2, 1)
    assert vars(change.sums["average_daily"]) == {"load": 7, "before": 11, "after": 13}
    assert [rejection.code for rejection in shown.rejections] == ["not_money"]
    assert bank.files() == before
    assert preview([path], warehouse=bank.folder / "absent", as_of=DAY).tables[0].counts.new == 1
    assert not (bank.folder / "absent").exists()


def test_outlets_that_nobody_knows_are_told_and_loaded(bank) -> None:
    """Whether the list of outlets came before or comes in the same run; without one there is nothing to measure by."""
    people = bank("customers.csv", "customer_id,branch_id\n1,A\n2,X\n3,X\n4,Y\n5,\n")
    assert bank.load(people).doubts == ()
    outlets = bank("branches.csv", "branch_id,parent_id,name\nA,,a\nB,Z,b\n")
    staff = bank("staff.csv", "staff_id,name,branch_id,post\n1,n,B,planner\n")
    report = bank.load(people, outlets, staff)
    assert [(doubt.code, doubt.table, doubt.column, doubt.rows, doubt.values) for doubt in report.doubts] == [
        ("unknown_outlet", "branches", "parent_id", 1, ("Z",)),
        ("unknown_outlet", "customers", "branch_id", 3, ("X", "Y")),
    ]
    assert bank.load(bank("customers_b.csv", "customer_id,branch_id\n9,A\n8,W\n")).doubts[0].values == ("W",)
    many = "".join(f"{number},N{number}\n" for number in range(13))
    (doubt,) = bank.load(bank("customers_c.csv", "customer_id,branch_id\n" + many)).doubts
    assert (doubt.rows, len(doubt.values), doubt.more) == (13, 10, 3)
    assert str(doubt).startswith(
        "customers, branch_id: 13 rows name outlets that branches does not have: N0, N1, N10, N11,"
    )
    assert len(bank.read("customers")) == 13


def test_a_file_without_rows_takes_nothing_away(bank) -> None:
    empty = bank("customers_empty.csv", "customer_id\n")
    report = bank.load(empty)
    assert [(doubt.code, doubt.file, doubt.table) for doubt in report.doubts] == [
        ("empty_file", empty.name, "customers")
    ]
    assert (report.changed, bank.read("customers")) == (True, [])
    bank.load(bank("customers.csv", "customer_id\n1\n"))
    for mode in MODES:
        report = bank.load(empty, terms=Terms(mode))
        assert not report.changed
        assert bank.read("customers") == [{"customer_id": "1"}]


def test_the_mapping_reaches_every_part_of_the_reading(bank) -> None:
    bank("x_2026.csv", "报表\nKUNDE;STAND;SALDO;VON;X\n1;A;12,345.678;930101;9\n2;?;-;690101;9\n")
    mapping = bank(
        "mapping.toml",
        """
[[file]]
match = "x_*.csv"
table = "customers"
separator = ";"
header_row = 2
nulls = ["-"]
[file.columns]
kunde = "customer_id"
stand = "status"
saldo = "annual_income"
von = "opened_on"
[file.units]
annual_income = "千元"
[file.dates]
opened_on = "%y%m%d"
[file.constants]
income_source = "estimated"
[file.values.status]
A = "active"
"?" = ""
""",
    )
    report = bank.load(bank.folder / "x_2026.csv", mapping=mapping)
    assert bank.read("customers")[0] == {
        "customer_id": "1", "status": "active", "annual_income": Decimal("12345678.00"), "opened_on": date(1993, 1, 1),
        "income_source": "estimated",
    }  # fmt: skip
    assert report.files[0].unused == ("X",)
    assert [(r.row, r.code) for r in report.rejections] == []


def test_which_table_a_file_is(bank) -> None:
    path = bank("x.csv", "customer_id\n1\n")
    with pytest.raises(InputError) as caught:
        bank.load(path)
    assert str(caught.value).startswith("x.csv: its name does not tell which table it is; say --table, or put it in")
    with pytest.raises(
        InputError, match="no file to load; give files, or a folder with files named after their tables"
    ):
        bank.load()  # in a folder it is passed over
    with pytest.raises(MisuseError, match="'customer' is no canonical table; did you mean 'customers'"):
        bank.load(path, table="customer")
    assert bank.files() == {}
    assert bank.load(path, path, table="customers").read == 1


def test_progress_is_told_in_bytes(bank) -> None:
    size = bank("customers.csv", "customer_id\n1\n").stat().st_size + bank("staff.csv", "staff_id,name,branch_id,post\n").stat().st_size  # fmt: skip
    told: list[tuple[str, int, int]] = []
    bank.load(progress=lambda *step: told.append(step))
    assert told == [("customers.csv", 0, size), ("staff.csv", 14, size), ("snapshot", size, size)]


def canonical(table: str, pairs: list[tuple[str, str]], *columns: str, **constants: str) -> pa.Table:
    cells = {name: pa.array([pair[place] for pair in pairs], pa.string()) for place, name in enumerate(columns)}
    fixed = {name: pa.array([value] * len(pairs), pa.string()) for name, value in constants.items()}
    return conform(pa.table(cells | fixed), table)[0]


pairs_of = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12")), max_size=12)


def plain_clashes(pairs: list[tuple[str, str]], different: Callable[[set[str]], str]) -> dict[int, str]:
    expected = {}
    for place, pair in enumerate(pairs):
        twins = {other[1] for other in pairs if other[0] == pair[0]}
        if len(twins) > 1:
            expected[place] = different(twins)
        elif pair in pairs[:place]:
            expected[place] = "repeated"
    return expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2"])), max_size=12))
def test_two_outlets_against_a_plain_loop(pairs: list[tuple[str, str]]) -> None:
    """No outlet in one row and one in the other are two as well."""
    assert clashes(canonical("customers", pairs, "customer_id", "branch_id"), TABLES["customers"]) == plain_clashes(
        pairs, lambda twins: "two_outlets"
    )


@settings(max_examples=40, deadline=None)
@given(pairs_of)
def test_clashes_against_a_plain_loop(pairs: list[tuple[str, str]]) -> None:
    assert clashes(canonical("loans", pairs, "loan_id", "customer_id"), TABLES["loans"]) == plain_clashes(
        pairs, lambda twins: "conflicting"
    )
