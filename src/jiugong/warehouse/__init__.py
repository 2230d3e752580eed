"""Bank extracts in, validated snapshots out: the canonical tables, reading and writing files, snapshots, the engine."""

from . import engine
from .conform import Rejection, conform
from .contracts import TABLES, Column, TableContract
from .files import read_table, write_table
from .ingest import FileReport, IngestReport, ingest
from .snapshots import Snapshot, open_snapshot

__all__ = [
    "TABLES",
    "Column",
    "FileReport",
    "IngestReport",
    "Rejection",
    "Snapshot",
    "TableContract",
    "conform",
    "engine",
    "ingest",
    "open_snapshot",
    "read_table",
    "write_table",
]
