"""Parquet: the columns as stored, dictionaries spread out, row group by row group."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .cells import Writer, check_headers, schema_of
from .limits import Limits
from .refused import Refused

_BATCH = 1 << 16


def read_columnar(file: Any, sink: Any, limits: Limits) -> None:
    try:
        source = pq.ParquetFile(file, page_checksum_verification=True)
        headers = source.schema_arrow.names
        check_headers(headers, limits)
        types = [_plain(field.type) for field in source.schema_arrow]
        for header, kind in zip(headers, types, strict=True):
            if pa.types.is_nested(kind):
                raise Refused("nested_column", column=header, what=str(kind))
        origin = {"kind": "parquet", "header_row": 1}
        writer = Writer(sink, schema_of(types, (), {"headers": headers, "origin": origin}), limits)
        first = 2
        for batch in source.iter_batches(_BATCH, use_threads=False):
            rows = pa.array(range(first, first + batch.num_rows), pa.int64())
            columns = [column.cast(kind) for column, kind in zip(batch.columns, types, strict=True)]
            writer.write(rows, columns, blank=True)
            first += batch.num_rows
        writer.close()
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused("not_parquet") from None


def _plain(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
