"""What waits for whom, what was decided, and whether this very content holds an approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ..organisation.models import Staff
from . import kinds, rules
from .models import Approval

State = Approval.State
OLD = timedelta(days=2)  # from then on a waiting matter is pointed at


@dataclass(frozen=True)
class Waiting:
    """A line of the inbox. `mine`: this person may decide; `own`: he had a hand in it."""

    approval: Approval
    address: str
    age: timedelta
    mine: bool
    own: bool

    @property
    def days(self) -> int:
        return self.age.days

    @property
    def hours(self) -> int:
        return int(self.age.total_seconds() // 3600)

    @property
    def is_old(self) -> bool:
        return self.age >= OLD


def waiting_for(staff: Staff, *, now: datetime) -> list[Waiting]:
    """What this person may decide on, the oldest first."""
    rows = Approval.objects.visible_to(staff).filter(state=State.OPEN).select_related("unit", "asked_by")
    lines = [line(approval, staff, now=now) for approval in rows.order_by("asked_at", "id")]
    return [one for one in lines if one.mine]


def count_for(staff: Staff, now: datetime) -> int:
    """How many matters wait for this person (one query)."""
    mine = [kind.code for kind in kinds.every() if staff.may(kind.permission)]
    if not mine:
        return 0
    rows = Approval.objects.visible_to(staff).filter(state=State.OPEN, kind__in=mine).values_list("makers", flat=True)
    return sum(rules.may_decide(staff.person_key, makers).allowed for makers in rows)


def line(approval: Approval, staff: Staff, *, now: datetime) -> Waiting:
    kind = kinds.of(approval.kind)
    own = not rules.may_decide(staff.person_key, approval.makers).allowed
    may = staff.may(kind.permission) and not own
    return Waiting(approval, kind.address(approval.about), now - approval.asked_at, may and approval.is_open, own)


def summary(approval: Approval, *, now: datetime) -> list[tuple[Any, str]]:
    """What is to be decided on, label by label; of a decided one nothing, for the matter may have gone on since."""
    if not approval.is_open:
        return []
    kind = kinds.of(approval.kind)
    return list(kind.summary(kind.read(approval.about), now))


def asked_by(staff: Staff, *, now: datetime) -> list[Waiting]:
    """What this person has laid before others and is still undecided."""
    rows = (
        Approval.objects.visible_to(staff).filter(state=State.OPEN, asked_by=staff).select_related("unit", "asked_by")
    )
    return [line(approval, staff, now=now) for approval in rows.order_by("asked_at", "id")]


def decided(staff: Staff) -> QuerySet[Approval]:
    """What was decided, withdrawn or made void, as far as this person sees, the newest first."""
    rows: QuerySet[Approval] = Approval.objects.visible_to(staff).exclude(state=State.OPEN)
    return rows.select_related("unit", "asked_by", "decided_by").order_by("-decided_at", "-id")


def of_matter(about: str, kind_codes: Iterable[str] = ()) -> list[Approval]:
    """Every approval of one matter, the newest first. The caller has checked that its reader may see the matter."""
    rows = Approval.objects.everyone().filter(about=about).select_related("asked_by", "decided_by")
    codes = list(kind_codes)
    return list(rows.filter(kind__in=codes) if codes else rows)


@dataclass(frozen=True)
class Shown:
    """An approval beside its matter. `opens`: its own page does for this person.

    `withdrawable`: he may take the matter back with it; of several only the newest says so, since that takes all back.
    """

    approval: Approval
    opens: bool
    withdrawable: bool


def shown(about: str, staff: Staff) -> list[Shown]:
    """Every approval of a matter, the newest first."""
    seen = set(Approval.objects.visible_to(staff).filter(about=about).values_list("pk", flat=True))
    found, pages = of_matter(about), staff.may("approval.view")
    mine = next((one for one in found if one.pk in seen and may_withdraw(one, staff)), None)
    return [Shown(one, opens=pages and one.pk in seen, withdrawable=one == mine) for one in found]


def may_withdraw(approval: Approval, staff: Staff) -> bool:
    """Whoever asked, under whatever login, while nobody has decided."""
    return approval.is_open and approval.asked_by.is_same_person_as(staff)


def holds(kind: str, about: str, digest: str) -> bool:
    """Whether the last decision of this kind approved exactly this content, and nothing was asked anew since."""
    rows = Approval.objects.everyone().filter(kind=kind, about=about).order_by("-id")
    last = rows.exclude(state__in=(State.WITHDRAWN, State.VOID)).first()
    return last is not None and last.state == State.APPROVED and last.digest == digest


def waiting_of(about: str, digest: str) -> set[str]:
    """The kinds of decision that are open for exactly this content of the matter (one query)."""
    rows = Approval.objects.everyone().filter(about=about, state=State.OPEN, digest=digest)
    return set(rows.values_list("kind", flat=True))


def open_for(kind: str, about: str) -> Approval:
    """The open approval of a matter; `DoesNotExist` where it waits for no such decision."""
    found: Approval = Approval.objects.everyone().get(kind=kind, about=about, state=State.OPEN)
    return found


def decisions(about: str, staff: Staff, *, now: datetime) -> list[Waiting]:
    """The open approvals of one matter that are this person's to decide, or would be, had he no hand in it."""
    rows = Approval.objects.visible_to(staff).filter(about=about, state=State.OPEN).select_related("unit", "asked_by")
    return [line(approval, staff, now=now) for approval in rows if staff.may(kinds.of(approval.kind).permission)]
