"""SQLite lets one writer in at a time; whoever waits asks again, the longer he has waited the more seldom (up to 0.1 s).

So under load newcomers win, and somebody waits for ever: with 25 managers who never think, half a minute, which is an
error. Here whoever begins a transaction first takes a lock on a file beside the database, and all who wait ask equally
often. The lock goes with the connection, also of a process that is killed. Where the system has no such lock, SQLite's
own waiting remains.
"""

from __future__ import annotations

import os
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

try:
    import fcntl
except ImportError:  # not on this system
    fcntl = None  # type: ignore[assignment]

PAUSE = 0.002  # seconds between two questions
SUFFIX = ".turn"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with a turn for each transaction. (The stubs do not know the methods whose names begin with `_`.)"""

    _turn: int | None = None  # the file on which this connection holds the lock

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._end_turn()  # after a commit that failed comes the rollback
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if fcntl is None or self._turn is not None or self.is_in_memory_db():
            return
        turn = os.open(f"{self.settings_dict['NAME']}{SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait(turn, until=time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5))
        except BaseException:
            os.close(turn)
            raise
        self._turn = turn

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            os.close(turn)


def _wait(turn: int, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise OperationalError("database is locked") from None
            time.sleep(PAUSE)
        else:
            return
