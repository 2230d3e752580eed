"""What must hold whenever nobody is in the middle of something. Rooms register their checks in `AppConfig.ready()`.

The same checks run after every step of the state machine of the tests and over a live desk (`jiugong admin check`): a rule
that only the tests know protects nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

Check = Callable[[datetime], Iterator[str]]  # what is broken at that moment, in words that name references only

_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check; once, however often an app starts."""
    if check not in _checks:
        _checks.append(check)


def broken(now: datetime) -> Iterator[str]:
    """Every break that any room finds; nothing where all is well."""
    for check in _checks:
        yield from check(now)
