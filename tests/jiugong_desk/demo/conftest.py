"""One demo of a small bank, built once through the services, in the suite's database; taken back at the end.

The build is one outer transaction for the package; each test runs in a savepoint of its own inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.db import transaction
from django.test import Client, override_settings
from rich.console import Console

from jiugong_desk.core.statistics import renew_statistics
from jiugong_desk.demo import story
from jiugong_desk.demo.build import DemoResult, build
from jiugong_desk.demo.progress import Stages

CUSTOMERS, SEED = 3_000, 3
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="package")
def said() -> StringIO:
    """What the build prints."""
    return StringIO()


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker, tmp_path_factory, said) -> Iterator[DemoResult]:
    home = tmp_path_factory.mktemp("demo")
    settings = override_settings(WAREHOUSE=home / "warehouse", PASSWORD_HASHERS=QUICK)
    with django_db_blocker.unblock(), settings, transaction.atomic():
        result = build(home, customers=CUSTOMERS, seed=SEED, stages=Stages(Console(file=said, width=120)))
        renew_statistics()  # the calls of the campaign too: the transaction stays open, nobody else will count them
        yield result
        transaction.set_rollback(True)


@pytest.fixture
def at_opening(settings) -> None:
    """The desk's clock as the demo sets it, a minute after it was opened."""
    opened = story.now() + timedelta(minutes=1)
    settings.CLOCK_OFFSET_SECONDS = round((opened - datetime.now(UTC)).total_seconds())


@pytest.fixture
def sign_in(built, at_opening):
    def as_person(staff) -> Client:
        client = Client()
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_person
