"""Change a running campaign: draft, edit, hand in, give up; on management's approval it takes effect at once.

Every verb locks the campaign first, the amendment next and the approvals last, as pausing and closing do: two at once
wait for each other, and exactly one of them finds what it saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ...approvals import services as approvals
from ...approvals.kinds import Kind
from ...approvals.models import Approval
from ...approvals.rules import needs_reason
from ...audit import services as audit_log
from ...core.errors import Stale, hold
from ...core.pages import require_at
from ...core.verdict import Reason, Verdict
from ...organisation.models import Staff
from .. import amending, amendments, marks
from ..amending import AMENDABLE
from ..amendments import AMENDMENT, REVIEW
from ..menders import makers
from ..models import Amendment, Campaign
from ..plan import payload
from ..schooling import also_teach, open_training
from ..summary import of_amendment
from . import drafting, steps

State = Amendment.State

MOVED_ON = Reason(
    "amendment_changed", _("这项变更已被他人改动或办理。"), remedy=_("请刷新页面，核对后再办理。")
)  # fmt: skip


@transaction.atomic
def amend(campaign: Campaign, *, reason: str, by: Staff, at: datetime, **fields: Any) -> Amendment:
    """Begin an amendment of the plan in force. `fields`: of `AMENDABLE`, as a campaign holds them; what is as before does not count."""
    require_at(by, "campaign.draft", campaign.unit)
    held = _held(campaign.pk)
    steps.must_be(held, *Campaign.RUNNING)
    if amendments.under_way(held) is not None:
        raise Stale(amending.ONE_AT_A_TIME)
    changes = _changes(held, fields, reason)
    base = held.plan_versions.first()
    assert base is not None
    try:
        with transaction.atomic():
            made: Amendment = Amendment.objects.create(
                campaign=held, reason=reason.strip(), changes=changes, base=base, makers=[by.person_key], drafted_by=by,
                drafted_at=at,
            )  # fmt: skip
    except IntegrityError as error:  # a colleague began one at the same moment
        raise Stale(amending.ONE_AT_A_TIME) from error
    _record(made, "amendment.drafted", by=by, at=at)
    return made


@transaction.atomic
def edit_amendment(
    amendment: Amendment, *, reason: str, by: Staff, at: datetime, version: int | None = None, **fields: Any
) -> None:
    """Write it anew, as it was seen in this version; one that was handed in is a draft again, and its approvals are void."""
    require_at(by, "campaign.draft", amendment.campaign.unit)
    held = _locked(amendment.ref)
    _must_be(held, *amendments.UNDER_WAY)
    changes = _changes(held.campaign, fields, reason)
    persons = sorted({*held.makers, by.person_key})
    values = {"reason": reason.strip(), "changes": changes, "makers": persons, "state": State.DRAFT}
    _move(held, amendment.version if version is None else version, **values)
    approvals.void(held.ref, by=by, at=at)
    _done(amendment, "amendment.edited", by=by, at=at)


@transaction.atomic
def submit_amendment(amendment: Amendment, *, by: Staff, at: datetime, version: int | None = None) -> None:
    """Hand it in: management decides; compliance first, where it changes what is said, promised or done."""
    require_at(by, "campaign.draft", amendment.campaign.unit)
    held = _locked(amendment.ref)
    _must_be(held, State.DRAFT)
    steps.must_be(held.campaign, *Campaign.RUNNING)
    _move(held, amendment.version if version is None else version, state=State.SUBMITTED)
    hold(amendments.may_submit(amendments.lines(held, at=at)))
    persons = {*held.makers, *makers(amendments.proposed(held)), by.person_key}
    for kind in (*([REVIEW] if amending.needs_review(held.changes) else []), AMENDMENT):
        approvals.ask(
            kind, held.ref, title=held.campaign.title, unit=held.campaign.unit, digest=amendments.digest_of(held),
            makers=persons, by=by, at=at,
        )  # fmt: skip
    _done(amendment, "amendment.submitted", by=by, at=at)


@transaction.atomic
def give_up(amendment: Amendment, *, by: Staff, at: datetime, version: int | None = None) -> None:
    """Drop a draft: it stays on record as void, and another may be begun."""
    require_at(by, "campaign.draft", amendment.campaign.unit)
    held = _locked(amendment.ref)
    _must_be(held, State.DRAFT)
    seen = amendment.version if version is None else version
    _move(held, seen, state=State.VOID, void_because=Amendment.Void.GIVEN_UP, ended_at=at)
    _done(amendment, "amendment.void", by=by, at=at)


def end_with_campaign(campaign: Campaign, *, by: Staff, at: datetime) -> None:
    """A campaign that is over is not amended any more. The caller holds the campaign's row and has checked the right."""
    found = amendments.under_way(campaign)
    if found is None:
        return
    _move(found, found.version, state=State.VOID, void_because=Amendment.Void.CAMPAIGN_OVER, ended_at=at)
    approvals.void(found.ref, by=by, at=at)
    _done(found, "amendment.void", by=by, at=at)


