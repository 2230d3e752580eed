"""The files of a warehouse: immutable, named by their content, written beside and renamed into place.

All dates share the folder `data/`. A file is never written twice; what no manifest names any more is swept.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ...errors import InputError
from .layout import COMPRESSION, ROW_GROUP

_DATA, _LOCK, _DRAFT, _SCRATCH = "data", ".lock", ".draft", ".scratch"


def data_of(warehouse: Path) -> Path:
    """The folder of all Parquet files."""
    return warehouse / _DATA


def scratch_of(warehouse: Path) -> Path:
    """Where the engine may put what does not fit into memory."""
    return warehouse / _DATA / _SCRATCH


@contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """One writer at a time in a warehouse. A killed writer's lock ends with its process."""
    if not warehouse.exists():
        warehouse.mkdir(parents=True, mode=0o750)  # customers' data are nobody else's to read
    data_of(warehouse).mkdir(exist_ok=True)
    with (warehouse / _LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("another load is running in this warehouse; start again when it has ended", file=str(warehouse)) from None  # fmt: skip
        yield


class NewFile:
    """A Parquet file in the making: whole row groups as rows come, its name at the end."""

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        self._folder, self._stem, self._schema = folder, stem, schema
        self._draft = folder / f"{_DRAFT}-{stem}"
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self.rows = 0

    def add(self, rows: pa.Table) -> None:
        self._waiting.append(rows)
        self.rows += rows.num_rows
        if sum(table.num_rows for table in self._waiting) >= ROW_GROUP:
            self._write(keep=self.rows % ROW_GROUP)

    def close(self) -> str:
        """The file's name. Where a file of just this content stands already, that is the one."""
        self._write(keep=0)
        assert self._writer is not None
        self._writer.close()
        with self._draft.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        final = self._folder / f"{self._stem}-{digest[:16]}.parquet"
        if final.exists():
            self._draft.unlink()
        else:
            self._draft.replace(final)
        return final.name

    def abandon(self) -> None:
        """Give up: a full disk may refuse even the footer."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._draft.unlink(missing_ok=True)

    def _write(self, *, keep: int) -> None:
        """All that waits but the last `keep` rows; a first call opens the file, so that one without rows is a file too."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._draft, self._schema, compression=COMPRESSION, store_decimal_as_integer=True, write_page_index=True
            )
        table = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        self._writer.write_table(table.slice(0, table.num_rows - keep), row_group_size=ROW_GROUP)
        self._waiting = [table.slice(table.num_rows - keep)] if keep else []


def replace_text(path: Path, text: str) -> None:
    """The text as the file's content: as a whole and for good, or not at all."""
    draft = path.with_name(f"{_DRAFT}-{path.name}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(warehouse: Path, named: Iterable[str]) -> None:
    """Remove what killed loads left, and the Parquet files that no manifest names."""
    keep = set(named)
    shutil.rmtree(scratch_of(warehouse), ignore_errors=True)
    for file in data_of(warehouse).iterdir():
        if file.name.startswith(_DRAFT) or (file.suffix == ".parquet" and file.name not in keep):
            file.unlink()
    for draft in warehouse.glob(f"????-??-??/{_DRAFT}*"):
        draft.unlink()
