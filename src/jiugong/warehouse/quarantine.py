"""The quarantine file: what was set aside, where it stands, and what would be right. For people, in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import date
from pathlib import Path

from .conform import Rejection
from .masks import harmless_cell


def quarantine_folder(warehouse: str | Path) -> Path:
    """Where the files of what was set aside lie."""
    return Path(warehouse) / "quarantine"


def write_quarantine(warehouse: str | Path, as_of: date, rejections: Sequence[Rejection]) -> Path | None:
    """Write `quarantine/DATE-digest.csv`, one line for each cell at fault; None where nothing was set aside.

    The name comes from the content, so that the same load again writes the same file.
    """
    if not rejections:
        return None
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([field.name for field in fields(Rejection)])
    lines.writerows([harmless_cell(str(cell)) for cell in astuple(rejection)] for rejection in rejections)
    content = text.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8
    folder = quarantine_folder(warehouse)
    folder.mkdir(exist_ok=True)
    path = folder / f"{as_of}-{hashlib.sha256(content).hexdigest()[:12]}.csv"
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    return draft.replace(path)
