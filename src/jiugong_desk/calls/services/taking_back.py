"""Take back the result that was saved seconds ago: the customer is with his caller again, as though it had not been."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ...appointments.services import give_up_slot
from ...audit import services as audit_log
from ...campaigns.models import ListEntry
from ...core.errors import Stale, hold
from ...core.pages import require
from ...organisation.models import Staff
from .. import queue, rules
from ..bridge import calling
from ..models import Call
from .consequences import revoke
from .drafts import keep_typed, typed_of
from .leases import TAKEN, audit, lease, lock_customer, open_claims


@transaction.atomic
def take_back(call: Call, *, by: Staff, at: datetime) -> ListEntry:
    """The entry, leased to `by` once more. What he has claimed meanwhile is put back where it was.

    Refused after the policy's seconds, for a word of the customer that sticks, and where somebody has gone on with it.
    """
    require(by, "call.work")
    _put_others_back(by, at)
    if not lock_customer(call.entry):
        raise Stale(TAKEN)
    call = _as_it_is(call)  # it may have been corrected a moment ago
    hold(
        rules.may_take_back(
            call.outcome, own=call.by_id == by.pk, made_at=call.at, at=at, seconds=calling().undo_seconds
        )
    )
    entry = call.entry
    shared, answers = entry.shared, revoke(call, by=by, at=at)
    _mark(call, at=at)
    _give_again(call, entry, by=by, at=at)
    keep_typed(entry, typed_of(call, answers, shared=shared), by=by, at=at)
    audit_log.record(
        chain=entry.customer.unit.code, by=by.staff_no, at=at, verb="call.taken_back", about="call", ref=call.ref,
        facts={"entry": entry.ref, "outcome": call.outcome, "answers": len(answers), "visit": call.visit_id is not None},
    )  # fmt: skip
    return entry


def _as_it_is(call: Call) -> Call:
    rows = Call.objects.everyone().select_related("entry__customer__unit", "visit")
    found: Call | None = rows.filter(pk=call.pk).first()
    if found is None:
        raise Stale(rules.reason("taken_back_already"))
    return found


def _put_others_back(by: Staff, at: datetime) -> None:
    """He has one customer open at a time; the next one was offered a moment ago, and goes back uncounted."""
    give_up_slot(by=by)
    for key in open_claims(by, at):
        other = ListEntry.objects.everyone().select_related("customer__unit").get(pk=key)
        ListEntry.objects.everyone().filter(pk=key).update(claimed_by=None, claimed_at=None, lease_until=None)
        audit(other, "entry.released", by=by, at=at, facts={"reason": "taken_back"})


def _mark(call: Call, *, at: datetime) -> None:
    """Whoever comes second finds it taken back already."""
    if Call.objects.everyone().filter(pk=call.pk).update(undone_at=at) != 1:
        raise Stale(rules.reason("taken_back_already"))


def _give_again(call: Call, entry: ListEntry, *, by: Staff, at: datetime) -> None:
    """The entry as it stood before the call, if it still stands as the call left it."""
    before = rules.stood(call.before)
    untouched = ListEntry.objects.everyone().filter(
        queue.unclaimed(at), ~queue.customer_is_elsewhere(at),
        pk=entry.pk, attempts=before["attempts"] + 1, last_attempt_at=call.at,
    )  # fmt: skip
    values = lease(by, at) | before  # the number that was shown for this call counts for it still
    if untouched.update(**values) != 1:
        raise Stale(TAKEN)
    for name, value in values.items():
        setattr(entry, name, value)
