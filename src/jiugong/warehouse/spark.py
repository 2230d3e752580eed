"""An Apache Spark cluster as engine, for a warehouse beyond one machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any

from ..errors import InputError

_ADDRESS = re.compile(r"spark://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(?P<port>\d{1,5})|local(?:\[(?:\d+|\*)\])?")
_PATIENCE = 5  # seconds for the master to take the connection; Spark itself would try for a minute

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def is_spark(address: str) -> bool:
    """Whether the address is one of Spark's: spark://HOST:PORT of a standalone master, or local[n] for a trial."""
    return _ADDRESS.fullmatch(address) is not None


@cache
def connect_spark(address: str) -> Any:
    """The ibis backend on that cluster; one session for the whole process.

    Files are opened by the cluster's workers, so a warehouse must lie where all of them see it under the same path.
    `JIUGONG_MEMORY` (such as `4g`) is the driver's and each executor's.

    Raises
    ------
    InputError: nobody answers there, Java is missing, or the package is
    """
    _refuse_missing(address)
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(address).appName("jiugong")
    for name, value in {**_SETTINGS, **_local_settings(address), **_memory()}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)


def _refuse_missing(address: str) -> None:
    if find_spec("pyspark") is None:
        raise InputError(
            f"engine {address} needs the package pyspark, of the cluster's version; install jiugong[spark]"
        )
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise InputError(f"engine {address} needs Java 17, and there is none; install it, or set JAVA_HOME")
    found = _ADDRESS.fullmatch(address)
    if found is None or found["host"] is None:
        return
    try:
        socket.create_connection((found["host"].strip("[]"), int(found["port"])), timeout=_PATIENCE).close()
    except (OSError, OverflowError):
        raise InputError(
            f"no Spark master answers at {address}; start the cluster, or correct --engine spark://HOST:PORT"
        ) from None


def _local_settings(address: str) -> dict[str, str]:
    """On the own machine nothing need listen to the network."""
    found = _ADDRESS.fullmatch(address)
    host = found["host"] if found else None
    if host is not None and host != "localhost" and not _is_loopback(host.strip("[]")):
        return {}
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _memory() -> dict[str, str]:
    memory = os.environ.get("JIUGONG_MEMORY", "").lower().removesuffix("b")
    return {"spark.driver.memory": memory, "spark.executor.memory": memory} if memory else {}
