"""Hand-made files, and what must be said of each: the code of the refusal, or of rows set aside."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from .seeds import HEADERS, csv_text, parquet, rows, workbook

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = "</sheetData></worksheet>"


@dataclass(frozen=True)
class Bomb:
    """`codes`: what may be said of it; with `rows:` before it, of rows set aside; `clean`: nothing, all is loaded."""

    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]

    @property
    def content(self) -> bytes:
        return self.make()


def repacked(change: dict[str, bytes | Callable[[bytes], bytes] | None], base: bytes | None = None, *, extra: dict[str, bytes] | None = None) -> bytes:  # fmt: skip
    """A workbook with parts replaced, changed (a function), left out (None) or added."""
    source = zipfile.ZipFile(io.BytesIO(base or workbook()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            new = change.get(name, source.read(name))
            if new is not None:
                archive.writestr(name, new(source.read(name)) if callable(new) else new)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet(inside: str) -> bytes:
    """A workbook whose only sheet has these rows of XML."""
    return repacked({SHEET: (_HEAD + inside + _TAIL).encode()})


def text_cells(*lines: list[str]) -> str:
    return "".join(
        f'<row r="{number}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line) + "</row>"
        for number, line in enumerate(lines, 1)
    )


def with_doctype(doctype: str) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"?>", b"?>" + doctype.encode(), 1)


def archive(names: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in names.items():
            file.writestr(name, content)
    return target.getvalue()


def twice_the_same_part() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        target = io.BytesIO(workbook())
        with zipfile.ZipFile(target, "a") as file:
            file.writestr(SHEET, _HEAD + _TAIL)
    return target.getvalue()


def patched(content: bytes, *changes: tuple[bytes, int, bytes]) -> bytes:
    """Overwrite bytes at an offset behind the last place of a mark."""
    data = bytearray(content)
    for mark, offset, new in changes:
        at = content.rindex(mark) + offset
        data[at : at + len(new)] = new
    return bytes(data)


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(name.encode("utf-16-le") for name in streams)
        + bytes(512)
    )


def csv_of(*lines: str, end: str = "\n") -> bytes:
    return end.join([",".join(HEADERS), *lines, ""]).encode()


def row(**cells: str) -> str:
    line = dict(zip(HEADERS, rows(2)[1], strict=True)) | cells
    return ",".join(line.values())


def number_row(**cells: object) -> list[object]:
    line: dict[str, object] = dict(zip(HEADERS, rows(2)[1], strict=True))
    return list((line | cells).values())


def footer(length: int, content: bytes) -> bytes:
    return content[:-8] + struct.pack("<I", length) + b"PAR1"


def book_of(cells: list[list[object]]) -> Callable[[], bytes]:
    return lambda: workbook([list(HEADERS), *cells])


NOT_A_WORKBOOK = ("not_a_workbook",)
BOMBS: tuple[Bomb, ...] = tuple(
    Bomb(name, make, codes if isinstance(codes, tuple) else (codes,))
    for name, make, codes in (
        # archives
        ("zip_bomb.xlsx", lambda: repacked({SHEET: (_HEAD + " " * 40_000_000 + _TAIL).encode()}), "packed_too_well"),
        ("zip_bomb_beside.xlsx", lambda: repacked({}, extra={"xl/media/a.bin": bytes(40_000_000)}), "packed_too_well"),
        ("lying_size.xlsx", lambda: patched(repacked({SHEET: (_HEAD + " " * 900_000 + _TAIL).encode()}), (b"PK\x01\x02", 24, struct.pack("<I", 10))), NOT_A_WORKBOOK),
        ("nested.xlsx", lambda: archive({"a.xlsx": archive({"b.xlsx": workbook()})}), "is_archive"),
        ("empty_archive.xlsx", lambda: b"PK\x05\x06" + bytes(18), NOT_A_WORKBOOK),
        ("many_parts.xlsx", lambda: repacked({}, extra={f"xl/{i}.xml": b"" for i in range(10_001)}), "strange_parts"),
        ("twice.xlsx", twice_the_same_part, "strange_parts"),
        ("slip.xlsx", lambda: repacked({}, extra={"../../../etc/cron.d/x": b"x"}), "strange_parts"),
        ("slip_absolute.xlsx", lambda: repacked({}, extra={"/etc/passwd": b"x"}), "strange_parts"),
        ("slip_windows.xlsx", lambda: repacked({}, extra={"xl\\..\\..\\x.dll": b"x"}), "strange_parts"),
        ("slip_drive.xlsx", lambda: repacked({}, extra={"C:/x.dll": b"x"}), "strange_parts"),
        ("truncated.xlsx", lambda: workbook()[:-30], NOT_A_WORKBOOK),
        ("truncated_half.xlsx", lambda: workbook()[: len(workbook()) // 2], NOT_A_WORKBOOK),
        ("only_magic.xlsx", lambda: b"PK\x03\x04", NOT_A_WORKBOOK),
        ("encrypted_part.xlsx", lambda: patched(workbook(), (b"PK\x01\x02", 8, b"\x01\x00")), NOT_A_WORKBOOK),
        ("odd_method.xlsx", lambda: patched(workbook(), (b"PK\x01\x02", 10, b"\x63\x00")), NOT_A_WORKBOOK),
        ("wrong_sum.xlsx", lambda: patched(workbook(), (b"PK\x01\x02", 16, b"\x00\x00\x00\x00")), NOT_A_WORKBOOK),
        # XML
        ("laughs_sheet.xlsx", lambda: repacked({SHEET: with_doctype(LAUGHS)}), "has_entities"),
        ("laughs_types.xlsx", lambda: repacked({"[Content_Types].xml": with_doctype(LAUGHS)}), "has_entities"),
        ("laughs_strings.xlsx", lambda: repacked({STRINGS: with_doctype(LAUGHS)}), "has_entities"),
        ("xxe_workbook.xlsx", lambda: repacked({"xl/workbook.xml": with_doctype(XXE)}), "has_entities"),
        ("xxe_rels.xlsx", lambda: repacked({"xl/_rels/workbook.xml.rels": with_doctype(XXE)}), "has_entities"),
        ("no_workbook.xlsx", lambda: repacked({"xl/workbook.xml": None}), "is_archive"),
        ("no_rels.xlsx", lambda: repacked({"xl/_rels/workbook.xml.rels": None}), NOT_A_WORKBOOK),
        ("no_sheet.xlsx", lambda: repacked({SHEET: None}), ("not_a_workbook", "no_header")),
        ("no_sheets.xlsx", lambda: repacked({"xl/workbook.xml": lambda xml: xml.replace(b"<sheet ", b"<xheet ")}), ("not_a_workbook", "no_header")),
        ("outside.xlsx", lambda: repacked({"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"worksheets/sheet1.xml", b"http://127.0.0.1/x")}), ("not_a_workbook", "no_header")),
        ("no_strings.xlsx", lambda: repacked({STRINGS: None}), ("not_a_workbook", "no_header", "unreadable")),
        ("cut_xml.xlsx", lambda: repacked({SHEET: lambda xml: xml[: len(xml) // 2]}), NOT_A_WORKBOOK),
        ("empty_xml.xlsx", lambda: repacked({SHEET: b""}), ("not_a_workbook", "no_header")),
        ("string_of_no_number.xlsx", lambda: repacked({SHEET: lambda xml: xml.replace(b"<v>9</v>", b"<v>1e400</v>")}), NOT_A_WORKBOOK),
        ("two_values.xlsx", lambda: repacked({SHEET: lambda xml: xml.replace(b"<v>9</v>", b"<v>9</v><v>7</v>")}), NOT_A_WORKBOOK),
        ("string_of_nothing.xlsx", lambda: repacked({SHEET: lambda xml: xml.replace(b"<v>9</v>", b"<v/>")}), NOT_A_WORKBOOK),
        ("string_beyond.xlsx", lambda: repacked({SHEET: lambda xml: xml.replace(b"<v>9</v>", b"<v>99999999</v>")}), ("not_a_workbook", "unreadable", "too_much_workbook")),
        ("deep_xml.xlsx", lambda: sheet("<row><c>" * 50_000), NOT_A_WORKBOOK),
        ("reference_zero.xlsx", lambda: sheet('<row r="1"><c r="A0"><v>1</v></c></row>'), ("not_a_workbook", "unreadable", "too_much_workbook")),
        ("reference_far.xlsx", lambda: sheet('<row r="1"><c r="A99999999999"><v>1</v></c></row>'), ("not_a_workbook", "no_header", "unreadable", "too_much_workbook")),
        ("reference_wide.xlsx", lambda: sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'), ("not_a_workbook", "no_header", "unreadable", "stray_cells", "too_much_workbook", "missing_column", "too_many_columns")),
        ("sparse.xlsx", lambda: sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "stray_cells"),
        ("sparse_hidden_width.xlsx", lambda: sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'), ("stray_cells", "too_much_workbook")),
        ("giant_cell.xlsx", lambda: sheet(text_cells(["客户号", "姓名"], ["1", "啊" * 4_000_000])), ("rows:too_long", "packed_too_well")),
        ("giant_strings.xlsx", lambda: repacked({STRINGS: lambda xml: xml.replace(b"<si>", b"<si><t>" + b"x" * 14_000_000 + b"</t></si><si>", 1)}), "long_header"),
        ("wide_header.xlsx", lambda: sheet(text_cells([f"c{i}" for i in range(501)])), "too_many_columns"),
        # cells of workbooks
        ("numbers_as_ids.xlsx", book_of([number_row(客户号=12, 身份证号=110101199003078515, 手机号=13812345678)]), "rows:number_cell"),
        ("scientific_text.xlsx", book_of([number_row(身份证号="1.10101E+17")]), "rows:scientific"),
        ("serial_far.xlsx", book_of([number_row(开户日期=99999999)]), "rows:not_a_date"),
        ("no_such_day.xlsx", book_of([number_row(开户日期="2026-02-30")]), "rows:not_a_date"),
        ("wrong_check_digit.xlsx", book_of([number_row(身份证号="990000198801010000")]), "rows:id_number_check"),
        ("future.xlsx", book_of([number_row(开户日期="2126-02-03")]), "rows:future"),
        ("formula_error.xlsx", lambda: sheet(text_cells(["客户号", "年收入"]) + '<row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'), "rows:error_cell"),
        ("formula_na.xlsx", lambda: sheet(text_cells(["客户号", "职业"]) + '<row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2" t="e"><f>NA()</f><v>#N/A</v></c></row>'), "rows:error_cell"),
        ("formula_open.xlsx", lambda: sheet(text_cells(["客户号", "年收入"]) + '<row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2"><f>A1*2</f></c></row>'), "rows:error_cell"),
        ("formula_open_below.xlsx", lambda: sheet(text_cells(["客户号", "年收入"], ["1", "2"]) + '<row r="3"><c r="A3"><f>A2</f><v></v></c></row>'), "rows:error_cell"),
        ("header_twice.xlsx", lambda: workbook([["客户号", "姓名", "客户号"], ["1", "x", "2"]]), "two_headers"),
        ("two_ids.xlsx", lambda: workbook([["客户号", "客户编号"], ["1", "2"]]), "two_headers"),
        ("no_id.xlsx", lambda: workbook([["姓名", "性别"], ["x", "男"]]), "missing_column"),
        ("forbidden.xlsx", lambda: workbook([["客户号", "征信评分"], ["1", "700"]]), "forbidden_header"),
        ("empty_sheet.xlsx", lambda: workbook([]), "no_header"),
        ("header_only.xlsx", lambda: workbook([list(HEADERS)]), "clean"),
        ("total_row.xlsx", book_of([number_row(), ["合计", "", "", "", "", 5.5]]), "rows:total_row"),
        # renamed
        ("letter.xlsx", lambda: archive({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "is_word"),
        ("slides.xlsx", lambda: archive({"ppt/presentation.xml": b"x"}), "is_presentation"),
        ("binary.xlsx", lambda: archive({"xl/workbook.bin": b"x"}), "is_binary_workbook"),
        ("open_document.xlsx", lambda: archive({"content.xml": b"x", "mimetype": b"x"}), "is_open_document"),
        ("locked.xlsx", lambda: ole("EncryptionInfo", "EncryptedPackage"), "is_locked"),
        ("old.xlsx", lambda: ole("Workbook"), "is_old_workbook"),
        ("old.csv", lambda: ole("Book"), "is_old_workbook"),
        ("page.csv", lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is_web_page"),
        ("xml.csv", lambda: b'<?xml version="1.0"?><Workbook/>', "is_web_page"),
        ("pdf.csv", lambda: b"%PDF-1.4\n1 0 obj\n", "is_other"),
        ("packed.csv", lambda: gzip.compress(csv_text().encode(), mtime=0), "is_other"),
        ("workbook.csv", lambda: workbook(), "is_misnamed"),
        ("csv.parquet", lambda: csv_text().encode(), "is_misnamed"),
        ("picture_and_archive.xlsx", lambda: b"GIF89a" + workbook(), "is_other"),
        ("text_and_archive.csv", lambda: csv_text().encode() + workbook(), ("is_binary", "no_encoding", "damaged_utf8")),
        ("script_and_archive.xlsx", lambda: b"#!/bin/sh\n" + workbook(), ("is_binary", "is_misnamed")),
        # text
        ("nul_early.csv", lambda: csv_of(row(姓名="a\x00b")), "is_binary"),
        ("nul_late.csv", lambda: csv_of(*[row() for _ in range(3_000)], row(客户号="a\x00b")), "rows:not_an_id"),
        ("utf16_without_mark.csv", lambda: csv_text().encode("utf-16-le"), "is_binary"),
        ("utf16_odd.csv", lambda: csv_text().encode("utf-16")[:-1], "other_encoding"),
        ("utf16_half_pair.csv", lambda: "客户号\n1\n".encode("utf-16") + b"\x00\xd8\x41\x00", ("other_encoding", "rows:not_an_id")),
        ("mixed_encodings.csv", lambda: csv_text().encode() + "000099,测试,,,,,是\n".encode("gb18030"), "damaged_utf8"),
        ("mixed_the_other_way.csv", lambda: csv_text().encode("gb18030") + b"\xff\xff,x\n", "no_encoding"),
        ("mark_of_another.csv", lambda: b"\xef\xbb\xbf" + csv_text().encode("gb18030"), "other_encoding"),
        ("lone_quote.csv", lambda: csv_of(row(), row(姓名='"张'), row()), "open_quote"),
        ("lone_quote_last.csv", lambda: csv_of(row(), row(姓名='"张'))[:-1], ("open_quote", "no_rows_and_fields", "rows:fields")),
        ("only_quotes.csv", lambda: b'"' * 1_001, ("no_rows_and_fields", "open_quote", "unreadable_header")),
        ("ragged.csv", lambda: csv_of(row(), "1,2,3", row() + ",x,y"), "rows:fields"),
        ("break_in_cell.csv", lambda: csv_of(row(姓名='"张\n三"')), "rows:control_characters"),
        ("many_columns.csv", lambda: ",".join(f"c{i}" for i in range(200_000)).encode() + b"\n1\n", "too_many_columns"),
        ("one_giant_line.csv", lambda: b"x" * 5_000_000, ("unreadable_header", "header_too_long", "missing_column")),
        ("giant_field.csv", lambda: csv_of(row(姓名="啊" * 2_000_000)), ("no_rows_and_fields", "rows:too_long")),
        ("header_of_commas.csv", lambda: b",,,,\n,,,,\n", "no_header"),
        ("spaces.csv", lambda: b"   \n  \n", "no_header"),
        ("header_only.csv", lambda: csv_of(), "clean"),
        ("zero_width.csv", lambda: csv_of(row(客户号="00\u200b12")), "rows:not_an_id"),
        ("right_to_left.csv", lambda: csv_of(row(客户号="\u202e0012")), "rows:not_an_id"),
        ("line_separator.csv", lambda: csv_of(row(客户号="00\u202812")), "rows:not_an_id"),
        ("apostrophe.csv", lambda: csv_of(row(身份证号="'990000198801010011")), "rows:id_number_form"),
        ("computed.csv", lambda: csv_of(row(客户号="=HYPERLINK(A1)")), "rows:not_an_id"),
        ("error_text.csv", lambda: csv_of(row(**{"年收入（万元）": "#REF!"}), row(手机号="#N/A")), "rows:error_cell"),
        ("full_width.csv", lambda: csv_of(row(客户号="００００１２", 手机号="１４０００００００１２")), "clean"),
        ("ambiguous_date.csv", lambda: csv_of(row(开户日期="03/04/2026")), "rows:not_a_date"),
        ("two_outlets.csv", lambda: "客户号,机构号\n1,A\n1,B\n".encode(), "rows:two_outlets"),
        ("same_twice.csv", lambda: csv_of(row(), row()), "rows:repeated"),
        ("carriage_returns.csv", lambda: csv_text(end="\r").encode(), "clean"),
        ("separator_line.csv", lambda: b"sep=;\n" + csv_text(";", "\n").encode(), "clean"),
        # Parquet
        ("magic.parquet", lambda: b"PAR1", "not_parquet"),
        ("truncated.parquet", lambda: parquet()[:-20], "not_parquet"),
        ("half.parquet", lambda: parquet()[: len(parquet()) // 2], "not_parquet"),
        ("footer_long.parquet", lambda: footer(0x7FFFFFF0, parquet()), "not_parquet"),
        ("footer_all.parquet", lambda: footer(0xFFFFFFFF, parquet()), "not_parquet"),
        ("footer_none.parquet", lambda: footer(0, parquet()), "not_parquet"),
        ("footer_short.parquet", lambda: footer(17, parquet()), "not_parquet"),
        ("encrypted.parquet", lambda: b"PARE" + parquet()[4:-4] + b"PARE", ("is_binary", "not_parquet")),
        ("lists.parquet", lambda: parquet({"客户号": pa.array([["1"], ["2"]])}), "nested_column"),
        ("bytes.parquet", lambda: parquet({"客户号": pa.array([b"1"])}), "nested_column"),
        ("floats.parquet", lambda: parquet({"客户号": pa.array([1.0, 2.0])}), "rows:number_cell"),
        ("no_columns.parquet", lambda: parquet({"x": pa.array([1])}), "missing_column"),
    )
)  # fmt: skip
