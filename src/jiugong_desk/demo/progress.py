"""How the building of the demo is shown: bars on a terminal, a line per stage elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[int, int], None]  # done, total


class Stages:
    """Names the stages one after the other and keeps how long each took."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, key: str, title: str) -> Iterator[Report]:
        """`key` names the stage in the figures, `title` is what is read; yields the function to report progress with."""
        begun = perf_counter()
        with self._bar(title) if self.console.is_terminal else self._line(title) as report:
            yield report
        self.seconds[key] = round(perf_counter() - begun, 2)
        if not self.console.is_terminal:
            self.console.print(f"  {title}: {self.seconds[key]:.1f} s", soft_wrap=True, highlight=False)

    @contextmanager
    def _bar(self, title: str) -> Iterator[Report]:
        columns = (TextColumn("  {task.description}"), BarColumn(bar_width=28), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total)
            bars.update(task, completed=1, total=1)

    @contextmanager
    def _line(self, title: str) -> Iterator[Report]:
        yield lambda done, total: None
