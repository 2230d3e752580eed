"""Bring a warehouse snapshot into the desk: customers with their place on the grid, loans, balances, maturities.

Loading the same snapshot again writes nothing. A customer who is missing from the new snapshot stays, and its older
`snapshot_on` says so. Only one load runs at a time, and none goes back in time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.errors import Refused
from ..core.pages import require
from ..core.statistics import renew_statistics
from ..core.verdict import Reason, refused
from ..organisation.models import Staff, Unit
from . import bridge, policies, standings
from .models import Customer
from .people import PLACE, load_people
from .portfolio import load_balances, load_loans, load_maturities

if TYPE_CHECKING:
    import pyarrow as pa

    from jiugong.warehouse import Snapshot

Progress = Callable[[str, int, int], None]  # step, done, total
STEPS = 4

OLDER = Reason(
    "older_snapshot",
    _("数据日期 {as_of} 早于已装载的 {newest}。"),
    remedy=_("客户资料只能向前更新；请装载更新的数据。"),
)
NO_POST = Reason("no_post", _("装载人没有任职机构。"), remedy=_("请系统管理员维护任职。"))


@dataclass(frozen=True)
class LoadResult:
    """What a load changed. `without_unit`: customers whose outlet the organisation does not know; not loaded."""

    as_of: date
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    without_unit: int = 0
    without_manager: int = 0
    loans: int = 0
    balances: int = 0
    maturities: int = 0
    dated: int = 0  # unchanged but for the date of the snapshot
    moved: int = 0  # on another place of the grid, or of another unit or manager, than a month ago

    @property
    def wrote(self) -> bool:
        return any((self.new, self.changed, self.loans, self.balances, self.maturities, self.dated))


def load_snapshot(snapshot: Snapshot, *, by: Staff, at: datetime, progress: Progress | None = None) -> LoadResult:
    """Load the snapshot in one transaction, with one audit record if anything changed."""
    home = loader_home(by)
    report = progress or _silent
    report("segment", 0, STEPS)
    placed = segmented(snapshot)  # before the transaction: the engine's time is nobody's lock
    with transaction.atomic():
        result = take_over(placed, at=at, report=report)
        if result.wrote:
            _audit(home, snapshot, result, placed.policy.label, by=by, at=at)
    report("done", STEPS, STEPS)
    return result


@dataclass(frozen=True)
class Placed:
    """A snapshot with its customers' places on the grid, by the policy of its date."""

    snapshot: Snapshot
    segments: pa.Table
    policy: bridge.Policy
    moves_since: date | None  # what lifetime values rest on (`bridge.Worth`)


def segmented(snapshot: Snapshot) -> Placed:
    policy = policies.policy_on(snapshot.as_of)
    worth = bridge.worth(snapshot, policy)
    segments = bridge.segmented(snapshot, policy, worth=worth, columns=PLACE[1:])
    return Placed(snapshot, segments, policy, worth.since)


def take_over(placed: Placed, *, at: datetime, report: Progress, batch: str = "", anew: bool = False) -> LoadResult:
    """Inner verb, in the caller's transaction, which audits.

    `batch` is written to new customers; `anew`: where they stand is recorded again, though none of them changed.
    """
    snapshot, policy = placed.snapshot, placed.policy
    lock_loads()
    _refuse_older(snapshot.as_of)
    report("customers", 1, STEPS)
    standings.remember(snapshot.as_of, grid=policy.grid, at=at)
    people = load_people(snapshot, placed.segments, policy.label, batch=batch)
    moved = standings.record(
        snapshot.as_of, policy_version=policy.label, grid=policy.grid, at=at, moves_since=placed.moves_since,
        wrote=anew or bool(people.new or people.changed or people.dated),
    )  # fmt: skip
    numbers = dict(Customer.objects.everyone().values_list("customer_no", "pk"))
    report("loans", 2, STEPS)
    loans = load_loans(snapshot, numbers)
    maturities = load_maturities(snapshot, numbers)
    report("balances", 3, STEPS)
    balances = load_balances(snapshot, numbers, policy)
    result = LoadResult(
        as_of=snapshot.as_of, loans=loans, balances=balances, maturities=maturities, moved=moved, **asdict(people)
    )
    if result.wrote:
        renew_statistics("customers")
    return result


def loader_home(by: Staff) -> Unit:
    """The unit in whose name somebody loads; 403 for who may not, refused without a post."""
    require(by, "data.load")
    if by.home is None:
        raise Refused(refused(NO_POST))
    return by.home


def lock_loads() -> None:
    """One load at a time, whoever's: the root of the organisation is locked until the transaction ends."""
    Unit.objects.select_for_update(no_key=True).order_by("path").first()


def newest_date() -> date | None:
    """The date of the newest snapshot that the desk holds."""
    newest: date | None = Customer.objects.everyone().aggregate(newest=Max("snapshot_on"))["newest"]
    return newest


def _refuse_older(as_of: date) -> None:
    newest = newest_date()
    if newest is not None and as_of < newest:
        raise Refused(refused(Reason(OLDER.code, OLDER.text, {"as_of": as_of, "newest": newest}, OLDER.remedy)))


def _audit(home: Unit, snapshot: Snapshot, result: LoadResult, policy_version: str, *, by: Staff, at: datetime) -> None:
    facts = {
        **asdict(result),
        "as_of": snapshot.as_of.isoformat(),
        "snapshot": snapshot.digest,
        "policy": policy_version,
    }
    audit_log.record(
        chain=home.code, by=by.staff_no, at=at, verb="customers.loaded", about="snapshot",
        ref=snapshot.as_of.isoformat(), facts=facts,
    )  # fmt: skip


def _silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""
