"""Change the policy's bands and values: draft, see what would move, and have somebody else approve.

A preview lays the version before the decider, bound to just what was previewed; an edit takes it back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ...approvals import queries as approval_queries
from ...approvals import services as approvals
from ...approvals.kinds import Kind
from ...approvals.models import Approval
from ...audit import services as audit_log
from ...core.clock import bank_date
from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import Reason, Verdict, refused
from ...jobs.services import enqueue
from ...organisation import bridge as organisation
from ...organisation.models import PolicyVersion, Staff, Unit
from ...organisation.policies import of_version, policy_on
from .. import bridge, faults, reasons, rules

State = PolicyVersion.State


def _nothing() -> None:
    """Nobody waits for the end."""


@transaction.atomic
def draft(*, version: str, effective_from: date, text: str, note: str, by: Staff, at: datetime) -> PolicyVersion:
    """A new version, readable as it stands; raises `Refused` with the line that is wrong."""
    require(by, "policy.draft")
    taken = version == organisation.policy().version or PolicyVersion.objects.filter(version=version).exists()
    hold(rules.may_draft(version=version, taken=taken, effective_from=effective_from, today=bank_date(at)))
    _readable(text, version, effective_from)
    made = PolicyVersion.objects.create(
        version=version, effective_from=effective_from, text=text, digest=_digest(text, effective_from, note), note=note,
        drafted_by=by, drafted_at=at,
    )  # fmt: skip
    _audit(made, "policy.drafted", by=by, at=at)
    return made


@transaction.atomic
def edit(
    found: PolicyVersion, *, effective_from: date, text: str, note: str, digest: str, by: Staff, at: datetime
) -> PolicyVersion:
    """Other content for one's own draft; what was seen of the old one's effect no longer counts."""
    require(by, "policy.draft")
    hold(rules.may_edit(found.drafted_by.person_key, by.person_key))
    hold(rules.may_draft(version=found.version, taken=False, effective_from=effective_from, today=bank_date(at)))
    _readable(text, found.version, effective_from)
    values: dict[str, Any] = {"effective_from": effective_from, "text": text, "note": note}
    made = _digest(text, effective_from, note)
    _change(found, digest, **values, digest=made, preview=None, previewed_digest="")
    approvals.void(found.ref, by=by, at=at)
    _audit(found, "policy.edited", by=by, at=at)
    return found


PREVIEW, POLICY = "policy_preview", "policy"


@transaction.atomic
def ask_preview(found: PolicyVersion, *, by: Staff, at: datetime) -> None:
    """Have it previewed in the background: segmenting twice takes longer than a page may."""
    require(by, "policy.draft")
    _change(found, found.digest, note=found.note)  # a draft, and nothing else
    enqueue(PREVIEW, about=found.ref, by=by, at=at)


def preview(found: PolicyVersion, *, by: Staff, at: datetime, finish: Callable[[], None] = _nothing) -> None:
    """Segment the newest snapshot under the policy in force and under this one, and keep who would stand where.

    `finish` is called last in the transaction that keeps it.
    """
    require(by, "policy.draft")
    snapshot = bridge.newest_snapshot()
    if snapshot is None:
        raise Refused(refused(reasons.NO_SNAPSHOT))
    old, new = policy_on(bank_date(at)), of_version(found)
    flows = bridge.compared(snapshot, old, new)  # before the transaction: the engine's time is nobody's lock
    kept = {"snapshot_on": snapshot.as_of.isoformat(), "old": old.label, "new": new.label, "flows": flows}
    with transaction.atomic():
        _change(found, found.digest, preview=kept, previewed_digest=found.digest)
        _ask(found, by=by, at=at)
        _audit(found, "policy.previewed", by=by, at=at)
        finish()


def _ask(found: PolicyVersion, *, by: Staff, at: datetime) -> None:
    """Before the decider, in its drafter's name; once for this content, however often it is previewed."""
    if any(one.is_open for one in approval_queries.of_matter(found.ref)):
        return
    drafter = found.drafted_by
    unit = drafter.home or Unit.objects.get(parent=None)
    approvals.ask(
        POLICY, found.ref, title=f"{found.version} {found.note}", unit=unit, digest=found.digest,
        makers=[drafter.person_key], by=drafter, at=at,
    )  # fmt: skip


def _against(found: PolicyVersion, at: datetime) -> Verdict:
    """Nobody approves what was not previewed, or would have begun already; the file may have changed since, too."""
    verdict = rules.may_approve(previewed=found.is_previewed, effective_from=found.effective_from, today=bank_date(at))
    if verdict.allowed:
        _readable(found.text, found.version, found.effective_from)
    return verdict


def _decided(found: PolicyVersion, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    if outcome == Approval.State.WITHDRAWN:
        return  # still a draft; another preview lays it before the decider again
    approve = outcome == Approval.State.APPROVED
    state = State.APPROVED if approve else State.DROPPED
    _change(found, found.digest, state=state, decided_by=by, decided_at=at, comment=comment)
    _audit(found, "policy.approved" if approve else "policy.dropped", by=by, at=at)


def _address(ref: str) -> str:
    return reverse("policy_version", args=[ref])


def _digest_of(found: PolicyVersion) -> str:
    return found.digest


def _summary(found: PolicyVersion, at: datetime) -> list[tuple[Any, str]]:
    return [
        (_("版本"), found.version),
        (_("生效日期"), found.effective_from.isoformat()),
        (_("说明"), found.note),
        (_("内容"), found.text),
    ]


KIND = Kind(
    POLICY, _("政策版本审批"), "policy.approve", "policy.draft",
    rows=PolicyVersion.objects.all, digest=_digest_of, settle=_decided, address=_address, against=_against, summary=_summary,
)  # fmt: skip


def _readable(text: str, version: str, effective_from: date) -> None:
    try:
        organisation.revised(text, version, effective_from)
    except organisation.PolicyError as error:
        facts = {"line": error.line or "—", "what": faults.in_words(error)}
        raise Refused(
            refused(Reason("wrong_policy", reasons.WRONG_POLICY.text, facts, reasons.WRONG_POLICY.remedy))
        ) from None


def _change(found: PolicyVersion, seen: str, /, **values: Any) -> None:
    """Only a draft with just this content."""
    rows = PolicyVersion.objects.filter(pk=found.pk, state=State.DRAFT, digest=seen)
    if not rows.update(**values):
        raise Stale(reasons.POLICY_CHANGED)
    for name, value in values.items():
        setattr(found, name, value)


def _digest(text: str, effective_from: date, note: str) -> str:
    """Of all that an approver is shown and approves: the day as well as the bands."""
    return hashlib.sha256("\0".join((effective_from.isoformat(), text, note)).encode()).hexdigest()


def _audit(found: PolicyVersion, verb: str, *, by: Staff, at: datetime) -> None:
    facts = {"version": found.version, "digest": found.digest, "starts": found.effective_from.isoformat()}
    chain = by.home.code if by.home else "HO"
    audit_log.record(chain=chain, by=by.staff_no, at=at, verb=verb, about="policy", ref=found.ref, facts=facts)
