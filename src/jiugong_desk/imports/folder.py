"""The private folder of a batch: the file as it came, its cells, what an undo must remember. For the owner's eyes alone.

Below `settings.IMPORT_FOLDER`, one folder (0700) per batch named by its reference, files 0600. Removed when the batch
ends, and by the hourly purge.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

INCOMING = ".incoming"
CHANGES = "changes.json"  # the first changed rows, from old to new, masked
ORPHANED = timedelta(hours=6)


def root() -> Path:
    folder = Path(settings.IMPORT_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def of(ref: str) -> Path:
    return root() / ref


def original(ref: str, ending: str) -> Path:
    """The file as it came. Its ending is kept, since readers go by it; its name is not."""
    return of(ref) / f"original{ending}"


def keep(ref: str, ending: str, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write the file; its SHA-256 and its size."""
    of(ref).mkdir(mode=0o700)
    digest, size = hashlib.sha256(), 0
    with open(original(ref, ending), "xb", opener=_private) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += file.write(chunk)
    return digest.hexdigest(), size


def remove(ref: str) -> None:
    shutil.rmtree(of(ref), ignore_errors=True)


def others(known: Iterable[str], *, machine: datetime) -> list[Path]:
    """What belongs to no batch and has lain for hours: an upload that was cut off, a killed worker's scratch."""
    keep, old = set(known), (machine - ORPHANED).timestamp()
    found = [path for path in root().iterdir() if path.name not in keep and path.name != INCOMING]
    incoming = root() / INCOMING
    found += list(incoming.iterdir()) if incoming.is_dir() else []
    return [path for path in found if path.stat().st_mtime < old]


def remove_path(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def read_changes(ref: str) -> list[dict[str, Any]]:
    path = of(ref) / CHANGES
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_private(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    with open(draft, "w", encoding="utf-8", opener=_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
