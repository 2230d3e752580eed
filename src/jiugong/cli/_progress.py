"""Progress of a command: a bar on a terminal, plain lines otherwise; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What is being done, units done, units in all.
Progress = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Progress]:
    """A callback for a library function; the bar is gone when the work is."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda label, done, total: bars.update(task, description=label, completed=done, total=max(total, 1))


def _lines() -> Progress:
    last = ""

    def tell(label: str, done: int, total: int) -> None:
        nonlocal last
        if label != last:
            sys.stderr.write(f"{done * 100 // max(total, 1):3d} %  {label}\n")
            last = label

    return tell
