"""Columns in, arrays out: whatever a caller holds (lists, numpy, pyarrow, pandas), checked once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..errors import MisuseError


def _arrow(name: str, values: Any) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    try:
        return values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise MisuseError(
            f"'{name}' holds values of several kinds; a column holds one kind (numbers, or texts): "
            "convert it before the call"
        ) from error


def numbers(name: str, values: Any) -> NDArray[np.float64]:
    """As float64; missing values are NaN."""
    column = _arrow(name, values)
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_decimal(column.type)
            or pa.types.is_boolean(column.type) or pa.types.is_null(column.type)):  # fmt: skip
        raise MisuseError(f"'{name}' holds {column.type}; numbers are needed: convert the column before the call")
    array = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    if np.isinf(array).any():
        raise MisuseError(
            f"'{name}' holds {int(np.isinf(array).sum())} infinite values; "
            "finite numbers are needed: correct them, or leave them empty"
        )
    return array


def booleans(name: str, values: Any) -> NDArray[np.bool_]:
    """Yes or no for everybody: booleans, or numbers 0 and 1."""
    array = numbers(name, values)
    wrong = int((~np.isin(array, (0.0, 1.0))).sum())
    if wrong:
        raise MisuseError(
            f"'{name}' holds {wrong} values of {len(array)} that are neither yes nor no; "
            "everybody belongs to one group: give true/false or 1/0, without gaps"
        )
    return array.astype(bool)


def labels(name: str, values: Any) -> NDArray[np.int64]:
    """Codes 0, 1, … of the labels in sorted order; a missing label is a label of its own."""
    column = _arrow(name, values).cast(pa.string()).fill_null("").dictionary_encode()
    order = np.argsort(np.asarray(column.dictionary.to_pylist(), dtype=object), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.asarray(rank[column.indices.to_numpy(zero_copy_only=False)])


def same_length(**columns: Any) -> None:
    """All columns have as many rows as the first."""
    (first, expected), *others = ((name, len(values)) for name, values in columns.items() if values is not None)
    for name, found in others:
        if found != expected:
            raise MisuseError(
                f"'{name}' has {found:,} rows but '{first}' has {expected:,}; pass columns of one table, in one order"
            )
