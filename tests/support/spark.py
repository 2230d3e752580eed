"""A real standalone Spark cluster on the loopback: one master, one worker, gone with the fixture."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120  # seconds until the worker has found its master; starting two virtual machines takes about ten


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Address of the master. `folder` takes logs and the worker's files."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    master = _start("master", ["--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"], folder)
    worker = None
    try:
        _wait(folder / "master.log", "I have been elected leader", master)
        arguments = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "2", "--memory", "1g"]
        worker = _start("worker", [*arguments, "--work-dir", str(folder / "work"), address], folder)
        _wait(folder / "worker.log", "Successfully registered with master", worker)
        yield address
    finally:
        for process in (worker, master):
            if process is not None:
                _stop(process)


def _start(role: str, arguments: list[str], folder: Path) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}.{role.capitalize()}", *arguments]
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
    }
    with (folder / f"{role}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True)


def _wait(log: Path, sentence: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        text = log.read_text(encoding="utf-8", errors="replace")
        if sentence in text:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{log.name} never said '{sentence}':\n{text[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """With its children: the executors."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
