"""Files in and out: encodings, separators, spreadsheets, and what is no table at all."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from jiugong.errors import InputError, MisuseError
from jiugong.warehouse import read_table, write_table
from jiugong.warehouse.reader import read_sheet
from jiugong.warehouse.reading.encodings import find_encoding

ROWS = [{"客户号": "0012", "姓名": "张三"}, {"客户号": "0013", "姓名": "李四"}]
CSV = "客户号,姓名\n0012,张三\n0013,李四\n"


COMMON = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_however_it_was_saved(encoding: str, separator: str, end: str, tmp_path: Path) -> None:
    text = CSV.replace(",", separator).replace("\n", end)
    assert read_table(put(tmp_path / "a.csv", text.encode(encoding))).to_pylist() == ROWS


def test_cells_are_text_and_empty_ones_null(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", b'a,b,\n0012,"x ""y"", z",\n"",\n'.replace(b'"",\n', b'"",,\n')))
    assert table.schema.types == [pa.string(), pa.string()]
    assert table.to_pylist() == [{"a": "0012", "b": 'x "y", z'}]


def test_rows_keep_their_numbers_across_blank_lines_and_titles(tmp_path: Path) -> None:
    sheet = read_sheet(put(tmp_path / "a.csv", '客户清单\n\n"客户\n号",姓名\n1,a\n\n,\n2,b\n3\n4,c\n'.encode()))
    assert sheet.table.column_names == ["客户\n号", "姓名"]
    assert sheet.table.column(0).to_pylist() == ["1", "2", "4"]
    # A header that runs over two lines counts as one row.
    assert sheet.rows.to_pylist() == [4, 7, 9]
    assert [(bad.row, bad.expected, bad.found) for bad in sheet.misshapen] == [(8, 2, 1)]


def test_a_row_of_another_shape_is_an_error_to_read_table(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(put(tmp_path / "a.csv", b"a,b\n1,2\n1,2,3\n"))
    assert str(caught.value) == (
        "a.csv, row 3: has 3 fields where the header has 2; mend the separators or quotation marks"
    )
    with pytest.raises(InputError, match="row 3: has 1 fields where the header has 2"):
        read_table(put(tmp_path / "b.csv", b"a,b\n1,2\n1\n"))


WRONG = {
    "empty.csv": (b"", "empty.csv: is empty (0 bytes); give a file with a header row"),
    "blank.csv": (b"\n\n", "blank.csv: has no header in row 1; give a file whose first row names the columns"),
    "bytes.csv": (
        b"a,b\n\xff\xfe\xff,2\n",
        "bytes.csv, row 2: is neither UTF-8 nor GB18030 text: byte 4 belongs to no character; save it as CSV UTF-8, or name "
        "the encoding in the mapping (encoding = …)",
    ),
    "half.csv": (
        "a,b\n张,".encode("gb18030") + b"\xd5",
        "half.csv, row 2: is neither UTF-8 nor GB18030 text: byte 7 belongs to no character; save it as CSV UTF-8, or name "
        "the encoding in the mapping (encoding = …)",
    ),
    "damaged.csv": (
        "a,b\n张三,1\n李四,2\n王五".encode() + b"\xe4\xba,3\n",  # all of it GB18030 too, of other characters
        "damaged.csv, row 4: is UTF-8 text, but byte 28 belongs to no character: the file was damaged; export it again "
        "as CSV UTF-8 (if it is another encoding after all, name it in the mapping: encoding = …)",
    ),
    "quote.csv": (
        b'a,b\n1,"2\n3,4\n5,6\n',
        "quote.csv: has a quotation mark that is not closed, which swallows the rows after it; close it",
    ),
    "twice.csv": (b"a,b,a\n1,2,3\n", "twice.csv, column 'a': stands in the header more than once; rename one of them"),
    "a.xls": (b"x", "a.xls: is a workbook of the old kind (.xls, .et); open it in Excel or WPS and save it as .xlsx"),
    "a.dat": (b"x", "a.dat: ends in '.dat'; give one of .asc, .csv, .parquet, .tsv, .txt, .xlsx"),
    "a.parquet": (b"PAR1", "a.parquet: is not a Parquet file that can be opened; write it again"),
    "a.xlsx": (
        b"PK\x03\x04 no workbook",
        "a.xlsx: is not an Excel workbook that can be opened (damaged, or cut off while it was copied); save it "
        "again as .xlsx",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_table_is_refused_in_words(name: str, tmp_path: Path) -> None:
    content, sentence = WRONG[name]
    with pytest.raises(InputError) as caught:
        read_table(put(tmp_path / name, content))
    assert str(caught.value) == sentence


def test_common_chinese_in_gb18030_is_not_taken_for_damaged_utf8() -> None:
    draw = random.Random(1)  # 500 short files; by lot, since "一一一" is at once GB18030 and UTF-8, and nobody can tell
    for _ in range(500):
        text = "".join(draw.choices(COMMON, k=12))
        assert find_encoding(io.BytesIO(f"a\n{text}\n".encode("gb18030"))) == "gb18030"


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.csv: no such file; check the path"):
        read_table(tmp_path / "absent.csv")


def test_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    table = read_table(put(tmp_path / "a.csv", b"a,b\n"))
    assert (table.column_names, table.num_rows) == (["a", "b"], 0)


def workbook(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("清单")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    return path


def test_spreadsheet_cells_are_what_a_person_sees(tmp_path: Path) -> None:
    cells = {
        (0, 1): "客户清单", (2, 1): "客户号", (2, 2): "余额", (2, 3): "开户日期", (2, 4): "代发",
        (3, 1): "0012", (3, 2): 1234.5, (3, 3): datetime(2026, 3, 2), (3, 4): True,  # noqa: DTZ001
        (5, 1): 110101199003078515, (5, 2): 7, (5, 3): datetime(2026, 3, 2, 9, 30),  # noqa: DTZ001
    }  # fmt: skip
    sheet = read_sheet(workbook(tmp_path / "a.xlsx", cells))
    assert sheet.table.to_pylist() == [
        {"客户号": "0012", "余额": "1234.5", "开户日期": "2026-03-02", "代发": "true"},
        {"客户号": "1.101011990030785e+17", "余额": "7", "开户日期": "2026-03-02 09:30:00", "代发": None},
    ]
    assert sheet.rows.to_pylist() == [4, 6]
    assert sheet.numbers["客户号"].to_pylist() == [False, True]


def test_named_sheet_and_header_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {(0, 0): "x", (0, 1): "y", (1, 0): "a", (1, 1): "b", (2, 0): "1", (2, 1): "2"})
    assert read_sheet(path, header_row=2, sheet="清单").table.to_pylist() == [{"a": "1", "b": "2"}]
    with pytest.raises(InputError, match=r"has no sheet 'Sheet9', but 清单; name one of these"):
        read_sheet(path, sheet="Sheet9")
    with pytest.raises(InputError, match="sheet '清单': has no header in row 9; give a file"):
        read_sheet(path, header_row=9)


def test_a_cell_far_outside_is_named_before_the_reader_asks_for_400_gb(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {(0, 0): "客户号", (1_048_575, 16_383): "x"})
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert str(caught.value) == (
        "a.xlsx, sheet '清单', row 1048576: has a cell far outside the data (in column XFD); delete the empty rows and "
        "columns around the list, or save it as CSV"
    )
    assert caught.value.chinese == (
        "《a.xlsx》工作表“清单”第 1048576 行：数据之外很远处（XFD 列）还有单元格；请删去名单四周的空行空列，或存为 CSV"
    )


def test_no_reader_of_foreign_bytes_is_in_our_process() -> None:
    """A file that breaks its reader is only survived because nobody here imports the reader."""
    code = (
        "import sys, jiugong.warehouse, jiugong.warehouse.reader; sys.exit('python_calamine' in sys.modules "
        "or any(f'jiugong.warehouse.reading.{name}' in sys.modules for name in ('text', 'workbook', 'columnar')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_written_tables_come_back(name: str, tmp_path: Path) -> None:
    table = pa.table(
        {"id": ["0012", None], "money": pa.array([Decimal("0.10"), Decimal("-5.00")], pa.decimal128(18, 2))}
    )
    write_table(table, tmp_path / name)
    back = read_table(tmp_path / name)
    assert back.column("id").to_pylist() == ["0012", None]
    assert [Decimal(cell) for cell in back.column("money").to_pylist()] == [Decimal("0.10"), Decimal("-5.00")]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failed_write_leaves_the_file_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table(pa.table({"a": ["1"]}), tmp_path / "a.parquet")

    def full_disk(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_table(pa.table({"a": ["2"]}), tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet").to_pylist() == [{"a": "1"}]
    assert len(list(tmp_path.iterdir())) == 1


def test_other_endings_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(
        MisuseError, match=r"a table cannot be written as 'a\.xlsx'; name a file that ends in \.parquet or \.csv"
    ):
        write_table(pa.table({"a": ["1"]}), tmp_path / "a.xlsx")
