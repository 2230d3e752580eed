"""What a file beside a course really is: judged by its content, never by its name alone."""

from __future__ import annotations

import io
import re
import zipfile

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused
from .models import Material

Kind = Material.Kind
CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.PNG: "image/png",
}
LONGEST_NAME = 100
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


def kind_of(content: bytes) -> str | None:
    """pdf, docx, png; None for anything else, and for a Word file with macros."""
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    return Kind.DOCX if content.startswith(b"PK\x03\x04") and _is_word(content) else None


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any(
        name.lower().endswith("vbaproject.bin") for name in names
    )


def clean_name(name: str) -> str:
    """As it may stand in a list and in a header: no folders, no marks that turn text round, not too long."""
    bare = _UNFIT.sub("", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem, _dot, ending = bare.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if stem else bare[:LONGEST_NAME]


def judge(name: str, content: bytes, *, most_megabytes: int) -> Verdict:
    """Whether the file may be attached."""
    if not content:
        return refused(Reason("empty_file", _("文件是空的。"), remedy=_("请重新选择文件。")))
    if len(content) > most_megabytes << 20:
        return refused(
            Reason(
                "large_file", _("文件超过 {most} MB。"), {"most": most_megabytes}, remedy=_("请压缩或拆分后再上传。")
            )
        )
    kind = kind_of(content)
    if kind is None:
        return refused(
            Reason(
                "unknown_file",
                _("只收 PDF、Word（.docx，不含宏）和 PNG 图片。"),
                remedy=_("请另存为其中一种后再上传。"),
            )
        )
    if not clean_name(name).lower().endswith(f".{kind}"):
        return refused(
            Reason(
                "wrong_ending", _("文件名与内容不符：内容是 {kind}。"), {"kind": kind}, remedy=_("请改正文件名的后缀。")
            )
        )
    return ALLOWED
