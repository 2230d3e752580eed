"""Fixtures for the whole suite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil

import pytest
from django.utils import timezone
from hypothesis import settings

from tests.support.cast import NOW, PASSWORD, Cast, make_cast

# The same examples in every run, and no deadline: a shared machine stalls now and then.
settings.register_profile("jiugong", derandomize=True, deadline=None)
settings.load_profile("jiugong")


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_audit_log() -> None:
    """Django empties the tables after a transactional test; the triggers of what is insert-only step aside for just that."""
    from django.db import connection

    from jiugong_desk.audit import triggers
    from jiugong_desk.documents import triggers as of_documents
    from jiugong_desk.telephony import triggers as of_telephony

    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = plain(self, style, tables, **options)
        vendor = self.connection.vendor
        every = (triggers, of_documents, of_telephony)
        dropped = [statement for one in every for statement in one.drop_statements(vendor)]
        created = [statement for one in every for statement in one.create_statements(vendor)]
        return [*dropped, *statements, *created] if statements else []

    operations.sql_flush = sql_flush


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_found_when_asked_for() -> None:
    """Otherwise every client of every test begins by listing all of them; a served site lists them once."""
    from django.conf import settings

    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast, in the database."""
    return make_cast()


@pytest.fixture
def desk_time(settings) -> Callable[[datetime], None]:
    """The site's clock stands (nearly) at NOW; `desk_time(moment)` puts it elsewhere."""

    def at(moment: datetime) -> None:
        settings.CLOCK_OFFSET_SECONDS = ceil((moment - timezone.now()).total_seconds())

    at(NOW)
    return at


@pytest.fixture
def login(client):
    """`login(staff)` gives a client signed in as that person (no password hashing: fast)."""
    from django.test import Client

    def sign_in(staff) -> Client:
        fresh = Client()
        fresh.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        return fresh

    return sign_in


@pytest.fixture
def password() -> str:
    return PASSWORD
