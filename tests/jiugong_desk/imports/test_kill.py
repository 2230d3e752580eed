"""G5 and G23 of reliability.md: the worker is killed while it commits, at random and at every seam; nothing is lost or doubled.

The oracle is a plain dictionary that the same rows were put into.
"""

from __future__ import annotations

import json
import random
import signal
import time
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from jiugong.warehouse import open_snapshot
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.audit.services import verify
from jiugong_desk.customers.models import Customer, Loan
from jiugong_desk.imports import folder, services
from jiugong_desk.imports.models import Batch
from jiugong_desk.imports.rules import Control
from jiugong_desk.imports.work import purge
from jiugong_desk.jobs.models import Job
from tests.jiugong_desk.imports.conftest import AS_OF, Steward, work
from tests.support.cast import NOW, make_cast
from tests.support.extracts import listed, text
from tests.support.worker import wait_for, worker

pytestmark = pytest.mark.django_db(transaction=True)
SEED, KILLS, KILLS_PER_BATCH, ROWS = 20261128, 20, 4, 120
SEAMS = (
    "jiugong_desk.imports.storing.bridge:load:before",
    "jiugong.warehouse.store.load:write_manifest:before",
    "jiugong.warehouse.store.load:write_manifest:after",
    "jiugong_desk.imports.desk:prepared:after",
    "jiugong_desk.imports.desk:take_over:before",
    "jiugong_desk.imports.desk:take_over:after",
    "jiugong_desk.jobs.running:Run.finish:before",
    "jiugong_desk.jobs.running:Run.finish:after",
    "jiugong_desk.imports.work:_remove_folder:before",
)
UNDO_SEAMS = (
    "jiugong_desk.imports.storing.bridge:undo:before",
    "jiugong_desk.imports.storing.bridge:undo:after",
    "jiugong_desk.customers.removal:remove:after",
    "jiugong_desk.jobs.running:Run.finish:before",
    "jiugong_desk.jobs.running:Run.finish:after",
)


