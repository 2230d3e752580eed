"""Turns at one database file: first among the threads of this process, then among the processes of this machine."""

from __future__ import annotations

import os
import time
from collections import defaultdict, deque
from contextlib import suppress
from threading import Lock

try:
    import fcntl
except ImportError:  # not on this system
    fcntl = None  # type: ignore[assignment]

PAUSE = 0.002  # seconds between two questions for the file
TURN, NEXT = ".turn", ".next"  # who writes, and who comes after him: else whoever has just written is the first again


class Line:
    """Threads wait here in the order in which they came."""

    def __init__(self) -> None:
        self._guard, self._waiting, self._busy = Lock(), deque[Lock](), False

    def enter(self, *, until: float) -> bool:
        """False: not before `until` (of `time.monotonic`)."""
        with self._guard:
            if not self._busy:
                self._busy = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=max(until - time.monotonic(), 0)):
            time.sleep(2 * PAUSE)  # another process, which asks for the file by and by, comes in between
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False


_lines: defaultdict[str, Line] = defaultdict(Line)


class Turn:
    """Held from `take` to `end`, or as long as whoever took it lives."""

    def __init__(self, line: Line, file: int | None) -> None:
        self._line: Line | None = line
        self._file = file

    def end(self) -> None:
        line, file, self._line, self._file = self._line, self._file, None, None
        if file is not None:
            os.close(file)
        if line is not None:
            line.leave()

    __del__ = end


def take(database: str, *, seconds: float) -> Turn | None:
    """The turn at this database; None where it did not come in time."""
    until = time.monotonic() + seconds
    line = _lines[database]
    if not line.enter(until=until):
        return None
    turn, waiting = Turn(line, _opened(f"{database}{TURN}", database)), _opened(f"{database}{NEXT}", database)
    try:
        if _locked(waiting, until=until) and _locked(turn._file, until=until):
            return turn
    finally:
        if waiting is not None:
            os.close(waiting)
    turn.end()
    return None


def _opened(path: str, database: str) -> int | None:
    """The file to lock, as the database's owner has it; None where there can be none: SQLite's own waiting remains.

    Whoever may write beside the database could lay a link there, for an administrator to follow: none is followed, and
    only a file that was just made here is given to anybody.
    """
    if fcntl is None:
        return None
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    with suppress(OSError):
        return os.open(path, flags)
    try:
        file = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # a link, or somebody was quicker
        with suppress(OSError):
            return os.open(path, flags)
        return None
    except OSError:
        return None
    if os.geteuid() == 0:  # a command of the administrator's shuts nobody out
        with suppress(OSError):
            owner = os.stat(database)
            os.fchown(file, owner.st_uid, owner.st_gid)
    return file


def _locked(file: int | None, *, until: float) -> bool:
    """False: not before `until`. What there is not, holds nobody up."""
    if file is None:
        return True
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(PAUSE)
        else:
            return True
