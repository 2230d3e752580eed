"""The desk outside a web server: its folder, its secrets, Django started once, the database brought up to date.

A desk lives in one folder (its home): `desk.sqlite3` unless JIUGONG_DATABASE names another database, `secrets/`,
`warehouse/`. Everything here may be repeated: what exists is kept.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from jiugong.errors import JiugongError, MisuseError

SETTINGS = "jiugong_desk.config.settings"
SECRETS: dict[str, Callable[[], str]] = {
    "jiugong_secret_key": lambda: secrets.token_urlsafe(50),
    "jiugong_digest_key": lambda: secrets.token_urlsafe(50),
    "jiugong_field_keys": lambda: Fernet.generate_key().decode(),
}


class WrongSetting(JiugongError):
    """The environment holds a value that the desk cannot use."""

    code = "wrong_setting"


def init_home(home: Path) -> None:
    """Make the folder and its secrets, readable by the owner alone. What exists stays as it is.

    Raises
    ------
    WrongSetting: a database is there and a secret of it is not; a new one would lock its data away for good
    """
    refuse_lost_keys(home)
    folder = home / "secrets"
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    for name in _missing(home):
        _write_once(folder / name, SECRETS[name]())


def _missing(home: Path) -> list[str]:
    """The secrets that neither the environment nor the folder holds."""
    given = {name for name in SECRETS if os.environ.get(name.upper()) or (home / "secrets" / name).is_file()}
    return sorted(SECRETS.keys() - given)


def refuse_lost_keys(home: Path) -> None:
    lost = _missing(home)
    if lost and (home / "desk.sqlite3").exists():
        raise WrongSetting(
            f"{home} holds a database but not its {', '.join(lost)}; new ones could not read it. Put the copy of your "
            "secrets back; only if the data may go, move desk.sqlite3 away first. Nothing was changed."
        )


def _write_once(file: Path, text: str) -> None:
    """Written whole or not at all (a half-written key would lock the data away); never written over."""
    if file.exists():
        return
    handle, draft = tempfile.mkstemp(dir=file.parent)  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
        os.link(draft, file)
    except FileExistsError:
        pass  # somebody else was faster, and theirs is as good
    finally:
        os.unlink(draft)


def is_home(home: Path) -> bool:
    """Whether `init_home` has been here."""
    return home.is_dir() and not _missing(home)


def start_django(home: Path, *, clock_offset_seconds: int = 0) -> None:
    """Start Django for this home. A second start for the same home does nothing; one process has one desk.

    From here on what the process writes is for its owner alone.
    """
    home = home.resolve()
    if apps.ready:
        from django.conf import settings

        if home != settings.HOME:
            raise MisuseError(f"this process already runs the desk in {settings.HOME}; start another for {home}.")
        return
    os.umask(0o077)
    os.environ["JIUGONG_HOME"] = str(home)
    os.environ["JIUGONG_CLOCK_OFFSET_SECONDS"] = str(clock_offset_seconds)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise WrongSetting(str(error)) from None


def migrate() -> None:
    """Bring the database up to date. SQLite's write-ahead log is switched on here, once: processes that switch it
    together refuse each other."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
