"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ..errors import InputError, MisuseError
from .store.layout import ROW_GROUP


def refuse_ending(path: str | Path) -> None:
    """Raises MisuseError where the ending is none that is written."""
    if Path(path).suffix.lower() not in {".parquet", ".csv"}:
        raise MisuseError(
            f"a table cannot be written as '{Path(path).name}'; name a file that ends in .parquet or .csv"
        )


@contextmanager
def draft_of(path: str | Path) -> Iterator[Path]:
    """A path beside the file to write to; it takes the file's place when the block ends well, else it is removed."""
    path = Path(path)
    if not path.parent.is_dir():
        raise InputError("its folder does not exist; make it, or name another", file=str(path))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_expression(backend: Any, expression: Any, path: str | Path) -> None:
    """Compute an ibis expression straight into one Parquet file, without holding the result in memory.

    The backend must be allowed to write to the file's folder (`engine.connect`); a cluster's workers must see it.
    """
    with draft_of(path) as draft:
        if backend.name == "duckdb":
            # zstd is a third smaller, and takes a fifth longer in all. Row groups as the warehouse has them: a query
            # that goes through a snapshot's customers then writes each group as it lay, if not in its order.
            backend.to_parquet(expression, str(draft), compression="snappy", row_group_size=ROW_GROUP)
        else:
            _write_parts(backend, expression, draft)


def _write_parts(backend: Any, expression: Any, draft: Path) -> None:
    """Every worker of a cluster writes a part; then they are one file, a row group at a time."""
    parts = draft.with_name(f"{draft.name}.parts")
    try:
        backend.to_parquet(expression, parts.resolve().as_uri())
        files = [pq.ParquetFile(part) for part in sorted(parts.glob("*.parquet"))]
        with pq.ParquetWriter(draft, files[0].schema_arrow.remove_metadata()) as writer:
            for file in files:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group).replace_schema_metadata(None))
    finally:
        shutil.rmtree(parts, ignore_errors=True)
