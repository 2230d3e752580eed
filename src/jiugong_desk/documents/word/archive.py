"""A .docx is a zip archive of XML: what it unpacks to is counted, and what would act or reach outside is refused by name."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
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
_MAIN, _TYPES = "word/document.xml", "[Content_Types].xml"
_STRANGE = re.compile(r"^/|//|[\\:%]|\.(?:/|$)")  # names that another program may read as another name
_IS_XML = re.compile(r"[+/]xml\b", re.IGNORECASE)
_OBJECTS = ("embeddings/", "activex", "oleobject", "customui", "afchunk")
_READS_OUTSIDE = re.compile(r"\b(INCLUDE|INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|LINK|DATABASE|IMPORT|RD|MACROBUTTON)\b")
_SHOWN = 80


def check(content: bytes, limits: Any) -> None:
    """Raise `Refused` with a code of `rules.FAULTS`, unless it is a plain Word document.

    For a template and for what came of it: filling moves words, and may put together what was apart.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = archive.namelist()
        if any(map(_STRANGE.search, names)) or len({name.lower() for name in names}) < len(names):
            raise Refused("strange_parts")
        if _MAIN not in names or _TYPES not in names:
            raise Refused("not_a_document")
        within(archive, len(content), limits)
        _unpacked(archive, _TYPES, limits.unpacked_bytes, is_xml=True)
        xml, left = _xml_parts(archive), limits.unpacked_bytes
        for name in names:
            left -= _unpacked(archive, name, left, is_xml=name in xml)
        _refuse_another_main(archive)
        _refuse_what_acts(archive, xml)
    except _BROKEN:
        raise Refused("not_a_document") from None


def _unpacked(archive: zipfile.ZipFile, name: str, left: int, *, is_xml: bool) -> int:
    """How many bytes it really is; XML is checked for being whole and without declarations."""
    size, parser = 0, xml_check() if is_xml else None
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


def _read(archive: zipfile.ZipFile, name: str) -> Any:
    return ElementTree.fromstring(archive.read(name))  # noqa: S314  it has no declarations


def _xml_parts(archive: zipfile.ZipFile) -> set[str]:
    """Those that are XML by their own name, or by what the archive declares of the name or its ending."""
    declared = [one for one in _read(archive, _TYPES) if _IS_XML.search(one.get("ContentType", ""))]
    ends = [(one.get("PartName") or f".{one.get('Extension')}").lstrip("/").lower() for one in declared]
    return {name for name in archive.namelist() if name.lower().endswith((".xml", ".rels", *ends))}


def _refuse_another_main(archive: zipfile.ZipFile) -> None:
    """Word opens what the relations name, whatever stands beside it."""
    relations = _read(archive, "_rels/.rels")
    mains = [
        one.get("Target", "") for one in relations if one.get("Type", "").strip().lower().endswith("/officedocument")
    ]
    if {main.removeprefix("/") for main in mains} != {_MAIN}:
        raise Refused("strange_parts")


def _refuse_what_acts(archive: zipfile.ZipFile, xml: set[str]) -> None:
    names = archive.namelist()
    types = [one.get("ContentType", "").lower() for one in _read(archive, _TYPES)]
    if any("macroenabled" in type_ for type_ in types) or any("vba" in name.lower() for name in names):
        raise Refused("has_macros")
    for name in names:
        if any(mark in name.lower() for mark in _OBJECTS):
            raise Refused("has_objects", what=name[:_SHOWN])
        if name in xml:
            root = _read(archive, name)
            _refuse_what_points_outside(root)
            _refuse_fields(root)


def _refuse_what_points_outside(root: Any) -> None:
    for element in root.iter():
        if element.get("TargetMode", "").strip().lower() == "external":
            raise Refused("points_outside", what=element.get("Target", "")[:_SHOWN])


def _refuse_fields(root: Any) -> None:
    """Those that read from outside, and those whose code only filling would complete."""
    for code in _codes(root):
        if found := _READS_OUTSIDE.search(code.upper()):
            raise Refused("has_fields", what=found[1])
        if "{" in code or "}" in code:
            raise Refused("marks_in_field", what=code.strip()[:_SHOWN])


@dataclass
class _Field:
    """A field that is not at its end yet; `in_code` until its result begins."""

    in_code: bool
    said: list[str] = dataclasses.field(default_factory=list)


def _codes(root: Any) -> Iterator[str]:
    """What each field says, over all its runs and whatever is nested in its code; at last all of them in one.

    Text inside a code belongs to it; so does what a nested field shows.
    """
    fields, every = [_Field(in_code=False)], list[str]()  # the first: what stands outside of any field
    for element in root.iter():
        tag, text = element.tag.rpartition("}")[2], element.text or ""
        if tag == "altChunk":
            raise Refused("has_objects", what=tag)
        if tag == "fldSimple":
            yield from _attributes(element, "instr")
        elif tag == "fldChar":
            if code := _turn(fields, _attributes(element, "fldCharType")):
                yield code
        elif tag in {"instrText", "delInstrText"}:
            fields[-1].said.append(text)
            every.append(text)
        elif tag in {"t", "delText"} and (outer := [one for one in fields if one.in_code]):
            outer[-1].said.append(text)
    yield from ("".join(one.said) for one in fields)
    yield "".join(every)


def _turn(fields: list[_Field], kinds: list[str]) -> str:
    """A field begins, comes to its result, or ends: then what it said."""
    if "begin" in kinds:
        fields.append(_Field(in_code=True))
    elif "separate" in kinds:
        fields[-1].in_code = False
    elif "end" in kinds and len(fields) > 1:
        return "".join(fields.pop().said)
    return ""


def _attributes(element: Any, name: str) -> list[str]:
    return [value for key, value in element.items() if key.rpartition("}")[2] == name]
