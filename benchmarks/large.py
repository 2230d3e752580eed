"""A hundred million customers with three balances each, on two cores in 16 GiB: levels, quadrant, lifetime value.

One run, not side by side with anything: what is asked is that it ends, in so much memory, and how long it takes. The
process is one of its own, so that the memory is its own; the engine is told to keep within JIUGONG_MEMORY (12GB if unset).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .results import Results

CUSTOMERS = 100_000_000
LIMIT_GIB = 16
MAKE = "from benchmarks.segment import Bank; from pathlib import Path; Bank.made(Path({folder!r}), {rows})"
RUN = """
import json, resource, time
from pathlib import Path
from benchmarks.segment import Bank
bank = Bank(Path({folder!r}), {rows})
began = time.perf_counter()
bank.jiugong()
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
import pyarrow.parquet as pq
print(json.dumps({{"seconds": took, "peak_bytes": peak, "rows": pq.ParquetFile(bank.out).metadata.num_rows}}))
"""


def run(results: Results) -> None:
    rows = results.rows(CUSTOMERS)
    with tempfile.TemporaryDirectory() as folder:
        said = {"folder": folder, "rows": rows}
        _python(MAKE.format(**said))
        found = json.loads(_python(RUN.format(**said)).splitlines()[-1])  # the engine draws its progress above
    if found["rows"] != rows:
        raise SystemExit(f"{found['rows']:,} rows were written for {rows:,} customers")
    peak = found["peak_bytes"] / 2**30
    results.note(
        case=f"{rows:,} customers, {rows * 3:,} balances", seconds=round(found["seconds"], 1), peak_gib=round(peak, 2),
        within_limit=peak <= LIMIT_GIB,
    )  # fmt: skip


def _python(program: str) -> str:
    own = {"JIUGONG_MEMORY": os.environ.get("JIUGONG_MEMORY", "12GB")}
    root = Path(__file__).parent.parent
    return subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=os.environ | own, check=True, capture_output=True, text=True
    ).stdout
