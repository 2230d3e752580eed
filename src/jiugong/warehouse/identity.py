"""What makes two loads the same: the bytes of their files, the tables these go to, the mapping and the mode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def identity(files: Iterable[tuple[str, Path]], mapping: str | Path | None, mode: str) -> str:
    """A digest of the load. What the files are called, and in which order they come, is no part of it."""
    digests = sorted((table, _digest(path)) for table, path in files)
    parts = [mode, _digest(Path(mapping)) if mapping else "", digests]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _digest(path: Path) -> str:
    if not path.is_file():  # the reading says it better
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
