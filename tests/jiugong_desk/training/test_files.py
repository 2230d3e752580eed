"""A file is what its content says; names are made harmless."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.training import files

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def word(*more: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<x/>")
    return target.getvalue()


def other_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("方案.pdf", b"%PDF-1.7 ...", None),
        ("方案.PDF", b"%PDF-1.7 ...", None),
        ("话术.docx", word(), None),
        ("海报.png", PNG, None),
        ("空.pdf", b"", "empty_file"),
        ("大.pdf", b"%PDF-" + b"0" * (1 << 20), "large_file"),
        ("表.xlsx", other_zip(), "unknown_file"),
        ("宏.docx", word("word/vbaProject.bin"), "unknown_file"),
        ("坏.docx", word()[:40], "unknown_file"),
        ("页.html", b"<script>alert(1)</script>", "unknown_file"),
        ("图.svg", b"<svg onload='x'/>", "unknown_file"),
        ("程序.exe", PNG, "wrong_ending"),
        ("图.pdf", PNG, "wrong_ending"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",  # content holds the time of packing
)
def test_only_the_three_kinds_by_content_and_name(name, content, code):
    verdict = files.judge(name, content, most_megabytes=1)
    assert verdict.codes == ((code,) if code else ())


@given(st.text(max_size=200))
def test_a_name_holds_no_folder_no_control_and_is_short(name):
    clean = files.clean_name(name)
    assert len(clean) <= files.LONGEST_NAME
    assert not set(clean) & set('/\\\r\n\0"\u202e')


def test_names_keep_their_ending():
    assert files.clean_name("C:\\桌面\\../方案.pdf") == "方案.pdf"
    assert files.clean_name("长" * 150 + ".pdf").endswith(".pdf")
    assert files.clean_name("evil\u202efdp.exe") == "evilfdp.exe"
