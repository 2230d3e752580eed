"""The Arrow file of cells that the reading process hands back; `warehouse/sheet.py` reads and writes the same.

Columns: `row` (as a person counts it), `fields` (of a row of another shape: how many it has, its cells being null),
`c0…` the cells, and where there are such `n0…` (a number in a spreadsheet) and `e0…` (a formula's error). The schema's
metadata `jiugong` holds as JSON the headers as written and where the table was found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .limits import Limits
from .refused import Refused

META = b"jiugong"
_LONGEST = 500  # characters of a header
ROW, FIELDS = pa.field("row", pa.int64()), pa.field("fields", pa.int32())


def schema_of(types: Sequence[Any], marks: Sequence[str], meta: Mapping[str, Any]) -> Any:
    """`types`: of the cells' columns; `marks`: names of columns of marks, such as `n0`."""
    cells = [pa.field(f"c{place}", kind) for place, kind in enumerate(types)]
    return pa.schema(
        [ROW, FIELDS, *cells, *[pa.field(name, pa.bool_()) for name in marks]],
        metadata={META: json.dumps(meta, ensure_ascii=False).encode()},
    )


class Writer:
    """Writes batches of rows until the limits are reached. A batch of rows needs no `fields`."""

    def __init__(self, sink: Any, schema: Any, limits: Limits) -> None:
        self._schema, self._limits, self._rows = schema, limits, 0
        self._width = sum(name.startswith("c") for name in schema.names)
        self._file = pa.ipc.new_file(sink, schema)

    def write(self, rows: Any, columns: Sequence[Any], marks: Sequence[Any] = (), *, blank: bool = False) -> None:
        """`blank`: rows without a filled cell are kept as well."""
        batch = pa.record_batch([rows, pa.nulls(len(rows), pa.int32()), *columns, *marks], schema=self._schema)
        if not blank and self._width:
            batch = _filled(batch, self._width)
        self._put(batch)

    def misshapen(self, found: Sequence[tuple[int, int]]) -> None:
        """Rows of another shape: their number and how many fields they have."""
        empty = [pa.nulls(len(found), field.type) for field in list(self._schema)[2:]]
        rows, fields = ([row[part] for row in found] for part in (0, 1))
        self._put(
            pa.record_batch([pa.array(rows, pa.int64()), pa.array(fields, pa.int32()), *empty], schema=self._schema)
        )

    def close(self) -> None:
        self._file.close()

    def _put(self, batch: Any) -> None:
        self._rows += batch.num_rows
        if self._rows > self._limits.rows:
            raise Refused("too_many_rows", most=self._limits.rows)
        self._file.write_batch(batch)


def _filled(batch: Any, width: int) -> Any:
    """Without the rows in which every cell is empty: spreadsheets export them by the thousand."""
    has = None
    for column in batch.columns[2 : 2 + width]:
        has = column.is_valid() if has is None else pc.or_(has, column.is_valid())
    return batch if pc.all(has).as_py() in (True, None) else batch.filter(has)


def check_headers(headers: Sequence[str], limits: Limits) -> None:
    if len(headers) > limits.columns:
        raise Refused("too_many_columns", found=len(headers), most=limits.columns)
    for place, header in enumerate(headers, 1):
        if len(header) > _LONGEST:
            raise Refused("long_header", number=place, most=_LONGEST)
