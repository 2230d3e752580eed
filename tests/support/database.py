"""pytest plugin (loaded first): sets the desk's environment for tests and picks the database.

SQLite by default. `JIUGONG_TEST_DATABASE=postgresql` starts a real server in a temporary directory, on a free port of
the loopback, owned by this process and gone with it. xdist workers inherit the controller's server.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TEST_ENVIRONMENT = {
    "JIUGONG_SECRET_KEY": "tests",
    "JIUGONG_DIGEST_KEY": "tests",
    "JIUGONG_FIELD_KEYS": "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=",
    "JIUGONG_DATABASE_POOL": "0",
    "DJANGO_SETTINGS_MODULE": "jiugong_desk.config.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser driver runs an event loop in the test's own thread
}


def _postgres_bin() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise RuntimeError("no PostgreSQL server found; run scripts/setup.sh test")
    return versions[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a throw-away server."""
    binaries, root = _postgres_bin(), Path(tempfile.mkdtemp(prefix="jiugong-pg-"))
    data, port = root / "data", _free_port()
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(root, account.pw_uid, account.pw_gid)
        user = "postgres"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd=root)

    run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "jiugong", "-E", "UTF8", "--no-locale", "-N")
    options = f"-p {port} -k {root} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(root / "log"), "-o", options, "start")
    try:
        yield f"postgresql://jiugong@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            user=user, stdout=subprocess.DEVNULL, cwd="/", check=False,
        )  # fmt: skip
        shutil.rmtree(root, ignore_errors=True)


def start_postgresql() -> str:
    """A throw-away server for as long as this process lives; returns its address."""
    held = ExitStack()
    atexit.register(held.close)
    return held.enter_context(postgresql())


def _forget_real_desks() -> None:
    """A desk that the environment names is not ours to test with; xdist's workers keep what their controller set."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for name in [name for name in os.environ if name.startswith("JIUGONG_") and name != "JIUGONG_TEST_DATABASE"]:
            del os.environ[name]


_forget_real_desks()
for name, value in TEST_ENVIRONMENT.items():
    os.environ.setdefault(name, value)
if "JIUGONG_HOME" not in os.environ:
    home = tempfile.mkdtemp(prefix="jiugong-test-")
    os.environ["JIUGONG_HOME"] = home
    atexit.register(shutil.rmtree, home, ignore_errors=True)
if "JIUGONG_DATABASE" not in os.environ:
    if os.environ.get("JIUGONG_TEST_DATABASE", "sqlite") == "postgresql":
        os.environ["JIUGONG_DATABASE"] = start_postgresql()
    else:
        os.environ["JIUGONG_DATABASE"] = f"sqlite:///{os.environ['JIUGONG_HOME']}/desk.sqlite3"
