"""SQLite lets one writer in at a time; whoever waits asks again, the longer he has waited the more seldom (up to 0.1 s).

So under load newcomers win, and somebody waits for ever: with 25 managers who never think, half a minute, which is an
error. Here whoever begins a transaction takes his turn first. The turn goes with the connection, also of a process that
is killed.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from . import turns


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with a turn for each transaction. (The stubs do not know the methods whose names begin with `_`.)"""

    _turn: turns.Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        begun = False
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            begun = True
        finally:
            if not begun:
                self._end_turn()

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
        if self._turn is not None or self.is_in_memory_db():
            return
        name, seconds = str(self.settings_dict["NAME"]), self.settings_dict["OPTIONS"].get("timeout", 5)
        self._turn = turns.take(name, seconds=seconds)
        if self._turn is None:
            raise OperationalError("database is locked")

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.end()
