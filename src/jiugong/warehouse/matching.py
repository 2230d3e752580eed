"""Which header of a file stands for which canonical column, and by what we know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ..nearest import nearest
from .contracts import TableContract
from .headers import FORBIDDEN, label, learned
from .mapping import Source
from .reading.header import plain
from .refusals import refusal
from .sheet import Sheet

MAPPING, REMEMBERED, LEARNED = "mapping", "remembered", "learned"


@dataclass(frozen=True)
class Match:
    """`by`: the mapping, what is remembered of the source, or the learned words; in this order they count."""

    header: str
    by: str


@dataclass(frozen=True)
class Matching:
    """found : canonical column -> its header; missing : required columns without one

    doubled : (column, header, other header) that both stand for it; forbidden : headers of what must not be held
    unused : the file's other headers
    """

    found: Mapping[str, Match]
    missing: tuple[str, ...]
    doubled: tuple[tuple[str, str, str], ...]
    forbidden: tuple[str, ...]
    unused: tuple[str, ...]


def match_headers(sheet: Sheet, contract: TableContract, source: Source) -> Matching:
    """Refuses nothing; `require` does."""
    known = learned(contract.name)
    found: dict[str, Match] = {}
    doubled = []
    for header in sheet.headers:
        name, by = _column_of(plain(header), source, known)
        if not name or name in source.constants or name not in contract.names:
            continue
        if name in found or header in sheet.duplicates:
            doubled.append((name, found[name].header if name in found else header, header))
        else:
            found[name] = Match(header, by)
    used = {match.header for match in found.values()}
    return Matching(
        found,
        tuple(name for name in contract.required if name not in found and name not in source.constants),
        tuple(doubled),
        forbidden(sheet.headers),
        tuple(header for header in sheet.headers if header not in used),
    )


def forbidden(headers: Sequence[str]) -> tuple[str, ...]:
    return tuple(header for header in headers if FORBIDDEN.search(plain(header)))


def require(matching: Matching, sheet: Sheet, contract: TableContract, *, file: str) -> None:
    """Refuse a file that holds what must not be held, has two headers for a column, or lacks a required one."""
    place: dict[str, Any] = {"file": file, "sheet": sheet.origin.sheet}
    refuse_forbidden(sheet, file=file)
    if matching.doubled:
        name, one, other = matching.doubled[0]
        raise refusal(
            "two_headers", **place, column=other, one=one, other=other, name=name, said=label(contract.name, name)
        )
    _require_plain_values(matching, sheet, place)
    if matching.missing:
        name = matching.missing[0]
        raise refusal(
            "missing_column", **place, column=name, table=contract.name, name=name, **_nearest(name, matching, contract)
        )


def _require_plain_values(matching: Matching, sheet: Sheet, place: Mapping[str, Any]) -> None:
    """Parquet may hold lists and bytes; no column of ours does."""
    for match in matching.found.values():
        kind = sheet.table.schema.field(match.header).type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            raise refusal("nested_column", **place, column=match.header, what=str(kind))


def refuse_forbidden(sheet: Sheet, *, file: str) -> None:
    if found := forbidden(sheet.headers):
        raise refusal("forbidden_header", file=file, sheet=sheet.origin.sheet, column="', '".join(found))


def _column_of(header: str, source: Source, known: Mapping[str, str]) -> tuple[str, str]:
    """An empty name in the mapping, or in what is remembered, leaves the header out."""
    if header in source.columns:
        return source.columns[header], MAPPING
    if header in source.remembered:
        return source.remembered[header], REMEMBERED
    return known.get(header, ""), LEARNED


def _nearest(name: str, matching: Matching, contract: TableContract) -> dict[str, Any]:
    """What the sentence about a missing column says beside its name."""
    words = [word for word, column in learned(contract.name).items() if column == name]
    near = next((header for header in matching.unused if nearest(plain(header), words)), "")
    free = ", ".join(matching.unused)
    if near:
        hint, guess = f"'{near}' looks like it", f"“{near}”看起来像它"
    elif not matching.found:  # a file without a header would have a customer's data quoted here
        count = len(matching.unused)
        hint, guess = (
            f"none of its {count} headers is known (is the first row a header?)",
            f"{count} 个表头都不认识（第一行是表头吗？）",
        )
    elif free:
        hint, guess = f"the file's other columns are {free}", f"文件中其余的列是 {free}"
    else:
        hint, guess = "all its headers stand for other columns", "文件的表头都已对应其他列"
    return {"near": near or "…", "hint": hint, "hint_zh": guess, "said": label(contract.name, name)}
