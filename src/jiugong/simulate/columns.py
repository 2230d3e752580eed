"""Numpy arrays as columns of the canonical types: exact decimals, dates, optional text and flags."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Mask = npt.NDArray[np.bool_]
MONEY = pa.decimal128(18, 2)


def money(cents: npt.NDArray[np.int64], missing: Mask | None = None) -> pa.Array:
    """Whole cents as decimal(18, 2). Built from the bits, since a way through Python's Decimal costs a second."""
    halves = np.empty((len(cents), 2), dtype=np.int64)  # little-endian 128-bit integers: low half, sign half
    halves[:, 0] = cents
    halves[:, 1] = cents >> 63
    validity = None if missing is None else pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(cents), [validity, pa.py_buffer(halves.tobytes())])


def cents(yuan: npt.NDArray[np.float64], *, step: int = 1) -> npt.NDArray[np.int64]:
    """Yuan rounded to whole multiples of `step` cents."""
    return np.rint(yuan * 100 / step).astype(np.int64) * step


def days(ordinals: npt.NDArray[np.int64], missing: Mask | None = None) -> pa.Array:
    """Proleptic Gregorian ordinals (`date.toordinal`) as date32."""
    return pa.array((ordinals - date(1970, 1, 1).toordinal()).astype("datetime64[D]"), mask=missing)


def text(values: Any, missing: Mask | None = None) -> pa.Array:
    """Python strings as text."""
    return pa.array(values, type=pa.string(), mask=missing)


def choice(options: tuple[str, ...], index: npt.NDArray[np.int64], missing: Mask | None = None) -> pa.Array:
    """The option at each index as text."""
    return pa.array(options, type=pa.string()).take(pa.array(index, mask=missing))


def flags(values: Mask, missing: Mask | None = None) -> pa.Array:
    return pa.array(values, mask=missing)


def draw(rng: np.random.Generator, count: int, shares: tuple[float, ...]) -> npt.NDArray[np.int64]:
    """Indices 0..len(shares)-1 with these shares (the last takes the rest)."""
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, rng.random(count), side="right")
