"""The reading process, warm: everything is imported once, then each request is served by a fork of it.

Only for tests that read hundreds of files. The forks run the same `child.main`, with the same limits.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from jiugong.warehouse import apart
from jiugong.warehouse.reading import child

_SERVER = """
import importlib.util, json, os, signal, sys, time
spec = importlib.util.spec_from_file_location("child", {child!r})
child = importlib.util.module_from_spec(spec); spec.loader.exec_module(child)
sys.modules["numpy"] = None
for name in ("text", "workbook", "columnar", "sniff", "refused", "limits"): child._own(name)
for line in sys.stdin:
    request = json.loads(line)
    pid = os.fork()
    if not pid:
        os.dup2(os.open(os.devnull, os.O_RDWR), 1); os.dup2(1, 2)
        try: code = child.main(request)
        except BaseException: code = 1
        os._exit(code)
    end = time.monotonic() + request["limits"]["wall_seconds"]
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done: break
        if time.monotonic() > end: os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


class Zygote:
    """`run` stands in for `reader._run`."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-I", "-c", _SERVER.format(child=child.__file__)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=apart.ENVIRONMENT, text=True,
        )  # fmt: skip

    def run(self, request: dict[str, Any], patience: int) -> int:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait(10)
