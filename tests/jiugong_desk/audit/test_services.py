"""The chain holds, and any tampering is found and located, even by somebody who may drop the triggers."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from jiugong_desk.audit import services, triggers
from jiugong_desk.audit.models import AuditChain, AuditRecord
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def write(count: int, chain: str = "OU01") -> None:
    with transaction.atomic():
        for number in range(count):
            services.record(
                chain=chain, by="1001", at=NOW, verb="test", about="thing", ref=f"r{number}", facts={"n": number}
            )


@pytest.fixture
def unprotected():
    """A log whose triggers an attacker with owner's rights has dropped."""
    write(5)
    with connection.cursor() as cursor:
        for statement in triggers.drop_statements(connection.vendor):
            cursor.execute(statement)


def test_a_sound_log_has_no_breaks():
    write(3)
    write(2, chain="OU02")
    assert list(services.verify()) == []


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_change_and_deletion(verb):
    write(1)
    rows = AuditRecord.objects.all()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        rows.update(verb="other") if verb == "update" else rows._raw_delete(rows.db)


def test_a_record_outside_a_transaction_is_refused():
    with pytest.raises(AssertionError):
        services.record(chain="OU01", by="1", at=NOW, verb="v", about="a", ref="r")


@pytest.mark.parametrize(
    ("attack", "number"),
    [
        (lambda: AuditRecord.objects.filter(number=3).update(facts="{}"), 3),
        (lambda: AuditRecord.objects.filter(number=3).delete(), 3),
        (lambda: AuditRecord.objects.filter(number=5).delete(), 5),
        (lambda: AuditRecord.objects.filter(number=2).update(by="9999"), 2),
    ],
    ids=["edit", "delete in the middle", "cut the tail", "change the actor"],
)
def test_tampering_is_found_and_located(unprotected, attack, number):
    attack()
    breaks = list(services.verify())
    assert breaks
    assert (breaks[0].chain, breaks[0].number) == ("OU01", number)


def test_a_chain_whose_records_all_went_is_found(unprotected):
    AuditRecord.objects.all().delete()
    assert [found.what for found in services.verify()] == ["all records gone"]
    assert AuditChain.objects.get(name="OU01").length == 5
