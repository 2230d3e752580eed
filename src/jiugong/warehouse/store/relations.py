"""The rows of a table from its layers, as one ibis expression: a later layer wins by key; rows without a key add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import zip_longest
from operator import and_
from pathlib import Path
from typing import Any

import ibis

from ..contracts import TableContract
from .layout import key_of
from .stacks import Stack, readings


def table_of(backend: Any, data: Path, contract: TableContract, parts: Mapping[str, Stack]) -> Any:
    """All parts of a table. What has no layers above it is scanned in one go, without a merge."""
    return files_of(backend, data, contract, readings(parts).values())


def files_of(backend: Any, data: Path, contract: TableContract, parts: Iterable[Sequence[str]]) -> Any:
    """The rows of several parts, each given by its files bottom-up. No key is ever in two parts."""
    parts = [files for files in parts if files]
    if not contract.key:
        return scan(backend, data, [file for files in parts for file in files])
    plain = [files[0] for files in parts if len(files) == 1]
    levels = [
        scan(backend, data, [file for file in level if file])
        for level in zip_longest(*(files for files in parts if len(files) > 1), fillvalue="")
    ]
    whole = [scan(backend, data, plain)] if plain else []
    return ibis.union(*whole, *_folded(levels, contract)) if len(whole) + len(levels) > 1 else (whole or levels)[0]


def scan(backend: Any, data: Path, files: Sequence[str]) -> Any:
    """The rows of the files, one after the other."""
    paths = [str(data / file) for file in files]
    if backend.name == "duckdb":
        return backend.read_parquet(paths)
    tables = [backend.read_parquet(path) for path in paths]
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def same(left: Any, right: Any, names: Sequence[str], contract: TableContract, *, prefix: str = "") -> Any:
    """Rows agree in these columns; nothing is a value here. `prefix`: of the names on the right."""
    return reduce(and_, (_agree(left[name], right[prefix + name], contract.column(name).required) for name in names))


def _agree(left: Any, right: Any, required: bool) -> Any:
    return left == right if required else left.identical_to(right)


def _folded(levels: Sequence[Any], contract: TableContract) -> list[Any]:
    """Of each level the rows whose key no later level has."""
    key = key_of(contract)
    found = []
    for place, level in enumerate(levels):
        later = [above.select(*key) for above in levels[place + 1 :]]
        if later:
            above = ibis.union(*later) if len(later) > 1 else later[0]
            level = level.anti_join(above, same(level, above, key, contract)).select(*contract.names)
        found.append(level)
    return found
