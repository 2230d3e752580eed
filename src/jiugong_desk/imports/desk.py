"""From a warehouse's snapshot into the desk: organisation, customers, consents. The one place for all who load."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..consent import loading as consents
from ..consent.loading import ConsentLoad
from ..customers import bridge
from ..customers import loading as customers
from ..customers.loading import LoadResult, Placed, Progress
from ..organisation.models import Staff
from ..organisation.services import load_organisation

if TYPE_CHECKING:
    from jiugong.warehouse import Snapshot


@dataclass(frozen=True)
class Taken:
    """What a load changed in the desk."""

    customers: LoadResult
    consents: ConsentLoad

    def facts(self) -> dict[str, Any]:
        """For an audit record and for the page: counts only."""
        return {**asdict(self.customers), **asdict(self.consents), "as_of": self.customers.as_of.isoformat()}


def prepared(snapshot: Snapshot | None, report: Progress) -> Placed | None:
    """The customers with their places, counted before any transaction begins; None where there are no customers."""
    if snapshot is None or not bridge.has_table(snapshot, "customers"):
        return None
    report("segment", 0, customers.STEPS)
    return customers.segmented(snapshot)


def take_over(ready: Placed, *, at: datetime, report: Progress, batch: str = "", anew: bool = False) -> Taken:
    """Inner verb, in the caller's transaction, which audits. `anew`: standings too, though no customer changed."""
    people = customers.take_over(ready, at=at, report=report, batch=batch, anew=anew)
    return Taken(people, consents.take_over_consents(ready.snapshot, at=at, batch=batch))


def load_everything(
    snapshot: Snapshot, *, by: Staff, at: datetime, report: Progress | None = None
) -> tuple[LoadResult, ConsentLoad]:
    """Customers and consents as two verbs, each with its record: for the command line and the demo."""
    people = customers.load_snapshot(snapshot, by=by, at=at, progress=report)
    return people, consents.load_consents(snapshot, by=by, at=at)


def take_over_organisation(snapshot: Snapshot, *, by: Staff | None, at: datetime) -> Any:
    """None where the snapshot has no list of units and staff: what stands is kept."""
    if not {"branches", "staff"} <= set(snapshot.tables):
        return None
    return load_organisation(snapshot.read("branches"), snapshot.read("staff"), by=by, at=at)
