"""The demo's folder: is it new, finished, left half-built by a killed run, or somebody else's?"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from ..core.clock import seconds_until
from .errors import BeingBuilt, DamagedDemo, NotOurs

RESULT, BUILDING = "demo.json", "demo.building"
# What a demo makes, besides the two marks; nothing else is ever removed.
MADE = (
    "secrets",
    "warehouse",
    "extracts",
    "imports",
    "static",
    "desk.sqlite3",
    "desk.sqlite3-wal",
    "desk.sqlite3-shm",
    "desk.sqlite3.turn",
)


class State(Enum):
    NEW = "new"
    FINISHED = "finished"
    HALF_BUILT = "half-built"


def state_of(folder: Path) -> State:
    """Raises `NotOurs` for a folder that holds something and was not made by a demo."""
    if not folder.exists():
        return State.NEW
    if not folder.is_dir():
        raise NotOurs(folder, "is a file")
    found = {entry.name for entry in folder.iterdir()}
    if not found:
        return State.NEW
    if BUILDING in found:
        return State.HALF_BUILT
    if RESULT in found:
        return State.FINISHED
    raise NotOurs(folder, "holds files of something else")


def read_result(folder: Path) -> dict[str, Any]:
    """Raises `DamagedDemo` where it is not what a build has written."""
    try:
        result = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        datetime.fromisoformat(result["now"])
        _ = int(result["customers"]), int(result["seed"])
    except (ValueError, TypeError, KeyError):
        raise DamagedDemo(folder / RESULT) from None
    return dict(result)


@contextmanager
def being_built(folder: Path) -> Iterator[None]:
    """Mark the folder while it is built, alone; what an earlier run left is removed first.

    The mark goes when the result has been written. A killed run leaves it, but not its lock.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark = folder / BUILDING
    with mark.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingBuilt(folder) from None
        _clear(folder)
        yield
        mark.unlink()


def clock_offset_seconds(folder: Path) -> int:
    """From now to the demo's own moment: however late it is opened, its campaign is in the middle of a morning.

    0 in the folder of a real desk.
    """
    if not (folder / RESULT).is_file():
        return 0
    return seconds_until(datetime.fromisoformat(read_result(folder)["now"]))


def write_result(folder: Path, result: dict[str, Any]) -> None:
    text = json.dumps(result, ensure_ascii=False, indent=2, default=str)
    (folder / RESULT).write_text(text + "\n", encoding="utf-8")


def _clear(folder: Path) -> None:
    for name in (RESULT, *MADE):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
