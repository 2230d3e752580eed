"""Whether the desk's database may be worked with: it is there, sound, of this version, and its keys are ours.

Asked before the site starts and by every command: an empty database in the place of a lost one, or a wrong key, must
stop the start and not a customer's page a day later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiugong.errors import JiugongError

from . import runtime

SECONDS_TO_ANSWER = 5
DAMAGE = ("file is not a database", "malformed", "disk image")  # SQLite's words
DAMAGED = (
    "the database is damaged; nothing was changed. Stop the site, keep the file for inspection, "
    "and put the last backup in its place with `jiugong admin restore`."
)


class DamagedDatabase(JiugongError):
    """SQLite itself found the file damaged."""

    code = "damaged_database"


class NoDatabase(JiugongError):
    """It is not where the settings say."""

    code = "no_database"


class WrongKeys(JiugongError):
    """The keys of this folder are not those that the data was written with."""

    code = "wrong_keys"


def prepare() -> None:
    """Before the site starts: check it all, and bring an older database up to date."""
    with told():
        require_present()
        check_file()
        runtime.migrate()
        check_keys()


def file_of() -> Path | None:
    """The SQLite file; None for PostgreSQL."""
    from django.db import connection

    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def require_present() -> None:
    """Raise `NoDatabase` where the file is gone or the server does not answer. SQLite itself would begin an empty one."""
    file = file_of()
    if file is None:
        _require_server()
    elif not file.is_file():
        raise NoDatabase(
            f"{file} is missing; put a backup in its place with `jiugong admin restore`, "
            "or begin an empty desk with `jiugong admin init`."
        )


def _require_server() -> None:
    """Asked without the pool, which would try for half a minute."""
    import psycopg
    from django.db import connection

    try:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=SECONDS_TO_ANSWER).close()
    except psycopg.OperationalError:
        place = connection.settings_dict
        raise NoDatabase(
            f"PostgreSQL at {place['HOST']}:{place['PORT']} did not let user '{place['USER']}' into database "
            f"'{place['NAME']}'; see that the server runs, that the database exists, and compare JIUGONG_DATABASE."
        ) from None


def check_file() -> None:
    """Raise `DamagedDatabase` where SQLite finds its file damaged. A PostgreSQL server looks after its own."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with told(), connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        found = cursor.fetchone()[0]
    if found != "ok":
        raise DamagedDatabase(DAMAGED)


def check_version() -> None:
    """Raise `WrongSetting` where the database is older than this version of the desk."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise runtime.WrongSetting(
            f"the database lacks {len(waiting)} migrations of this version; run `jiugong admin init` on the same folder."
        )


def check_keys() -> None:
    """Raise `WrongKeys` where one customer's data cannot be read, or would not be found, with the keys of this folder."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(someone())
        judge_keys(cursor.fetchone())


def someone() -> str:
    """The query for one customer's mobile as it stands in the table, and its fingerprint."""
    from ..customers.models import Customer

    table = Customer._meta.db_table
    return f"SELECT mobile, mobile_digest FROM {table} WHERE mobile_digest <> '' LIMIT 1"  # noqa: S608 (our own name)


def judge_keys(row: tuple[str, str] | None) -> None:
    from cryptography.fernet import InvalidToken

    from ..core.fields import decrypt, digest

    if row is None:
        return
    try:
        mobile = decrypt(row[0])
    except InvalidToken:
        raise WrongKeys(_wrong("JIUGONG_FIELD_KEYS", "cannot be read")) from None
    if digest(mobile) != row[1]:
        raise WrongKeys(_wrong("JIUGONG_DIGEST_KEY", "could not be found by their numbers"))


def _wrong(name: str, effect: str) -> str:
    return (
        f"{name} is not the key that this database was written with: its customers {effect}. "
        f"Put the safe copy of the folder's secrets back ({name.lower()}); nothing was changed."
    )


@contextmanager
def told() -> Iterator[None]:
    """SQLite's complaint about its file becomes `DamagedDatabase`; any other error of the database is ours to mend."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as error:
        if any(words in str(error) for words in DAMAGE):
            raise DamagedDatabase(DAMAGED) from None
        raise
