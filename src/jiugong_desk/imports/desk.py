"""From a warehouse's snapshot into the desk: organisation, customers, consents. The one place for all who load."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from ..consent import loading as consents
from ..consent.loading import ConsentLoad
from ..customers import bridge, portfolio, standings
from ..customers import loading as customers
from ..customers.loading import LoadResult, Placed, Progress
from ..customers.models import Customer
from ..customers.people import load_people
from ..customers.standing_models import month_of
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


def take_over(
    ready: Placed, *, at: datetime, report: Progress, batch: str = "", said_as: str = "", anew: bool = False
) -> Taken:
    """Inner verb, in the caller's transaction, which audits. `anew`: standings too, though no customer changed.

    `batch` goes with the customers, `said_as` into the evidence of consents, which people read.
    """
    people = customers.take_over(ready, at=at, report=report, batch=batch, anew=anew)
    return Taken(people, consents.take_over_consents(ready.snapshot, at=at, batch=said_as))


def go_back(ready: Placed, gone: date, *, at: datetime, report: Progress, batch: str) -> int:
    """Inner verb of an undo that took a whole date away: everything as the day before it says; how many customers changed.

    Where that day is of an earlier month, the sums and moves of its month still stand as they were recorded then: they
    are not made anew, since what they were compared with is kept for the newest month alone.
    """
    snapshot, dated = ready.snapshot, Customer.objects.everyone().filter(snapshot_on=gone)
    dated.filter(came_with=batch).update(snapshot_on=None)  # brought, and kept because of work on them
    dated.update(snapshot_on=snapshot.as_of)
    if month_of(gone) == month_of(snapshot.as_of):
        return take_over(ready, at=at, report=report, anew=True).customers.changed
    standings.forget(gone)
    people = load_people(snapshot, ready.segments, ready.policy.label)
    of_the_day = Q(snapshot_on=snapshot.as_of)
    Customer.objects.everyone().filter(~of_the_day, present=True).update(present=False)
    Customer.objects.everyone().filter(of_the_day, present=False).update(present=True)
    numbers = dict(Customer.objects.everyone().values_list("customer_no", "pk"))
    portfolio.load_loans(snapshot, numbers)
    portfolio.load_maturities(snapshot, numbers)
    portfolio.load_balances(snapshot, numbers, ready.policy)
    consents.take_over_consents(snapshot, at=at)
    return people.changed


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
