"""Randomness by name: each part of the bank draws from its own stream, so that one part's change moves no other."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np

_NORMAL = NormalDist()


def stream(seed: int, *labels: object) -> np.random.Generator:
    """A generator that depends on nothing but the seed and the labels."""
    return np.random.default_rng(list(_digest(seed, labels)))


def uniform(seed: int, *labels: object) -> float:
    """One number in (0, 1) for these labels: order and number of the other draws do not matter."""
    return (int.from_bytes(_digest(seed, labels)[:7], "big") + 0.5) / 2**56


def normal(seed: int, *labels: object) -> float:
    """One standard normal number for these labels."""
    return _NORMAL.inv_cdf(uniform(seed, *labels))


def _digest(seed: int, labels: tuple[object, ...]) -> bytes:
    return hashlib.sha256("\x1f".join(map(str, (seed, *labels))).encode()).digest()
