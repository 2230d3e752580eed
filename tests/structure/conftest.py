"""The scene of the tests that ask every address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.structure.scene import Scene, make_scene


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Built once, it is the dear part. Each test's own transaction is a savepoint on it, and is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_scene()
        transaction.set_rollback(True)
