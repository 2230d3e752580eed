"""The process that reads: its limits, what it may not do, and what is said when it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from jiugong.errors import InputError
from jiugong.warehouse import apart, reader
from jiugong.warehouse.reader import read_sheet
from jiugong.warehouse.reading import child
from jiugong.warehouse.reading.limits import OPERATOR, UPLOAD
from jiugong.warehouse.refusals import SENTENCES, refusal
from jiugong.warehouse.sheet import Sheet


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def refused(path: Path, **options) -> InputError:
    with pytest.raises(InputError) as caught:
        read_sheet(path, **options)
    assert caught.value.file == path.name
    return caught.value


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rows": 999}, "too_many_rows"), ({"columns": 2}, "too_many_columns"), ({"output_bytes": 20_000}, "too_much"),
        ({"wall_seconds": 0}, "too_much"),
    ],
)  # fmt: skip
def test_each_limit_ends_the_reading(change: dict[str, int], code: str, tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", b"customer_id,name,mobile\n" + b"0012,x,\n" * 1_000)
    assert read_sheet(path, limits=UPLOAD).table.num_rows == 1_000
    assert refused(path, limits=replace(UPLOAD, **change)).code == code


def test_processor_time_ends_the_reading(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", b"customer_id,name\n" + b"1\n" * 4_000_000)  # each is handed out
    error = refused(path, limits=replace(OPERATOR, cpu_seconds=1, rows=10**7))
    assert (error.code, "(the reading process ended with -9)" in str(error)) == ("too_much", True)


def test_rows_of_another_shape_count_as_rows(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", b"customer_id,name\n" + b"1\n" * 1_000)
    assert len(read_sheet(path).misshapen) == 1_000
    assert refused(path, limits=replace(UPLOAD, rows=999)).code == "too_many_rows"


def test_the_process_opens_nothing_more_and_knows_no_secret(tmp_path: Path) -> None:
    """What a broken reader could do: after the limits no file and no socket can be opened."""
    code = f"""
import importlib.util, os, socket, sys
spec = importlib.util.spec_from_file_location("child", {child.__file__!r})
child = importlib.util.module_from_spec(spec); spec.loader.exec_module(child)
child._own("limits").nothing_more_opens()
for attempt in (lambda: open("stolen", "w"), lambda: open("/etc/passwd"), lambda: socket.socket()):
    try: attempt()
    except OSError: continue
    sys.exit(1)
"""
    assert subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, check=False).returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert not {name for name in apart.ENVIRONMENT if "JIUGONG" in name or "PATH" in name}


def test_what_the_process_complains_about_is_not_heard(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    error = refused(put(tmp_path / "a.xlsx", b"PK\x03\x04 canary-7731"))
    assert "canary" not in str(error)
    assert capfd.readouterr() == ("", "")


def test_a_lying_process_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file made of the reading process: what it leaves is checked, and one line at most is said."""
    left: dict[str, bytes] = {}

    def run(request: dict, patience: int) -> int:
        for name, content in left.items():
            (Path(request["folder"]) / name).write_bytes(content)
        return child.REFUSED if child.WHY in left else child.DONE

    monkeypatch.setattr(reader, "_run", run)
    path = put(tmp_path / "a.csv", b"a\n")
    for cells in (b"", b"ARROW1\x00\x00" * 9, _arrow(pa.table({"x": ["1"]}))):
        left.clear()
        left[child.CELLS] = cells
        assert refused(path).code == "unreadable"
    for said, code in (
        (b"", "unreadable"), (b"[1]", "unreadable"), (b'{"code": "no_such_code"}', "unreadable"),
        (b'{"code": "no_header", "number": "3\\n2026-01-01 root: login"}', "no_header"),
        (b'{"code": "no_encoding"}', "unreadable"), (b'{"code": "no_header", "number": 1, "row": "x", "file": "/etc"}', "no_header"),
    ):  # fmt: skip
        left.clear()
        left[child.WHY] = said
        error = refused(path)
        assert (error.code, "\n" in str(error)) == (code, False)


