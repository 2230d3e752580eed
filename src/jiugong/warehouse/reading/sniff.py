"""What a file is, by its first bytes: a name's ending is only what somebody calls it."""

from __future__ import annotations

from typing import Any

from .refused import Refused

LOOK = 1 << 16
_MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"), (b"{\\rtf", "rtf"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"),
    (b"SQLite format 3\x00", "sqlite"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
)  # fmt: skip
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(file: Any) -> str:
    """`csv`, `xlsx` (any zip archive so far), `parquet`; everything else is refused by name."""
    file.seek(0)
    start = file.read(LOOK)
    found = next((name for magic, name in _MAGIC if start.startswith(magic)), "")
    if found == "ole":
        raise Refused(_ole(file))
    if found in {"zip", "parquet"}:
        return {"zip": "xlsx"}.get(found, found)
    if found:
        raise Refused("is_other", what=found)
    if (
        start.removeprefix(b"\xef\xbb\xbf")
        .lstrip()[:64]
        .lower()
        .startswith((b"<!doctype html", b"<html", b"<table", b"<?xml"))
    ):
        raise Refused("is_web_page")
    if not start.startswith(_UTF16) and b"\x00" in start:
        raise Refused("is_binary")
    return "csv"


def _ole(file: Any) -> str:
    """Old Office files and locked new ones share a container; its directory names the streams in UTF-16."""
    file.seek(0)
    content = file.read(1 << 26)
    for name, code in (
        ("EncryptedPackage", "is_locked"), ("WordDocument", "is_word"), ("Workbook", "is_old_workbook"), ("Book", "is_old_workbook"),
    ):  # fmt: skip
        if name.encode("utf-16-le") in content:
            return code
    return "is_old_office"
