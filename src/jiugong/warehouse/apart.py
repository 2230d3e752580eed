"""A program of ours in a process of its own: the request on its standard input, nothing of ours in its environment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

# No keys, no paths. One thread and the system's memory, so that the limits count what is used.
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
}


def run_apart(program: str, request: Mapping[str, Any], *, seconds: int) -> int:
    """Its exit code; negative where a signal ended it, or its time was up.

    `request["folder"]` is where it works and leaves what it made. What it complains about may quote the file that it
    reads, so nobody listens.
    """
    command = [sys.executable, "-I", program]
    try:
        return subprocess.run(  # noqa: S603
            command, input=json.dumps(request).encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=seconds, check=False, env=ENVIRONMENT, cwd=request["folder"],
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return -1