def _arrow(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return sink.getvalue().to_pybytes()


def test_every_refusal_has_two_languages_and_both_take_the_facts() -> None:
    facts = {"byte": 7, "number": 3, "most": 5, "found": 9, "expected": 8, "name": "A", "names": "B", "ending": ".x",
             "endings": ".y", "encoding": "utf-8", "why": "w", "ratio": 2, "megabytes": 1, "seconds": 1, "ended": -6,
             "what": "list", "one": "a", "other": "b", "said": "客户号", "table": "t", "near": "n", "hint": "h", "hint_zh": "h"}  # fmt: skip
    for code in SENTENCES:
        error = refusal(code, file="a.csv", sheet="S", row=3, column="c", **facts)
        assert error.code == code
        assert str(error).startswith("a.csv, sheet 'S', row 3, column 'c': ")
        assert error.chinese.startswith("《a.csv》工作表“S”第 3 行“c”列：")
        assert "{" not in str(error).replace("[file.columns]", "") + error.chinese


def other(magic: bytes, *more: str) -> bytes:
    return magic + b"\x00" * 600 + b"".join(text.encode("utf-16-le") for text in more) + b"\x00" * 600


NAMED = {
    "locked.xlsx": (other(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage"), "is_locked", "设有打开密码"),
    "old.xlsx": (other(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Workbook"), "is_old_workbook", "旧格式的工作簿"),
    "word.xlsx": (other(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "WordDocument"), "is_word", "Word 文档"),
    "page.csv": ("\ufeff<html><table><tr><td>客户号</td></tr></table>".encode(), "is_web_page", "实际是网页"),
    "pdf.csv": (b"%PDF-1.7 ", "is_other", "实际是PDF 文档"),
    "book.csv": (b"PK\x03\x04", "is_misnamed", "实际是Excel 工作簿，文件名却以“.csv”结尾"),
    "text.xlsx": ("客户号,姓名\n1,2\n".encode(), "is_misnamed", "实际是文本文件（CSV），文件名却以“.xlsx”结尾"),
    "text.parquet": (b"a,b\n", "is_misnamed", "实际是文本文件（CSV）"),
    "utf16.csv": ("客户号,a\n1,2\n".encode("utf-16-le"), "is_binary", "没有标记的 UTF-16"),
    "list.et": (b"x", "is_old_workbook", "另存为 .xlsx"),
    "list.docx": (b"x", "is_word", "Word 文档"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_renamed_file_is_named_for_what_it_is(name: str, tmp_path: Path) -> None:
    content, code, chinese = NAMED[name]
    error = refused(put(tmp_path / name, content))
    assert error.code == code
    assert chinese in error.chinese


def test_a_loop_of_links_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"a\.csv: no such file; check the path"):
        read_sheet(tmp_path / "a.csv")


def test_two_hundred_thousand_columns(tmp_path: Path) -> None:
    row = ",".join(f"c{place}" for place in range(200_000)).encode()
    error = refused(put(tmp_path / "a.csv", row + b"\n" + row + b"\n"))
    assert str(error) == "a.csv: has 200,000 columns, more than 16,384; give only the columns that are needed"
    error = refused(put(tmp_path / "b.csv", b"c" * (5 << 20)))
    assert error.code in {"header_too_long", "unreadable_header"}


def test_a_sheet_is_saved_and_comes_back_as_it_was(tmp_path: Path) -> None:
    sheet = read_sheet(put(tmp_path / "a.csv", "客户清单\na, ,b,a\n1,2,3,4\n5\n,,x,\n".encode()))
    assert (sheet.duplicates, [bad.row for bad in sheet.misshapen]) == (("a",), [4])
    sheet.save(tmp_path / "cells")
    back = Sheet.load(tmp_path / "cells")
    assert back == replace(sheet, table=back.table, rows=back.rows)
    assert back.table.equals(sheet.table)
    assert back.rows.to_pylist() == sheet.rows.to_pylist() == [3, 5]


def test_marks_of_number_and_error_cells_are_saved_too(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet("清单")
        page.write_row(0, 0, ["客户号", "余额", "手机号"])
        page.write_row(1, 0, ["1", 5, 13812345678])
        page.write(2, 0, "2")
        page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        page.write_formula(3, 1, "=A1", None, "")
    sheet = read_sheet(tmp_path / "a.xlsx")
    assert sheet.table["余额"].to_pylist() == ["5", "#DIV/0!", "#未计算"]
    sheet.save(tmp_path / "cells")
    back = Sheet.load(tmp_path / "cells")
    assert {name: marks.to_pylist() for name, marks in back.numbers.items()} == {
        "客户号": [False, False, False], "余额": [True, False, False], "手机号": [True, False, False],
    }  # fmt: skip
    assert {name: marks.to_pylist() for name, marks in back.errors.items()} == {"余额": [False, True, True]}
    assert (back.origin, back.origin.sheet) == (sheet.origin, "清单")


def test_saved_cells_of_nobody(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="these are no cells"):
        Sheet.load(put(tmp_path / "cells", _arrow(pa.table({"x": ["1"]}))))


def test_the_request_is_plain(tmp_path: Path) -> None:
    assert json.loads(json.dumps(asdict(UPLOAD))) == asdict(UPLOAD)


def test_what_is_looked_for_in_xml_is_found_across_the_blocks_it_is_read_in() -> None:
    """A sound sheet is never refused for a number that a block cuts in two, nor a broken one let pass."""
    from jiugong.warehouse.reading import container

    sound, broken = b'<c r="A1" t="s"><v>1234</v></c>', b'<c r="A1" t="s"><v>x</v></c>'
    for cut in range(len(sound) + 1):
        assert not container._NO_TEXT.search(sound[:cut])
        assert not container._NO_TEXT.search(sound[cut:])
    assert container._NO_TEXT.search(broken)
    assert len(broken) < container._OVERLAP
