"""A .docx is a zip archive of XML: what it unpacks to is counted, and what would act or reach outside is refused by name."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from jiugong_reading.container import within, xml_check  # type: ignore[import-not-found]
from jiugong_reading.refused import Refused  # type: ignore[import-not-found]

__all__ = ["Refused", "check"]

_CHUNK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError,
    ElementTree.ParseError, expat.ExpatError,
)  # fmt: skip
_OBJECTS = ("embeddings/", "activex", "oleobject", "customui", "afchunk")
_READS_OUTSIDE = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|LINK|DATABASE|IMPORT|RD|MACROBUTTON)\b")
_SHOWN = 80


def check(content: bytes, limits: Any) -> None:
    """Raise `Refused` with a code of `rules.FAULTS`, unless it is a plain Word document."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = archive.namelist()
        if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name for name in names):
            raise Refused("strange_parts")
        if "word/document.xml" not in names or "[Content_Types].xml" not in names:
            raise Refused("not_a_document")
        within(archive, len(content), limits)
        left = limits.unpacked_bytes
        for name in names:
            left -= _unpacked(archive, name, left)
        _refuse_what_acts(archive)
    except _BROKEN:
        raise Refused("not_a_document") from None


def _unpacked(archive: zipfile.ZipFile, name: str, left: int) -> int:
    """How many bytes it really is; XML is checked for being whole and without declarations."""
    size, parser = 0, xml_check() if name.endswith((".xml", ".rels")) else None
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise Refused("unpacks_too_big")
            if parser:
                parser.Parse(chunk, False)
    if parser:
        parser.Parse(b"", True)
    return size


def _refuse_what_acts(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any("vba" in name.lower() for name in names):
        raise Refused("has_macros")
    for name in names:
        if any(mark in name.lower() for mark in _OBJECTS):
            raise Refused("has_objects", what=name[:_SHOWN])
        if name.endswith(".rels"):
            for relation in ElementTree.fromstring(archive.read(name)):  # noqa: S314  it has no declarations
                if relation.get("TargetMode", "").lower() == "external":
                    raise Refused("points_outside", what=relation.get("Target", "")[:_SHOWN])
        elif name.startswith("word/") and name.endswith(".xml"):
            _refuse_fields(archive.read(name))


def _refuse_fields(xml: bytes) -> None:
    """A field's instruction may be cut into runs: they are read as one."""
    root = ElementTree.fromstring(xml)  # noqa: S314
    said = "".join(_instructions(root)).upper()
    if found := _READS_OUTSIDE.search(said):
        raise Refused("has_fields", what=found[1])


def _instructions(root: Any) -> Iterator[str]:
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "altChunk":
            raise Refused("has_objects", what=tag)
        if tag == "instrText":
            yield element.text or ""
        elif tag == "fldSimple":
            yield " " + next((value for key, value in element.items() if key.endswith("}instr")), "") + " "
