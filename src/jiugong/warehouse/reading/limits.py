"""What one file may cost: two presets, and how the reading process is held to them."""

from __future__ import annotations

import resource
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What reading one file may take.

    memory_bytes : address space of the process, its libraries (some 240 MB) included
    cpu_seconds, wall_seconds : processor time; time until it is ended from outside
    output_bytes : the Arrow file of cells
    unpacked_bytes, ratio : of a workbook, all parts unpacked; and how many times its packed size that may be
    rows, columns : of the table
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    output_bytes: int
    unpacked_bytes: int
    ratio: int
    rows: int
    columns: int

    def apply(self) -> None:
        """Bind this process, for good."""
        for what, most in (
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_CPU, self.cpu_seconds),
            (resource.RLIMIT_FSIZE, self.output_bytes),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


def nothing_more_opens() -> None:
    """From here on the process gets no new file and no socket; what is open stays open."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


# Whoever may sign in may upload: a million rows of CSV or some hundred thousand of a workbook fit.
UPLOAD = Limits(
    memory_bytes=512 << 20, cpu_seconds=20, wall_seconds=60, output_bytes=1 << 30,
    unpacked_bytes=512 << 20, ratio=200, rows=2_000_000, columns=500,
)  # fmt: skip
# The operator knows his files: these only keep the machine alive.
OPERATOR = Limits(
    memory_bytes=6 << 30, cpu_seconds=3_600, wall_seconds=7_200, output_bytes=256 << 30,
    unpacked_bytes=16 << 30, ratio=1_000, rows=2_000_000_000, columns=16_384,
)  # fmt: skip
