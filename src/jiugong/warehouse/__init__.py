"""Bank extracts in, validated snapshots out: the canonical tables, reading and writing files, snapshots, the engine."""

from . import engine
from .conform import Rejection, conform
from .contracts import READABLE, TABLES, Column, TableContract
from .doubts import Doubt
from .extracts import Extract, Joined, extract, join_extracts
from .faults import FaultyRows, faults_csv, faults_workbook, faulty_rows
from .files import read_table, write_table
from .ingest import IngestReport, Preview, ingest, preview
from .inspection import Inspection, inspect
from .mapping import Source, read_mapping, write_mapping
from .reader import read_sheet
from .reading.limits import OPERATOR, UPLOAD, Limits
from .sheet import Sheet
from .snapshots import Snapshot, open_snapshot
from .store.batches import MODES, Batch, Counts, FileReport
from .store.load import Loaded, Terms, load_tables
from .store.preview import Sums, TableChange, preview_tables
from .store.undo import LaterBatches, Undone, batches, undo_batch

__all__ = [
    "MODES",
    "OPERATOR",
    "READABLE",
    "TABLES",
    "UPLOAD",
    "Batch",
    "Column",
    "Counts",
    "Doubt",
    "Extract",
    "FaultyRows",
    "FileReport",
    "IngestReport",
    "Inspection",
    "Joined",
    "LaterBatches",
    "Limits",
    "Loaded",
    "Preview",
    "Rejection",
    "Sheet",
    "Snapshot",
    "Source",
    "Sums",
    "TableChange",
    "TableContract",
    "Terms",
    "Undone",
    "batches",
    "conform",
    "engine",
    "extract",
    "faults_csv",
    "faults_workbook",
    "faulty_rows",
    "ingest",
    "inspect",
    "join_extracts",
    "load_tables",
    "open_snapshot",
    "preview",
    "preview_tables",
    "read_mapping",
    "read_sheet",
    "read_table",
    "undo_batch",
    "write_mapping",
    "write_table",
]
