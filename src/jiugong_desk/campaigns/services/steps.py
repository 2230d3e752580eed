"""The one way in which a campaign's row changes: only if it is still as the caller saw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale
from ...core.verdict import Reason, Verdict, refused
from ...organisation.models import Staff
from ..models import Campaign, StateChange

MOVED_ON = Reason(
    "campaign_changed", _("活动已被他人改动，您看到的不是最新内容。"), remedy=_("请刷新页面，核对后再办理。")
)


def must_be(campaign: Campaign, *states: str) -> None:
    """Refuse a verb that does not belong to the state which the caller saw."""
    if campaign.state not in states:
        raise Refused(wrong_state(campaign))


def wrong_state(campaign: Campaign) -> Verdict:
    """What is done with a campaign in another state than its own."""
    facts = {"state": campaign.get_state_display()}
    return refused(Reason("wrong_state", _("活动现为“{state}”，不能这样办理。"), facts, _("请刷新页面。")))


def change(campaign: Campaign, *, version: int | None = None, **values: Any) -> None:
    """Write `values` and raise the version, if state and version are still those that the caller saw.

    Comes first in a verb's transaction: on PostgreSQL it waits for whoever was faster, and then finds nothing.
    """
    seen = campaign.version if version is None else version
    rows = Campaign.objects.everyone().filter(pk=campaign.pk, state=campaign.state, version=seen)
    if not rows.update(version=F("version") + 1, **values):
        raise Stale(MOVED_ON)


def move(
    campaign: Campaign, to: str, *, reason: str = "", for_review: bool = False, by: Staff, at: datetime, **values: Any
) -> None:
    """`change` to another state, with a line in the campaign's history."""
    version = values.pop("version", None)
    change(campaign, version=version, state=to, **values)
    StateChange.objects.create(
        campaign=campaign, state=to, reason=reason.strip(), for_review=for_review, by=by, at=at
    )  # fmt: skip


def done(campaign: Campaign, verb: str, *, by: Staff, at: datetime, **facts: Any) -> None:
    """Last in the transaction: the object as it is now, and the audit record."""
    campaign.refresh_from_db()
    facts["version"] = campaign.version
    audit_log.record(
        chain=campaign.unit.code, by=by.staff_no, at=at, verb=verb, about="campaign", ref=campaign.ref, facts=facts
    )