class Oracle:
    """What should stand: each row of each list, the last one of a key."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def load(self, rows: list[dict[str, Any]]) -> None:
        self.rows |= {row["客户号"]: row for row in rows}

    def check(self) -> None:
        snapshot = self._snapshot()
        people = snapshot.read("customers").to_pylist()
        assert len(people) == len({row["customer_id"] for row in people}) == len(self.rows)
        assert {row["customer_id"]: row["mobile"] for row in people} == {
            no: row["手机号"] for no, row in self.rows.items()
        }
        held = snapshot.read("balances").to_pylist()
        assert len(held) == 2 * len(self.rows)
        demand = {row["customer_id"]: row["average_daily"] for row in held if row["category"] == "demand"}
        assert demand == {no: Decimal(row["活期日均（万元）"]) * 10_000 for no, row in self.rows.items()}
        assert sorted(row["loan_id"] for row in snapshot.read("loans").to_pylist()) == sorted(row["借据号"] for row in self.rows.values())  # fmt: skip
        desk = {customer.customer_no: customer.mobile for customer in Customer.objects.everyone()}
        assert desk == {no: row["手机号"] for no, row in self.rows.items()}
        assert Customer.objects.everyone().count() == len(desk)
        assert set(Loan.objects.values_list("loan_no", flat=True)) == {row["借据号"] for row in self.rows.values()}

    @staticmethod
    def _snapshot() -> Any:
        from django.conf import settings

        return open_snapshot(settings.WAREHOUSE, AS_OF)


def rows_of(draw: random.Random, count: int = ROWS) -> list[dict[str, Any]]:
    """Some of them known already, with other figures now."""
    numbers = draw.sample(range(1, 4 * ROWS), count)
    return [listed(number, 手机号=f"139{draw.randrange(10**8):08d}") for number in numbers]


@pytest.fixture
def surroundings(settings) -> dict[str, str]:
    return {
        "JIUGONG_WAREHOUSE": str(settings.WAREHOUSE),
        "JIUGONG_IMPORTS": str(settings.IMPORT_FOLDER),
        "JIUGONG_JOB_LEASE_SECONDS": "1",
    }


def asked(steward: Steward, rows: list[dict[str, Any]], name: str) -> Batch:
    """As far as the order to commit; nobody works yet."""
    batch = steward.preview(steward.upload(text(rows), name, table="customer_list"))
    assert batch.state == "ready", batch.error
    services.ask_commit(batch, control=Control(), column="", reason="", seen=batch.revision, by=steward.staff, at=NOW)
    return steward.fresh(batch)


def job_of(verb: str, batch: Batch) -> Job:
    return Job.objects.everyone().filter(key=f"{verb}:{batch.ref}").latest("pk")


def finish(verb: str, batch: Batch) -> None:
    """Another worker does the rest: this process."""
    work()
    job = job_of(verb, batch)
    assert job.state == "done", (job.state, job.error)


def records(verb: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for ref in AuditRecord.objects.filter(verb=verb).values_list("about_ref", flat=True):
        found[ref] = found.get(ref, 0) + 1
    return found


def test_twenty_kills_lose_and_double_nothing(surroundings):
    steward, oracle, draw = Steward(make_cast().steward), Oracle(), random.Random(SEED)
    first = rows_of(draw)
    batch = asked(steward, first, "0.csv")
    begun = time.monotonic()
    finish("imports.commit", batch)
    longest = time.monotonic() - begun
    oracle.load(first)
    oracle.check()
    kills, committed = 0, [batch.ref]
    while kills < KILLS:
        rows = rows_of(draw)
        batch = asked(steward, rows, f"{len(committed)}.csv")
        for _ in range(KILLS_PER_BATCH):
            kills += _killed_within(batch, draw.uniform(0, longest), surroundings)
        finish("imports.commit", batch)
        oracle.load(rows)
        oracle.check()
        committed.append(batch.ref)
    assert records("import.committed") == dict.fromkeys(committed, 1)
    assert list(verify()) == []
    purge(SimpleNamespace(at=NOW))  # where the kill came between the commit and the deleting
    assert [path.name for path in folder.root().iterdir()] == []


def _killed_within(batch: Batch, seconds: float, surroundings: dict[str, str]) -> bool:
    """Whether the worker was at it when it was killed."""
    if not job_of("imports.commit", batch).is_open:
        return False
    with worker(**surroundings) as process:
        before = job_of("imports.commit", batch).attempts
        wait_for(lambda: job_of("imports.commit", batch).attempts > before, "it begins", process)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    return job_of("imports.commit", batch).state == "running"


def test_killed_at_every_seam_of_a_commit(surroundings):
    steward, oracle, draw = Steward(make_cast().steward), Oracle(), random.Random(SEED)
    for number, seam in enumerate(SEAMS):
        rows = rows_of(draw, 40)
        batch = asked(steward, rows, f"{number}.csv")
        with worker(**surroundings, JIUGONG_DIE_IN=seam) as process:
            assert process.wait(60) == -signal.SIGKILL, seam
        finish("imports.commit", batch)
        oracle.load(rows)
        oracle.check()
    assert set(records("import.committed").values()) == {1}
    assert len(records("import.committed")) == len(SEAMS)


def test_killed_at_every_seam_of_an_undo(surroundings):
    steward, oracle, draw = Steward(make_cast().steward), Oracle(), random.Random(SEED)
    first = rows_of(draw, 60)
    steward.load(text(first), "0.csv", table="customer_list")
    oracle.load(first)
    for number, seam in enumerate(UNDO_SEAMS, 1):
        batch = steward.load(text(rows_of(draw, 40)), f"{number}.csv", table="customer_list")
        services.ask_undo(batch, seen=batch.revision, by=steward.staff, at=NOW)
        with worker(**surroundings, JIUGONG_DIE_IN=seam) as process:
            assert process.wait(60) == -signal.SIGKILL, seam
        finish("imports.undo", batch)
        assert steward.fresh(batch).state == "undone"
        oracle.check()
        assert "before.json" not in {path.name for path in folder.root().rglob("*")}
    assert set(records("import.undone").values()) == {1}


def test_a_killed_reading_is_read_again(surroundings):
    steward = Steward(make_cast().steward)
    from jiugong_desk.imports.services.uploading import Upload

    said = Upload("名单.csv", "customer_list", "日报", date(2026, 1, 1))
    content = text([listed(number) for number in range(1, 30)])
    batch, _new = services.upload([content], said=said, by=steward.staff, at=NOW)
    for seam in ("jiugong_desk.imports.bridge:read_cells:after", "jiugong_desk.jobs.running:Run.finish:before"):
        with worker(**surroundings, JIUGONG_DIE_IN=seam) as process:
            assert process.wait(60) == -signal.SIGKILL, seam
    finish("imports.read", batch)
    assert json.loads(json.dumps(steward.fresh(batch).counts))["good"] == 29