def _changes(campaign: Campaign, fields: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """What really differs from the plan in force; refused where it may not."""
    assert set(fields) <= set(AMENDABLE), f"not for an amendment: {sorted(set(fields) - set(AMENDABLE))}"
    said = {name: _said(value, getattr(campaign, name)) for name, value in fields.items()}
    after = amendments.with_values(campaign, said)
    whole = {**said, "goals": after.goals, "primary_measure": campaign.primary_measure}
    checked = drafting.checked(whole, campaign.unit, starts_on=campaign.starts_on, ends_on=after.ends_on)
    old, new = payload(campaign), payload(after)
    parts = [name for name in AMENDABLE if old[name] != new[name]]
    hold(needs_reason(reason))
    hold(amending.may_amend(parts, reason_length=len(reason.strip())))
    hold(amending.keeps_primary(campaign.goals, after.goals, campaign.primary_measure))
    return amendments.kept({name: checked[name] for name in parts})


def _said(value: Any, before: Any) -> Any:
    """A text without blank ends; the one before, where a browser has only sent its ends of line otherwise."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    return before if text.splitlines() == before.strip().splitlines() else text


def _held(pk: int) -> Campaign:
    found: Campaign = Campaign.objects.everyone().select_for_update().get(pk=pk)
    return found


def _locked(ref: str) -> Amendment:
    """The amendment with its campaign, both held until the transaction ends; the campaign first, as everywhere."""
    rows = Amendment.objects.everyone()
    campaign = _held(rows.values_list("campaign", flat=True).get(ref=ref))
    found: Amendment = rows.select_for_update().get(ref=ref)
    found.campaign = campaign
    return found


def _must_be(held: Amendment, *states: str) -> None:
    if held.state not in states:
        raise Stale(MOVED_ON)


def _move(held: Amendment, version: int, **values: Any) -> None:
    """Write, if state and version are as they were seen."""
    rows = Amendment.objects.everyone().filter(pk=held.pk, state=held.state, version=version)
    if not rows.update(version=F("version") + 1, **values):
        raise Stale(MOVED_ON)
    for name, value in values.items():
        setattr(held, name, value)


def _done(amendment: Amendment, verb: str, *, by: Staff, at: datetime, **facts: Any) -> None:
    amendment.refresh_from_db()
    _record(amendment, verb, by=by, at=at, **facts)


def _record(amendment: Amendment, verb: str, *, by: Staff, at: datetime, **facts: Any) -> None:
    facts |= {"campaign": amendment.campaign.ref, "parts": sorted(amendment.changes), "version": amendment.version}
    chain = amendment.campaign.unit.code
    audit_log.record(
        chain=chain, by=by.staff_no, at=at, verb=verb, about="amendment", ref=amendment.ref, facts=facts
    )  # fmt: skip


def _decided(amendment: Amendment, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    """Management's decision: in force at once, or back to who wrote it."""
    _must_be(amendment, State.SUBMITTED)
    if outcome != Approval.State.APPROVED:
        _back(amendment, AMENDMENT, outcome, by=by, at=at)
        return
    _take_effect(amendment, by=by, at=at)


def _reviewed(amendment: Amendment, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    """A good opinion changes nothing by itself; management's decision asks for it."""
    _must_be(amendment, State.SUBMITTED)
    if outcome != Approval.State.APPROVED:
        _back(amendment, REVIEW, outcome, by=by, at=at)


def _back(amendment: Amendment, kind: str, outcome: str, *, by: Staff, at: datetime) -> None:
    """Whoever sends back, or takes back, ends the other decision too."""
    _move(amendment, amendment.version, state=State.DRAFT)
    approvals.void(amendment.ref, by=by, at=at, but=kind)
    verb = "amendment.sent_back" if outcome == Approval.State.REJECTED else "amendment.withdrawn"
    _done(amendment, verb, by=by, at=at)


def _take_effect(amendment: Amendment, *, by: Staff, at: datetime) -> None:
    """The plan is another version from now on; calls read script, offers and dates from it."""
    campaign = amendment.campaign
    steps.must_be(campaign, *Campaign.RUNNING)
    steps.change(campaign, **amendments.values_of(amendment))
    campaign.refresh_from_db()
    result = drafting.keep_version(campaign, by=amendment.drafted_by, at=at)
    number = len(marks.in_force(campaign)) + 1
    _move(amendment, amendment.version, state=State.EFFECTIVE, number=number, result=result, ended_at=at)
    if amending.needs_review(amendment.changes):
        open_training(campaign, by=by, at=at)
    else:
        also_teach(campaign, at=at)
    _done(amendment, "amendment.effective", by=by, at=at, number=number, plan=result.digest)


def _against(amendment: Amendment, at: datetime) -> Verdict:
    """Every touched line once more: what was complete when it was handed in may no longer be, and the review is due now."""
    steps.must_be(amendment.campaign, *Campaign.RUNNING)
    return amendments.may_take_effect(amendments.lines(amendment, at=at))


def _address(ref: str) -> str:
    return reverse("amendment", args=[ref])


KINDS = (
    Kind(
        AMENDMENT, _("活动变更审批"), "campaign.approve", "campaign.draft",
        rows=Amendment.objects.everyone, hold=_locked, digest=amendments.digest_of, settle=_decided, address=_address,
        against=_against, summary=of_amendment,
    ),
    Kind(
        REVIEW, _("变更的消保审查"), "campaign.review", "campaign.draft",
        rows=Amendment.objects.everyone, hold=_locked, digest=amendments.digest_of, settle=_reviewed, address=_address,
        summary=of_amendment,
    ),
)  # fmt: skip
