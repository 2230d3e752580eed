"""From the warehouse into the desk: organisation first, then its customers, then what they consented to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from jiugong.errors import InputError

from ..core import clock
from ..customers import bridge
from ..grid.services import freeze_month_end
from ..imports import desk
from ..organisation.models import Staff

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot


def load_snapshot(as_of: date | None, *, by_staff_no: str) -> Iterator[str]:
    """Load it all, a line of report each. The very first load brings the steward's own account with it."""
    snapshot, at = bridge.snapshot(as_of), clock.now()
    yield f"snapshot of {snapshot.as_of}"
    with transaction.atomic():  # an organisation that nobody answers for is not loaded
        organisation = _load_organisation(snapshot, by_staff_no, at)
        steward = _steward(by_staff_no)
    yield organisation
    customers, consents = desk.load_everything(snapshot, by=steward, at=at)
    yield f"customers: {customers}"
    yield f"consents: {consents}"
    yield f"watch lists frozen: {len(freeze_month_end(snapshot, by=steward, at=at))}"


def _load_organisation(snapshot: Snapshot, by_staff_no: str, at: datetime) -> str:
    steward = Staff.objects.filter(staff_no=by_staff_no).first()
    done = desk.take_over_organisation(snapshot, by=steward, at=at)
    return f"organisation: {done or 'the snapshot has no branches and staff; kept as it is'}"


def _steward(staff_no: str) -> Staff:
    person = Staff.objects.filter(staff_no=staff_no).first()
    if person is None or not person.may("data.load"):
        raise InputError(
            f"--by is '{staff_no}'; it takes the staff number of a data steward (a post with the permission data.load)."
        )
    return person
