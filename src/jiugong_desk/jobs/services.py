"""Ask for work, cancel it; claim it, keep it, end it. One conditional UPDATE decides each (docs/decisions/0013)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation

from ..audit import services as audit_log
from ..core import clock
from ..core.errors import Stale
from ..core.verdict import Reason
from ..organisation.models import Staff
from . import registry, rules
from .models import Job

if TYPE_CHECKING:
    from .running import Run

State = Job.State
OPEN = (State.WAITING, State.RUNNING)
KEPT = timedelta(days=30)
LOOKED_AT = 5  # when several workers reach for the same one, the others take the next


def enqueue(verb: str, *, about: str, by: Staff, at: datetime, arguments: Mapping[str, Any] | None = None) -> Job:
    """Ask for work about the thing with this reference; what is asked for already, and not ended, is the same work.

    Inside the caller's transaction: the work exists exactly if that commits. The caller's verb audits.
    """
    held = {"ref": about, **(arguments or {})}
    assert registry.work_of(verb), f"nobody registered {verb!r}"
    assert rules.are_references(held), f"{verb}: arguments hold references only"
    return _once(verb, f"{verb}:{about}", held, by=by, at=at, not_before=clock.machine_now())


def _once(
    verb: str, key: str, arguments: Mapping[str, Any], *, by: Staff | None, at: datetime, not_before: datetime
) -> Job:
    values = {"verb": verb, "arguments": dict(arguments), "by": by, "asked_at": at, "not_before": not_before}
    while True:
        found: Job | None = Job.objects.everyone().filter(key=key, state__in=OPEN).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                made: Job = Job.objects.create(key=key, **values)
                return made
        except IntegrityError:
            continue  # somebody asked this very moment: theirs is found now, unless it has ended already


@transaction.atomic
def cancel(job: Job, *, by: Staff, at: datetime) -> None:
    """Waiting work will not begin; running work ends at its next check, unless it is past the point where it could."""
    reason = rules.CANCELLED
    mine = Job.objects.everyone().filter(pk=job.pk)
    if mine.filter(state=State.WAITING).update(**_end(State.CANCELLED, reason, at)):
        _undone(job, reason)
    elif not mine.filter(state=State.RUNNING).update(cancel_asked=True):
        raise Stale(rules.ENDED)
    if by.home is not None:
        audit_log.record(
            chain=by.home.code, by=by.staff_no, at=at, verb="job.cancelled", about="job", ref=job.ref,
            facts={"kind": job.verb},
        )  # fmt: skip


def claim(*, worker: str, at: datetime, machine: datetime, lease: timedelta) -> Job | None:
    """The next work, leased to this worker; None: nothing waits. What died too often is given up on the way."""
    free = _free(machine)
    for job in Job.objects.everyone().filter(free).order_by("not_before", "pk")[:LOOKED_AT]:
        if job.failures >= rules.MOST_ATTEMPTS:
            end(job, State.FAILED, reason=rules.GIVEN_UP, at=at)
            continue
        taken = (
            Job.objects.everyone()
            .filter(free, pk=job.pk, attempts=job.attempts)
            .update(
                state=State.RUNNING, attempts=F("attempts") + 1, worker=worker[:60], lease_until=machine + lease,
                started_at=Coalesce("started_at", at),
            )
        )  # fmt: skip
        if taken:
            mine: Job = Job.objects.everyone().get(pk=job.pk)
            return mine
    return None


def _free(machine: datetime) -> Q:
    return Q(state=State.WAITING, not_before__lte=machine) | Q(state=State.RUNNING, lease_until__lt=machine)


def held(job: Job) -> QuerySet[Job]:
    """The job, if this attempt at it is still the latest: every write of a worker goes through here."""
    rows: QuerySet[Job] = Job.objects.everyone().filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    return rows


def put_back(job: Job, *, machine: datetime, seconds: int = 0) -> None:
    """Let somebody begin it again after so many seconds; after none where the worker was told to stop."""
    later = machine + timedelta(seconds=seconds)
    stops = F("stops") + int(seconds == 0)
    held(job).update(state=State.WAITING, lease_until=None, not_before=later, worker="", stops=stops)


@transaction.atomic
def end(job: Job, state: str, *, at: datetime, reason: Reason | None = None, result: Any = None) -> bool:
    """The last word on a job; False where another attempt has it now."""
    ended = held(job).update(**_end(state, reason, at), result=result or {}) == 1
    if ended and reason is not None:
        _undone(job, reason)
    return ended


def _end(state: str, reason: Reason | None, at: datetime) -> dict[str, Any]:
    with translation.override(None):  # kept in the desk's own language
        error = f"{reason} {reason.remedy}".strip() if reason else ""
    return {"state": state, "ended_at": at, "lease_until": None, "error_code": reason.code if reason else "", "error": error}  # fmt: skip


def _undone(job: Job, reason: Reason) -> None:
    if work := registry.work_of(job.verb):
        work.undone(job, reason)


def ask_repeated(*, at: datetime, machine: datetime) -> None:
    """See that the work which nobody asks for waits for its time."""
    waiting = set(Job.objects.everyone().filter(by=None, state__in=OPEN).values_list("verb", flat=True))
    for work in registry.repeated():
        if work.verb in waiting or work.every is None:
            continue
        again = Job.objects.everyone().filter(verb=work.verb, by=None).exists()
        _once(work.verb, work.verb, {}, by=None, at=at, not_before=machine + work.every if again else machine)


def forget(run: Run) -> None:
    """Delete the records of work that ended long ago, and of housekeeping a day later."""
    housekeeping = Q(by=None, ended_at__lt=run.at - timedelta(days=1))
    ended = Job.objects.everyone().exclude(state__in=OPEN)
    ended.filter(housekeeping | Q(ended_at__lt=run.at - KEPT)).delete()
