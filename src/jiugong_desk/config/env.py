"""Loud helpers for the environment: a wrong value stops the start with what was found and what would be right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def integer(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is '{text}'; it takes a whole number, such as {default}.") from None


def workers() -> int:
    """Processes of the site. One works on one page at a time, whatever its threads: with one a core, pages queue in the one
    while the other rests (at 20 requests a second on two cores the median was twice as long).
    """
    return integer("JIUGONG_WORKERS", 2 * (os.cpu_count() or 1))


def flag(name: str, default: bool = False) -> bool:
    text = os.environ.get(name, "").strip().lower()
    if text in ("1", "true", "yes"):
        return True
    if text in ("0", "false", "no"):
        return False
    if not text:
        return default
    raise ImproperlyConfigured(f"{name} is '{text}'; it takes 1 or 0.")


def secret(name: str, home: Path) -> str:
    """From the environment, or from the file of that name in `home`/secrets (made by `jiugong admin init`)."""
    if os.environ.get(name):
        return os.environ[name]
    file = home / "secrets" / name.lower()
    if file.exists():
        return _kept(file)
    raise ImproperlyConfigured(
        f"{name} is not set and {file} does not exist; run `jiugong admin init --dir {home}`, or set {name}."
    )


def _kept(file: Path) -> str:
    """A secret from its file. Empty or damaged, it would sign with nothing or lock the data away."""
    try:
        found = file.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        found = ""
    if not found:
        raise ImproperlyConfigured(f"{file} is empty or damaged; put the copy of your secrets back in its place.")
    return found


def field_keys(name: str, home: Path) -> list[str]:
    """Fernet keys, a blank or a line between them; a malformed one stops the start."""
    keys = secret(name, home).split()
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds something that is no key (32 bytes in url-safe base64); "
                "put the copy of your secrets back in its place."
            ) from None
    return keys


SQLITE = "sqlite:///"


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's settings for `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`; empty: a file in `home`."""
    if not url:
        return _sqlite(str(home / "desk.sqlite3"))
    if url.startswith(SQLITE):
        return _sqlite(url.removeprefix(SQLITE))  # a path, not an address: in it # and ? stand for themselves
    parts = urlsplit(url)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(parts)
    raise ImproperlyConfigured(
        f"JIUGONG_DATABASE begins with '{parts.scheme}'; it takes sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
    )


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "jiugong_desk.config.in_turn",
        "NAME": name,
        # Tests use a file too: in memory, threads would share one cache and meet locks that a desk never has.
        "TEST": {"NAME": None if name == ":memory:" else f"{name}.test"},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # deferred readers that turn writers fail at once
            "timeout": 20,
            "init_command": "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


# What may follow the name after a question mark, as libpq calls it.
PARAMETERS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs", "application_name"}
)


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    """Refuses what it would have to leave out: without its sslmode a connection is another one."""
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(given.keys() - PARAMETERS):
        raise ImproperlyConfigured(
            f"JIUGONG_DATABASE: unknown parameter {', '.join(unknown)}; known are {', '.join(sorted(PARAMETERS))}."
        )
    try:
        port = parts.port or 5432
    except ValueError:
        raise ImproperlyConfigured("JIUGONG_DATABASE: the port is no number between 0 and 65535.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port),
        # Compiling a query of many conditions takes the server longer than running it (one to four seconds of each).
        # Planning it anew each time, too: what a connection has asked twice is prepared (PgBouncer needs 1.21 or newer).
        "OPTIONS": {"options": "-c jit=off", "server_side_binding": True, "prepare_threshold": 2}
        | given
        | ({"pool": {"min_size": 1, "max_size": 8}} if flag("JIUGONG_DATABASE_POOL", True) else {}),
    }
