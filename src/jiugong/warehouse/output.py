"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def draft_of(path: str | Path) -> Iterator[Path]:
    """A path beside the file to write to; it takes the file's place when the block ends well, else it is removed."""
    path = Path(path)
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

    The backend must be allowed to write to the file's folder (`engine.connect`).
    """
    with draft_of(path) as draft:
        # zstd is a third smaller, and takes a fifth longer in all.
        backend.to_parquet(expression, str(draft), compression="snappy")
