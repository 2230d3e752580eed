"""From an expression to files: sorted by the engine, streamed into one file for each part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import engine
from ..contracts import TableContract
from .batches import CHANGED, NEW, Counts
from .files import NewFile, data_of, scratch_of
from .layout import KIND, PART, ROW_GROUP, WHOLE, in_order, key_of
from .relations import files_of
from .stacks import Layer, Merge

_ROWS, _MET = "rows", "met"


def open_engine(warehouse: Path) -> Any:
    """A backend that reads the warehouse's files and nothing else, and spills beside them."""
    return engine.connect(readable=[data_of(warehouse)], scratch=scratch_of(warehouse))


def write_layers(
    backend: Any, warehouse: Path, rows: Any, contract: TableContract, batch: str
) -> tuple[dict[str, Layer], Counts]:
    """Rows of `compared` into files: by part the layer, and the counts of all."""
    layers: dict[str, Layer] = {}
    counts: Counter[str] = Counter()
    kept = in_order(rows.select(*contract.names, PART, KIND), contract)
    for part, tables in _by_part(_stream(backend, kept), contract):
        with _Pair(data_of(warehouse), contract, part) as pair:
            for table in tables:
                kinds = table.column(KIND)
                counts.update({each["values"]: each["counts"] for each in pc.value_counts(kinds).to_pylist()})
                goes = pc.is_in(kinds, pa.array([NEW, CHANGED]))
                pair.add(_ROWS, table.filter(goes))
                pair.add(_MET, table.filter(pc.invert(goes)))
            layers[part] = Layer(batch, *pair.close())
    return layers, Counts(**counts)


def empty_layer(warehouse: Path, contract: TableContract, batch: str) -> Layer:
    """A file without rows: the table is there, and empty."""
    return Layer(batch, 0, NewFile(data_of(warehouse), contract.name, contract.schema).close())


def merging(backend: Any, warehouse: Path, contract: TableContract, part: str) -> Merge:
    """How files of this part become one."""

    def merge(files: Sequence[str]) -> tuple[str, int]:
        rows = files_of(backend, data_of(warehouse), contract, [files])
        kept = in_order(rows.mutate(**{PART: ibis.literal(WHOLE)}).select(*contract.names, PART), contract)
        with _Pair(data_of(warehouse), contract, part) as pair:
            for table in _stream(backend, kept):
                pair.add(_ROWS, table)
            number, file, _ = pair.close()
        return file, number

    return merge


class _Pair:
    """The two files of a layer: its rows, and the keys that it met. Each is made when there is something to hold."""

    def __init__(self, folder: Path, contract: TableContract, part: str) -> None:
        self._folder, self._stem = folder, "-".join(text for text in (contract.name, part) if text)
        keys = [contract.schema.field(name) for name in key_of(contract)]
        self._schemas = {_ROWS: contract.schema, _MET: pa.schema(keys)}
        self._files: dict[str, NewFile] = {}

    def __enter__(self) -> _Pair:
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._files.values():
            file.abandon()

    def add(self, which: str, table: pa.Table) -> None:
        if table.num_rows == 0:
            return
        if which not in self._files:
            stem = self._stem if which == _ROWS else f"{self._stem}-met"
            self._files[which] = NewFile(self._folder, stem, self._schemas[which])
        self._files[which].add(table.select(self._schemas[which].names).cast(self._schemas[which]))

    def close(self) -> tuple[int, str, str]:
        """Rows, the file of the rows, the file of the keys; "" where there is none."""
        rows = self._files[_ROWS].rows if _ROWS in self._files else 0
        names = {which: file.close() for which, file in self._files.items()}
        self._files.clear()
        return rows, names.get(_ROWS, ""), names.get(_MET, "")


def _stream(backend: Any, rows: Any) -> Iterator[pa.Table]:
    """The rows of an expression over registered tables and files, a row group at a time, never all of them at once.

    By the engine's own reader: that of ibis calls a deprecated one.
    """
    for batch in backend.con.execute(backend.compile(rows)).to_arrow_reader(ROW_GROUP):
        yield pa.Table.from_batches([batch])


def _by_part(tables: Iterator[pa.Table], contract: TableContract) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """Rows in order of their part, cut where it changes. Each part's tables must be taken before the next part's."""
    pieces = _pieces(tables)
    piece = next(pieces, None)
    while piece is not None:
        part = piece[0]

        def run() -> Iterator[pa.Table]:
            nonlocal piece
            while piece is not None and piece[0] == part:  # noqa: B023 - taken before the next part begins
                yield piece[1]
                piece = next(pieces, None)

        yield part, run()


def _pieces(tables: Iterator[pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    for table in tables:
        codes = table.column(PART).combine_chunks().dictionary_encode()
        places = codes.indices.to_numpy(zero_copy_only=False)
        starts = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), table.num_rows]
        for start, end in pairwise(starts):
            if end > start:
                yield codes.dictionary[places[start]].as_py(), table.slice(start, end - start)
