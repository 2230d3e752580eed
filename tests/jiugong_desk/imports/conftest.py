"""A warehouse and a private folder of the test's own, and the worker's work done in the test's process."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiugong_desk.imports import services
from jiugong_desk.imports.models import Batch
from jiugong_desk.imports.services.uploading import Upload
from jiugong_desk.jobs.worker import Worker
from tests.support.cast import NOW

AS_OF = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.WAREHOUSE = tmp_path / "warehouse"
    settings.IMPORT_FOLDER = tmp_path / "imports"
    settings.UPLOAD_FOLDER = tmp_path / "imports" / ".incoming"


def work() -> None:
    """Everything that waits, done here and now."""
    from jiugong_desk.core import clock

    def later():
        return clock.machine_now() + timedelta(hours=1)  # whatever was leased to a worker that died is free

    Worker(now=lambda: NOW, machine=later, name="test", pulse=False).run(until_idle=True)


class Steward:
    """The verbs of the steward, each followed by the worker."""

    def __init__(self, staff) -> None:
        self.staff = staff

    def upload(self, content: bytes, name: str = "客户.xlsx", *, table: str = "", as_of: date = AS_OF, source: str = "日报") -> Batch:  # fmt: skip
        said = Upload(name, table, source, as_of)
        batch, _new = services.upload([content], said=said, by=self.staff, at=NOW)
        work()
        return self.fresh(batch)

    def fresh(self, batch: Batch) -> Batch:
        return Batch.objects.everyone().get(pk=batch.pk)

    def change(self, batch: Batch, *, table: str = "", **settings) -> Batch:
        services.change(batch, settings={**batch.settings, **settings}, table=table or batch.table, seen=batch.revision, by=self.staff, at=NOW)  # fmt: skip
        work()
        return self.fresh(batch)

    def preview(self, batch: Batch, *, mode: str = "update", whole: bool = False) -> Batch:
        batch = self.fresh(batch)
        services.ask_preview(batch, mode=mode, whole=whole, seen=batch.revision, by=self.staff, at=NOW)
        work()
        return self.fresh(batch)

    def commit(self, batch: Batch, *, reason: str = "测试时确认无误", control=None, column: str = "") -> Batch:
        from jiugong_desk.imports.rules import Control

        batch = self.fresh(batch)
        services.ask_commit(
            batch, control=control or Control(), column=column, reason=reason, seen=batch.revision, by=self.staff, at=NOW
        )  # fmt: skip
        work()
        return self.fresh(batch)

    def load(self, content: bytes, name: str = "客户.xlsx", *, mode: str = "update", whole: bool = False, **said) -> Batch:  # fmt: skip
        """From upload to commit."""
        batch = self.commit(self.preview(self.upload(content, name, **said), mode=mode, whole=whole))
        assert batch.state == "committed", (batch.state, batch.error)
        return batch

    def undo(self, batch: Batch) -> Batch:
        batch = self.fresh(batch)
        services.ask_undo(batch, seen=batch.revision, by=self.staff, at=NOW)
        work()
        return self.fresh(batch)


@pytest.fixture
def steward(cast) -> Steward:
    return Steward(cast.steward)
