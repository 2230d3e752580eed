"""Write a plan. Every edit makes a plan version; an edit of a submitted or approved plan takes it back to draft."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...approvals import services as approvals
from ...audiences.reading import as_json, read
from ...core.digests import digest
from ...core.errors import Refused, Stale, hold
from ...core.pages import require_at
from ...core.verdict import Reason, Verdict, refused
from ...organisation.models import Staff, Unit
from .. import rules
from ..goals import goal_faults
from ..models import Campaign, Participant, PlanVersion, StateChange
from ..plan import LABELS, TEXTS, changed, payload
from . import sealing, steps

State = Campaign.State
EDITABLE = (State.DRAFT, State.SUBMITTED, State.APPROVED)
FIELDS = frozenset(
    (
        *TEXTS,
        "goals",
        "offers",
        "primary_measure",
        "budget",
        "audience",
        "holdout_unit",
        "holdout_size",
        "seed",
        "script",
        "starts_on",
        "ends_on",
    )
)
MOST_DAILY_CALLS = 200

WRONG_CALLS = Reason("wrong_daily_calls", _("每日可拨打次数须在 1 至 {most} 之间。"), {"most": MOST_DAILY_CALLS})


class PlanChanged(Stale):
    """Somebody edited the plan meanwhile. `names`: what differs from the version that the form was filled from."""

    def __init__(self, names: Sequence[str], who: str) -> None:
        self.names = tuple(names)
        what = "、".join(str(LABELS[name]) for name in names) or str(_("办理状态"))
        super().__init__(
            Reason(
                "plan_changed",
                _("您填写期间，{who} 已改动：{what}。您填写的内容保留在下方，尚未保存。"),
                {"who": who, "what": what},
                _("请核对最新内容后再保存。"),
            )
        )


@transaction.atomic
def draft(*, unit: Unit, by: Staff, at: datetime, **fields: Any) -> Campaign:
    """A new plan. `fields`: texts, audience, holdout_size, script, starts_on, ends_on; the seed is drawn by lot."""
    require_at(by, "campaign.draft", unit)
    fields.setdefault("seed", secrets.token_hex(8))
    values = checked(fields, unit, starts_on=fields["starts_on"], ends_on=fields["ends_on"])
    campaign: Campaign = Campaign.objects.create(unit=unit, drafted_by=by, drafted_at=at, **values)
    StateChange.objects.create(campaign=campaign, state=State.DRAFT, by=by, at=at)
    keep_version(campaign, by=by, at=at)
    steps.done(campaign, "campaign.drafted", by=by, at=at)
    return campaign


@transaction.atomic
def edit(campaign: Campaign, *, version: int, by: Staff, at: datetime, **fields: Any) -> Campaign:
    """Change the plan that had this version when the form was filled; `PlanChanged` if it has moved on."""
    require_at(by, "campaign.draft", campaign.unit)
    starts, ends = fields.get("starts_on", campaign.starts_on), fields.get("ends_on", campaign.ends_on)
    values = checked(fields, campaign.unit, starts_on=starts, ends_on=ends)
    begin_edit(campaign, version=version, by=by, at=at, **values)
    end_edit(campaign, "campaign.edited", by=by, at=at)
    return campaign


@transaction.atomic
def set_participants(
    campaign: Campaign, *, daily_calls: Mapping[Staff, int], by: Staff, at: datetime, version: int | None = None
) -> None:
    """Exactly these people take part, each with the calls that he can make a day."""
    require_at(by, "campaign.draft", campaign.unit)
    if any(not 1 <= calls <= MOST_DAILY_CALLS for calls in daily_calls.values()):
        raise Refused(refused(WRONG_CALLS))
    _must_be_callers(campaign, daily_calls)
    begin_edit(campaign, version=campaign.version if version is None else version, by=by, at=at)
    campaign.participants.exclude(staff__in=daily_calls).delete()
    for staff, calls in daily_calls.items():
        Participant.objects.update_or_create(campaign=campaign, staff=staff, defaults={"daily_calls": calls})
    end_edit(campaign, "campaign.participants", by=by, at=at, participants=len(daily_calls))


def checked(fields: Mapping[str, Any], unit: Unit, *, starts_on: Any, ends_on: Any) -> dict[str, Any]:
    """Parts of a plan that hold by themselves, as a campaign keeps them; refused with everything that does not."""
    assert set(fields) <= FIELDS, f"not a field of a plan: {sorted(set(fields) - FIELDS)}"
    texts = {name: fields[name] for name in TEXTS if name in fields}
    faults = rules.text_faults(texts, LABELS) | rules.period_faults(starts_on, ends_on)
    faults |= rules.budget_faults(fields.get("budget"))
    found = [*faults.values(), *goal_faults(fields.get("goals", ()), fields.get("primary_measure", ""), ends_on)]
    hold(Verdict(tuple(found)))
    values = dict(fields)
    if "audience" in values:
        values["audience"] = as_json(read(values["audience"], unit))
    return values


def _must_be_callers(campaign: Campaign, staff: Mapping[Staff, int]) -> None:
    wrong = [
        person.staff_no
        for person in staff
        if not person.may("call.work")
        or not any(campaign.unit.holds(posting.unit.path) for posting in person.current_postings)
    ]
    if wrong:
        facts = {"who": "、".join(wrong)}
        reason = Reason("not_a_caller", _("{who} 不是本活动机构内可外呼的人员。"), facts, _("请从列表中选择。"))
        raise Refused(refused(reason))


def begin_edit(campaign: Campaign, *, version: int, by: Staff, at: datetime, **values: Any) -> None:
    """Write, if the plan is as the form saw it; a plan that was under decision is a draft again, and says so."""
    steps.must_be(campaign, *EDITABLE)
    try:
        if campaign.state == State.DRAFT:
            steps.change(campaign, version=version, **values)
        else:
            steps.move(
                campaign,
                State.DRAFT,
                reason=str(_("方案改动，须重新提交审批")),
                by=by,
                at=at,
                version=version,
                **values,
            )
            approvals.void(campaign.ref, by=by, at=at)
            sealing.unseal(campaign)
    except Stale:
        raise _what_changed(campaign, version) from None


def shifted(goal: Mapping[str, str], by: timedelta) -> dict[str, str]:
    """The same target, so many days later."""
    return {**goal, "by": (date.fromisoformat(goal["by"]) + by).isoformat()}


def _what_changed(campaign: Campaign, version: int) -> PlanChanged:
    """Between the plan version that the form was filled from and the present one; by whoever did that last."""
    newest = campaign.plan_versions.select_related("by").first()
    seen = campaign.plan_versions.filter(number__lte=version).first()
    assert newest is not None
    names = changed(seen.plan, newest.plan) if seen else []
    step = campaign.changes.select_related("by").first()
    if step is not None and not names and step.at >= newest.at:
        return PlanChanged(names, step.by.name)
    return PlanChanged(names, newest.by.name)


def end_edit(campaign: Campaign, verb: str, *, by: Staff, at: datetime, **facts: Any) -> None:
    campaign.refresh_from_db()
    keep_version(campaign, by=by, at=at)
    steps.done(campaign, verb, by=by, at=at, **facts)


def keep_version(campaign: Campaign, *, by: Staff, at: datetime) -> PlanVersion:
    """The plan as it stands now, kept for good."""
    plan = payload(campaign)
    return PlanVersion.objects.create(
        campaign=campaign, number=campaign.version, plan=plan, digest=digest(plan), by=by, at=at
    )
