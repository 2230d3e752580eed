"""What is measured, and on what machine: kept as JSON without host names or paths."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

SHARED = 0.5  # a load average before the run from which on somebody else was using the machine
PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy")


@dataclass
class Results:
    """Collects the timings of one benchmark. `scale` multiplies every size: 1 as published, less for a trial."""

    name: str
    scale: float = 1.0
    repeats: int = 3
    databases: tuple[str, ...] = ("sqlite", "postgresql")  # where it asks a desk at all
    timings: list[dict[str, Any]] = field(default_factory=list)
    started: dict[str, Any] = field(default_factory=lambda: {"load_average": os.getloadavg()[0]})

    def rows(self, published: int) -> int:
        """How many rows to take where the published figure takes so many."""
        return max(int(published * self.scale), 100)

    def side_by_side(self, case: str, rows: int, ways: Mapping[str, Callable[[], object]]) -> dict[str, float]:
        """Time the ways in turn, `repeats` rounds after one that warms up; the medians.

        In turn, so that whatever else the machine does meets all of them alike.
        """
        for way in ways.values():
            way()
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(self.repeats):
            for name, way in ways.items():
                begun = time.perf_counter()
                way()
                seconds[name].append(round(time.perf_counter() - begun, 4))
        medians = {name: statistics.median(taken) for name, taken in seconds.items()}
        for name, taken in seconds.items():
            self.timings.append(
                {"case": case, "way": name, "rows": rows, "seconds": taken, "median": medians[name]}
                | {"rows_per_second": round(rows / medians[name])}
            )
            print(f"{self.name:8} {case:28} {name:24} {medians[name]:8.2f} s  {rows / medians[name]:12,.0f} rows/s")
        return medians

    def note(self, **facts: Any) -> None:
        """Something said about the timings, such as a ratio."""
        self.timings.append(facts)
        print(f"{self.name:8} {', '.join(f'{name} {value}' for name, value in facts.items())}")

    def write(self, folder: Path) -> Path:
        load = self.started["load_average"]
        content = {
            "benchmark": self.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "scale": self.scale,
            "machine": machine() | {"load_average_before": round(load, 2), "shared": load > SHARED},
            "timings": self.timings,
        }
        path = folder / f"{content['at'][:10]}-{self.name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def machine() -> dict[str, Any]:
    """Processor, memory, versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
