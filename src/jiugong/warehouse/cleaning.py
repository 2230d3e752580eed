"""The cells of one canonical column as clean text: trimmed, half width, nulls as null, the bank's codes as ours."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from .contracts import Column, TableContract
from .headers import learned_values
from .kinds import Values
from .mapping import Source
from .sheet import Sheet

_SPACES = " \t\r\n\v\f\u3000\u00a0\ufeff"  # the full-width space, the no-break space and the stray mark among them
_AS_WRITTEN = frozenset({"name", "text"})  # rare characters in names have look-alikes that folding would swap in


def cleaned(
    sheet: Sheet, headers: Mapping[str, str], column: Column, contract: TableContract, source: Source
) -> Values:
    """The column as trimmed text, nulls as null, the bank's codes as ours; None where the file has no such column."""
    count = sheet.table.num_rows
    if column.name in source.constants:
        return pa.repeat(pa.scalar(source.constants[column.name]), count)
    if column.name not in headers:
        return None
    text = _as_text(sheet, headers[column.name]).combine_chunks()
    if column.kind not in _AS_WRITTEN:
        text = pc.utf8_normalize(text, form="NFKC")
    text = pc.utf8_trim(text, characters=_SPACES)
    text = pc.if_else(pc.is_in(text, value_set=pa.array(source.nulls, pa.string())), pa.scalar(None, pa.string()), text)
    words = {**learned_values(contract.name, column.name), **source.values.get(column.name, {})}
    return _replaced(text, words) if words else text


def _as_text(sheet: Sheet, header: str) -> pa.ChunkedArray:
    values = sheet.table.column(header)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values if values.type == pa.string() else values.cast(pa.string())


def _replaced(text: Values, words: Mapping[str, str]) -> Values:
    """The bank's words as ours; mapped to an empty text, a word stands for nothing known."""
    place = pc.index_in(text, value_set=pa.array(list(words), pa.string()))
    return pc.if_else(
        pc.is_valid(place), pc.take(pa.array([word or None for word in words.values()], pa.string()), place), text
    )
