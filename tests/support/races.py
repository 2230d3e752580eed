"""Two at once, on real connections."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from jiugong_desk.core.errors import Refused, Stale


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run the verbs in threads of their own, started together; what each gave or raised."""
    start, results = Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int, verb: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = verb() or "done"
        except Refused as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def winners(results: list[Any]) -> int:
    """How many succeeded; whoever lost was told that somebody had been faster."""
    lost = [result for result in results if isinstance(result, Refused)]
    assert all(isinstance(result, Stale) for result in lost)
    return len(results) - len(lost)
