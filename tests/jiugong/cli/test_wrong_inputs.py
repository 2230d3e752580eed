"""What a clerk does wrong, file by file: the exit code, the whole message, and that nothing half-written remains.

A message says what was asked, what was found and where, what would be right, what to do next.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from jiugong import cli
from jiugong.policy import DEFAULT_POLICY
from jiugong.warehouse import open_snapshot

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("ingest", ...)` in an empty folder: exit code, standard output, standard error without its progress lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JIUGONG_WAREHOUSE", raising=False)
    # Commands look for the desk's entry points, which start nothing here but cost a second.
    monkeypatch.setattr(cli, "_add_desk", lambda app: None)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(arguments)
        said = capsys.readouterr()
        return code, said.out, "".join(line for line in said.err.splitlines(True) if " %  " not in line)

    return command


def ingest(run: Run, name: str, *options: str) -> tuple[int, str, str]:
    return run("ingest", name, "--as-of", "2026-06-30", "--warehouse", "wh", "--report", "report.json", *options)


def left_over() -> list[str]:
    """Every file below the folder but the one that was put there."""
    return sorted(str(path) for path in Path().rglob("*") if path.is_file() and path.name != "customers.csv")


REFUSED = {
    "missing column": (
        "客户,姓名,年收入\n001,甲,5\n".encode(),
        "jiugong: customers.csv, column 'customer_id': required for customers, and no header of the file stands for it; "
        "'客户' looks like it; name it in a mapping ([file.columns] \"客户\" = \"customer_id\") or head the column "
        "'customer_id'\n",
    ),
    "empty file": (b"", "jiugong: customers.csv: is empty (0 bytes); give a file with a header row\n"),
    "blank lines": (
        b"\n\n",
        "jiugong: customers.csv: has no header in row 1; give a file whose first row names the columns\n",
    ),
    "broken bytes": (
        b"customer_id,name\n001,\xff\xff\n",
        "jiugong: customers.csv, row 2: is neither UTF-8 nor GB18030 text: byte 21 belongs to no character; save it as "
        "CSV UTF-8, or name the encoding in the mapping (encoding = …)\n",
    ),
    "UTF-8 with a damaged character": (
        "客户号,姓名\n001,张三\n002,李".encode()[:-1] + b"\n",
        "jiugong: customers.csv, row 3: is UTF-8 text, but byte 32 belongs to no character: the file was damaged; export "
        "it again as CSV UTF-8 (if it is another encoding after all, name it in the mapping: encoding = …)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_whole(case: str, run: Run) -> None:
    content, message = REFUSED[case]
    Path("customers.csv").write_bytes(content)
    assert ingest(run, "customers.csv") == (1, "", message)
    assert left_over() == []


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_file_leaves_the_snapshot_before_it(case: str, run: Run) -> None:
    Path("customers.csv").write_text("客户号\n7\n", encoding="utf-8")
    assert ingest(run, "customers.csv")[0] == 0
    before = {path: Path(path).read_bytes() for path in left_over()}
    Path("customers.csv").write_bytes(REFUSED[case][0])
    assert ingest(run, "customers.csv")[0] == 1
    assert {path: Path(path).read_bytes() for path in left_over()} == before


QUARANTINED = {
    "text in an amount": (
        "客户号,年收入\n001,五万\n002,60000\n",
        ("2", "annual_income", "五万", "not_money"),
        "annual_income: 不是金额: 应为 1234.56 这样的数字; 单位写在表头, 或写在金额后面(如 5万元) (1 x, first in row 2)",
    ),
    "an ID that Excel made scientific": (
        "客户号,身份证号,年收入\n001,1.10101E+17,50000\n002,,60000\n",
        ("2", "id_number", "1.10***E+17", "scientific"),
        "id_number: 编号成了科学计数法(如 1.10101E+17), 原值已丢失; 请把该列设为文本后重新导出 (1 x, first in row 2)",
    ),
    "a date in the future": (
        "客户号,开户日期,年收入\n001,2026-07-01,50000\n002,2026-06-30,60000\n",
        ("2", "opened_on", "2026-07-01", "future"),
        "opened_on: 日期晚于数据日期; 请核对该日期, 或核对装载时给出的数据日期 (1 x, first in row 2)",
    ),
}


def check_quarantined(code: int, out: str, file: str, cell: tuple[str, ...], why: str) -> None:
    """Row 2 is set aside and written down, customer 002 is loaded, and the report adds up."""
    assert code == 3
    lines = out.splitlines()
    assert lines[:2] == [f"{file} -> customers: 2 read, 1 loaded, 1 quarantined", f"quarantined: {file}, {why}"]
    assert lines[2].startswith("quarantine: wh/quarantine/2026-06-30-")
    assert lines[2].endswith("; correct these rows at their source and ingest the file again")
    assert lines[3].startswith("snapshot of 2026-06-30 written: ")
    (quarantine,) = Path("wh/quarantine").iterdir()
    with quarantine.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["file"], row["table"]) == (file, "customers")
    assert (row["row"], row["column"], row["value"], row["code"]) == cell
    (counted,) = json.loads(Path("report.json").read_text(encoding="utf-8"))["files"]
    assert (counted["read"], counted["loaded"], counted["quarantined"]) == (2, 1, 1)
    snapshot = open_snapshot("wh")
    (loaded,) = snapshot.read("customers").select(["customer_id", "annual_income"]).to_pylist()
    assert loaded == {"customer_id": "002", "annual_income": Decimal(60000)}
    assert [path.name for path in snapshot.folder.iterdir()] == ["manifest.json"]
    assert len(list(snapshot.data.iterdir())) == 1


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_wrong_row_is_set_aside_and_the_others_are_loaded(case: str, run: Run) -> None:
    content, cell, why = QUARANTINED[case]
    Path("customers.csv").write_text(content, encoding="utf-8")
    code, out, err = ingest(run, "customers.csv")
    assert err == ""
    check_quarantined(code, out, "customers.csv", cell, why)


def test_an_id_in_a_number_cell_of_a_workbook(run: Run) -> None:
    with xlsxwriter.Workbook("customers.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户号", "身份证号", "年收入"])
        sheet.write_row(1, 0, ["001", 110101199001011234, 50000])  # as a person types it: Excel keeps 15 digits
        sheet.write_row(2, 0, ["002", "", 60000])
    code, out, err = ingest(run, "customers.xlsx")
    assert err == ""
    check_quarantined(
        code, out, "customers.xlsx", ("2", "id_number", "1.10*************e+17", "number_cell"),
        "id_number: 电子表格把编号存成了数字, 前导零和第16位以后的数字可能已丢失; 请核对后逐格更正, 或把该列设为文本后重新导出 (1 x, first in row 2)",
    )  # fmt: skip


def test_a_gbk_file_is_simply_read(run: Run) -> None:
    Path("customers.csv").write_bytes("客户号,姓名\n001,张三\n".encode("gbk"))
    code, out, err = ingest(run, "customers.csv")
    assert (code, err) == (0, "")
    assert out.startswith("customers.csv -> customers: 1 read, 1 loaded, 0 quarantined\nsnapshot of 2026-06-30 written")
    assert open_snapshot("wh").read("customers")["name"].to_pylist() == ["张三"]


def test_a_gbk_file_whose_mapping_says_utf8(run: Run) -> None:
    Path("customers.csv").write_bytes("客户号,姓名\n001,张三\n".encode("gbk"))
    Path("mapping.toml").write_text(
        '[[file]]\nmatch = "*"\ntable = "customers"\nencoding = "utf-8"\n', encoding="utf-8"
    )
    code, out, err = ingest(run, "customers.csv", "--mapping", "mapping.toml")
    assert (code, out) == (1, "")
    assert err == (
        "jiugong: customers.csv, row 1: is not utf-8 text: byte 0 belongs to no character; correct the encoding in the mapping, or leave it out\n"
    )  # fmt: skip
    assert left_over() == ["mapping.toml"]


def test_an_unknown_policy_key_is_named_with_its_line(run: Run) -> None:
    Path("customers.csv").write_text("客户号,年收入,资产\n001,50000,1\n", encoding="utf-8")
    text = DEFAULT_POLICY.read_text(encoding="utf-8").replace("asset_bands =", "asset_band =")
    Path("policy.toml").write_text(text, encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith("asset_band ="))
    code, out, err = run("segment", "--customers", "customers.csv", "--policy", "policy.toml", "--out", "out.csv")
    assert (code, out) == (1, "")
    assert err == f"jiugong: policy.toml:{line}: grid.asset_band: unknown key; did you mean 'asset_bands'?\n"
    assert left_over() == ["policy.toml"]


SEGMENT_REFUSED = {
    "text in an amount": (
        "客户号,年收入,资产\n001,五万,1\n002,60000,1\n",
        ", row 2, column 'annual_income': 不是金额: 应为 1234.56 这样的数字; 单位写在表头, 或写在金额后面(如 5万元); 1 of 2 rows break the "
        "contract and nothing was written: correct them, or load the file with `jiugong ingest`, which sets them aside, "
        "and use --warehouse\n",
    ),
    "no assets": (
        "客户号,年收入\n001,50000\n",
        ", column 'assets': is needed where no balances are given, and no header stands for it; head the column of assets "
        "'assets' (资产), or add --balances FILE\n",
    ),
    "a negative income": (
        "客户号,年收入,资产\n001,1,1\n002,-1,1\n",
        ": row 3, column 'annual_income': is negative for 1 customers; a yearly income is 0 or more, or empty where "
        "unknown: correct it\n",
    ),
}


def test_a_month_that_the_balances_lack_is_said_of_their_file(run: Run) -> None:
    Path("customers.csv").write_text("客户号,年收入\n001,50000\n", encoding="utf-8")
    Path("balances.csv").write_text("客户号,类别,月份,日均\n001,活期,2026-04,1\n", encoding="utf-8")
    code, out, err = run(
        "segment", "--customers", "customers.csv", "--balances", "balances.csv", "--as-of", "2026-06-30",
        "--out", "out.csv",
    )  # fmt: skip
    assert (code, out) == (1, "")
    assert err == (
        "jiugong: balances.csv: column 'month': balances hold no row of 2026-06, which 'month_average' on 2026-06-30 "
        "measures; its newest is 2026-04: give another day, or load the months\n"
    )
    assert left_over() == ["balances.csv"]


@pytest.mark.parametrize("case", SEGMENT_REFUSED)
def test_segment_sets_nothing_aside(case: str, run: Run) -> None:
    content, message = SEGMENT_REFUSED[case]
    Path("customers.csv").write_text(content, encoding="utf-8")
    code, out, err = run("segment", "--customers", "customers.csv", "--out", "out.csv")
    assert (code, out) == (1, "")
    assert err == f"jiugong: customers.csv{message}"
    assert left_over() == []


def test_balances_of_other_customers_are_pointed_at(run: Run) -> None:
    Path("c.csv").write_text("客户号,年收入\n1,80000\n2,\n", encoding="utf-8")
    Path("b.csv").write_text(
        "客户号,类别,月份,月日均余额\n1,活期,2026-06,5\n8,活期,2026-06,5\n9,活期,2026-06,5\n", encoding="utf-8"
    )
    code, _, error = run("segment", "--customers", "c.csv", "--balances", "b.csv", "--out", "o.csv")
    assert code == 0
    assert error == (
        "warning: b.csv: 2 of 3 rows belong to nobody in the customers' file and are not looked at\n"
    )  # fmt: skip


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there(run: Run) -> None:
    code, _, error = run("ingest", "nothing.xlsx", "--as-of", "20260630")
    assert (code, error) == (1, "jiugong: nothing.xlsx: no such file; check the path\n")
    Path("c.csv").write_text("客户号,年收入,资产\n1,80000,5\n", encoding="utf-8")
    code, _, error = run("segment", "--customers", "c.csv", "--out", "nowhere/o.csv")
    assert (code, "nowhere/o.csv: its folder does not exist; make it, or name another" in error) == (1, True)


def test_a_loop_of_links_is_no_file(run: Run) -> None:
    Path("customers.csv").symlink_to("loans.csv")
    Path("loans.csv").symlink_to("customers.csv")
    for path in ("customers.csv", "."):
        code, out, err = ingest(run, path)
        assert (code, out, err) == (1, "", "jiugong: customers.csv: no such file; check the path\n")


@pytest.mark.parametrize("mapping", ["/dev/zero", "large.toml"])
def test_a_mapping_that_never_ends(mapping: str, run: Run) -> None:
    Path("customers.csv").write_text("客户号\n001\n", encoding="utf-8")
    with Path("large.toml").open("wb") as file:
        file.truncate(1 << 30)
    code, out, err = ingest(run, "customers.csv", "--mapping", mapping)
    assert (code, out) == (1, "")
    assert err == (
        f"jiugong: {mapping}: is no mapping: give a TOML file of at most 1 MB (docs/reference/ingest.md shows one)\n"
    )


def test_a_list_by_its_table_and_an_unknown_table(run: Run) -> None:
    Path("x.csv").write_text("客户号,活期日均\n001,5\n", encoding="utf-8")
    code, out, _ = ingest(run, "x.csv", "--table", "customer_list")
    assert code == 0
    assert out.startswith("x.csv -> customer_list: 1 read, 1 loaded, 0 quarantined\n")
    code, _, err = ingest(run, "x.csv", "--table", "customer")
    assert (code, "customer_list" in err) == (2, True)


def test_a_file_with_a_header_only_is_named(run: Run) -> None:
    Path("customers.csv").write_text("客户号,姓名\n", encoding="utf-8")
    code, out, _ = ingest(run, "customers.csv")
    assert code == 0
    assert "warning: customers.csv -> customers: has a header and no rows; nothing was changed by it\n" in out
