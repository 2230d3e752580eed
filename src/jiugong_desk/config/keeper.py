"""Keeps one worker running beside the site, and ends with the site.

`serve` starts it as a child of the process that becomes gunicorn, so that its parent's end, kill -9 included, is the
site's end. Only the standard library: it should be the last to fall over.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

COMMAND = [sys.executable, "-m", "jiugong_desk.config.worker"]
LOOK_SECONDS = 0.3
PATIENCE_SECONDS = 12.0  # a worker that is told to stop ends its step; after that it is killed, and its work resumed
SOONEST, LATEST = 0.5, 30.0  # between two starts, where workers die at once


class Keeper:
    def __init__(self, command: list[str], parent: int) -> None:
        self.command, self.parent = command, parent
        self.told_to_stop = False
        self.worker: subprocess.Popen[bytes] | None = None

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.told_to_stop = True

    @property
    def over(self) -> bool:
        return self.told_to_stop or os.getppid() != self.parent

    def run(self) -> None:
        wait = SOONEST
        while not self.over:
            begun = time.monotonic()
            self.worker = subprocess.Popen(self.command)  # noqa: S603  (our own interpreter and module)
            while self.worker.poll() is None and not self.over:
                time.sleep(LOOK_SECONDS)
            if self.over:
                break
            wait = SOONEST if time.monotonic() - begun > LATEST else min(2 * wait, LATEST)
            self._sleep(wait)
        self._end_worker()

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.over:
            time.sleep(LOOK_SECONDS)

    def _end_worker(self) -> None:
        if self.worker is None or self.worker.poll() is not None:
            return
        self.worker.terminate()
        try:
            self.worker.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.worker.kill()
            self.worker.wait()


def main() -> None:
    keeper = Keeper(COMMAND, parent=int(sys.argv[1]))
    for number in (signal.SIGTERM, signal.SIGINT):  # Ctrl+C reaches the whole group of the terminal
        signal.signal(number, keeper.stop)
    keeper.run()


if __name__ == "__main__":
    main()
