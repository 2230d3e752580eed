"""Hand the approved plan down as an official document."""

from __future__ import annotations

from datetime import datetime

from ...core.clock import bank_date
from ...core.errors import Stale, hold
from ...core.pages import require_at
from ...documents import queries as documents
from ...documents import services as issuing
from ...documents.models import Document
from ...organisation.models import Staff
from .. import rules
from ..gate import is_approved
from ..models import Campaign
from ..notice import ABOUT, KIND, notice_of
from . import steps


def issue_notice(
    campaign: Campaign, *, word: str, copies: tuple[str, ...], replaces: str, by: Staff, at: datetime
) -> Document:
    """The plan notice to the outlets whose people take part; one that was issued before is superseded.

    `replaces`: the reference of the notice that stood when the person looked, empty where there was none.
    """
    require_at(by, "document.issue", campaign.unit)
    hold(rules.may_notify(approved=is_approved(campaign)))
    standing = documents.standing(ABOUT, campaign.ref, KIND)
    if (standing.ref if standing else "") != replaces:
        raise Stale(steps.MOVED_ON)
    notice = notice_of(campaign, word=word, copies=copies, on=bank_date(at))
    return issuing.issue(
        notice, about=(ABOUT, campaign.ref), supersedes=standing, guard=lambda: _unchanged(campaign), by=by, at=at
    )


def _unchanged(campaign: Campaign) -> None:
    """Hold the plan as it was read until the document is filed."""
    rows = Campaign.objects.everyone().select_for_update().filter(pk=campaign.pk, version=campaign.version)
    if rows.first() is None:
        raise Stale(steps.MOVED_ON)
