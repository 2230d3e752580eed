"""From the bank's extracts to people at their desks: ingest, organisation, customers, consents, passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from ..customers.services import load_snapshot
from ..grid.services import freeze_month_end
from ..imports import desk
from ..organisation.models import Staff
from ..organisation.services import seed_calendar, set_password
from . import story
from .bridge import Bank, Snapshot, ingest, load_tables, open_snapshot
from .logins import printed_logins

PASSWORD = "jiugong-demo"  # noqa: S105  (of a fictional bank, served on this machine only; printed to be used)
Report = Callable[[int, int], None]  # done, total


def send_and_ingest(bank: Bank, folder: Path) -> dict[str, Any]:
    """The bank's extracts through the same ingest as anybody's; rows loaded and quarantined by table."""
    extracts = bank.write_extracts(folder / bank.as_of.isoformat())
    report = ingest(list(extracts.files), warehouse=settings.WAREHOUSE, as_of=bank.as_of, mapping=extracts.mapping)
    return {
        file.table: {"read": file.read, "loaded": file.loaded, "quarantined": file.quarantined} for file in report.files
    }


def found_organisation(bank: Bank, report: Report) -> None:
    """The tree, the staff and the calendar; whoever is printed as a login gets the demo's password.

    The others cannot sign in: hashing a password costs what it must, and thirty more would be a third of the time.
    """
    at = story.moment(story.FOUNDED, 6)
    seed_calendar(years=story.YEARS, at=at)
    snapshot = open_snapshot(settings.WAREHOUSE, bank.as_of)
    desk.take_over_organisation(snapshot, by=None, at=at)
    people = printed_logins()
    for number, login in enumerate(people):
        report(number, len(people))
        set_password(login.staff, password=PASSWORD, at=at)


def load_standings(bank: Bank, *, by: Staff, on: date) -> None:
    """A month before the story, without its files: customers, and where they stood. Consents begin with the story."""
    snapshot = load_tables(settings.WAREHOUSE, bank.as_of, dict(bank.tables)).snapshot
    at = story.moment(on, 6, 30)
    load_snapshot(snapshot, by=by, at=at)
    freeze_month_end(snapshot, by=by, at=at)


def load_customers(as_of: date, *, by: Staff, on: date, report: Report) -> Snapshot:
    """The night run: customers with their place on the grid, then what they consent to."""
    snapshot = open_snapshot(settings.WAREHOUSE, as_of)
    at = story.moment(on, 6, 30)
    desk.load_everything(snapshot, by=by, at=at, report=lambda step, done, total: report(done, total + 1))
    freeze_month_end(snapshot, by=by, at=at)
    return snapshot
