"""An offer is drafted and edited by planners; what the rules refuse is never kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale, hold
from ...core.pages import require
from ...core.verdict import ALLOWED, Reason, Verdict, refused
from ...organisation.models import Staff
from ..extension import promised_by
from ..models import Offer
from ..queries import offer_faults
from .importing import NO_POST

FIELDS = ("product", "kind", "title", "text", "valid_from", "valid_until", "cost", "quota")
CHANGED = Reason("offer_changed", _("这项优惠刚被他人改动。"), remedy=_("请刷新页面，核对后再修改。"))


@transaction.atomic
def draft_offer(values: Mapping[str, Any], *, by: Staff, at: datetime) -> Offer:
    """A new offer of these values (`FIELDS`)."""
    _may(values, by)
    offer = Offer.objects.create(**_kept(values), drafted_by=by, drafted_at=at)
    _record(offer, "offer.drafted", by=by, at=at)
    return offer


@transaction.atomic
def edit_offer(offer: Offer, values: Mapping[str, Any], *, version: int, by: Staff, at: datetime) -> None:
    """Other values; `version`: the one that the person saw. A plan that holds the offer is another plan from now on.

    Refused where a plan that was approved, or is running, promises the offer as it is.
    """
    _may(values, by)
    hold(may_edit(offer))
    row = Offer.objects.filter(pk=offer.pk, version=version)
    if row.update(**_kept(values), version=version + 1, edited_by=by, edited_at=at) != 1:
        raise Stale(CHANGED)
    offer.refresh_from_db()
    _record(offer, "offer.edited", by=by, at=at)


def may_edit(offer: Offer) -> Verdict:
    """What was approved with a plan stays as it was approved."""
    titles = promised_by(offer)
    if not titles:
        return ALLOWED
    facts = {"titles": "、".join(f"《{title}》" for title in titles)}
    return refused(
        Reason(
            "offer_promised",
            _("{titles}已批准或正在进行，承诺了这项优惠，不能修改。"),
            facts,
            _("另立优惠，再办变更。"),
        )
    )


def _may(values: Mapping[str, Any], by: Staff) -> None:
    require(by, "offer.draft")
    if by.home is None:
        raise Refused(refused(NO_POST))
    hold(offer_faults(values))


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FIELDS}


def _record(offer: Offer, verb: str, *, by: Staff, at: datetime) -> None:
    assert by.home
    facts = {
        "kind": offer.kind, "product": offer.product.code if offer.product else "", "version": offer.version,
        "starts": offer.valid_from.isoformat(),
    }  # fmt: skip
    audit_log.record(chain=by.home.code, by=by.staff_no, at=at, verb=verb, about="offer", ref=offer.ref, facts=facts)
