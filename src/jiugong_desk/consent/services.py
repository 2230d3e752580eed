"""Record what customers want: consent, do-not-call, complaints, contacts. Refusals are final and work at once.

`audit=False` is for another room's verb that writes the audit record itself, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.errors import Refused, Stale, hold
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..customers.models import Customer
from ..organisation.models import Staff
from .bridge import calling, contacting
from .channels import Channel, Kind
from .loading import ConsentLoad, load_consents
from .models import Complaint, ConsentRecord, Contact, DoNotCall
from .queries import MARKETING, contact_facts
from .reasons import YOU
from .rules import may_contact

__all__ = [
    "ConsentLoad",
    "forget_contact",
    "load_consents",
    "note_contact",
    "open_complaint",
    "record_consent",
    "record_contact",
    "recount_contact",
    "settle_complaint",
    "stop_calling",
]

BY_CAMPAIGN = Reason(
    "call_by_campaign",
    _("营销电话不在这里登记。"),
    remedy=_("请在“今日工作”从活动名单领取并拨打，结果自动计入；服务类电话可在这里登记。"),
    who=YOU,
)
SETTLED_BEFORE = Reason("already_settled", _("这笔投诉已经办结。"), remedy=_("请刷新页面查看办理结果。"))


@transaction.atomic
def record_consent(
    customer: Customer, *, channel: str, granted: bool, text_version: str, evidence: str, by: Staff, at: datetime
) -> ConsentRecord:
    """Add to the ledger. Saying again what already holds adds nothing."""
    require(by, "consent.record")
    _lock(customer)
    newest = customer.consents.filter(purpose=MARKETING, channel=channel).first()
    if newest is not None and newest.granted == granted:
        return newest
    entry = ConsentRecord.objects.create(
        customer=customer, channel=channel, granted=granted, text_version=text_version, evidence=evidence, at=at, by=by
    )
    verb = "consent.granted" if granted else "consent.withdrawn"
    _audit(customer, verb, by=by, at=at, facts={"channel": channel, "text_version": text_version})
    return entry


@transaction.atomic
def stop_calling(customer: Customer, *, source: str, by: Staff, at: datetime, audit: bool = True) -> DoNotCall:
    """Never call this customer again, bank-wide. Nothing lifts it; saying it twice keeps the first."""
    refusal, new = DoNotCall.objects.get_or_create(
        customer=customer, defaults={"since": at, "source": source, "by": by}
    )
    if new and audit:
        _audit(customer, "consent.do_not_call", by=by, at=at, facts={"source": source})
    return refusal


@transaction.atomic
def open_complaint(customer: Customer, *, source_ref: str, by: Staff, at: datetime, audit: bool = True) -> Complaint:
    """From now on no marketing to the customer, until it is settled. One open complaint per source."""
    _lock(customer)
    complaint: Complaint
    complaint, new = Complaint.objects.everyone().get_or_create(
        customer=customer, source_ref=source_ref, settled_at=None, defaults={"at": at, "by": by}
    )
    if new and audit:
        _audit(customer, "complaint.opened", by=by, at=at, facts={"complaint": complaint.ref, "source": source_ref})
    return complaint


@transaction.atomic
def settle_complaint(complaint: Complaint, *, resolution: str, by: Staff, at: datetime) -> None:
    """Close the complaint with its outcome; whoever comes second is told so."""
    require(by, "complaint.settle")
    open_one = Complaint.objects.everyone().filter(pk=complaint.pk, settled_at=None)
    if not open_one.update(settled_at=at, settled_by=by, resolution=resolution):
        raise Stale(SETTLED_BEFORE)
    _audit(complaint.customer, "complaint.settled", by=by, at=at, facts={"complaint": complaint.ref})


@transaction.atomic
def note_contact(customer: Customer, *, channel: str, kind: str, subject: str = "", by: Staff, at: datetime) -> Contact:
    """A contact that staff make themselves, written down before it is made: refused where the rule is against it.

    One at a time per customer, so that two colleagues cannot both take the last one that a cap leaves.
    """
    require(by, "consent.record")
    if kind != Kind.SERVICE and channel == Channel.CALL:
        raise Refused(refused(BY_CAMPAIGN))
    _lock(customer)
    facts = contact_facts([customer.pk], channel=channel)[customer.pk]
    hold(may_contact(facts, kind=kind, subject=subject, now=at, calling=calling(), contact=contacting()))
    made = Contact.objects.create(
        customer=customer, channel=channel, kind=kind, subject=subject, reached=True, at=at, by=by
    )
    _audit(customer, "contact.noted", by=by, at=at, facts={"channel": channel, "kind": kind, "subject": subject})
    return made


def record_contact(customer: Customer, *, channel: str, reached: bool, source_ref: str, at: datetime) -> Contact:
    """Count a campaign's contact for the caps. Inner verb: the caller's verb writes the audit record."""
    return Contact.objects.create(customer=customer, channel=channel, reached=reached, source_ref=source_ref, at=at)


def recount_contact(customer: Customer, *, source_ref: str, reached: bool) -> None:
    """It was recorded wrongly whether it reached him. Inner verb: the caller's verb writes the audit record."""
    Contact.objects.filter(customer=customer, source_ref=source_ref).update(reached=reached)


def forget_contact(customer: Customer, *, source_ref: str) -> None:
    """Count it no longer: it was recorded by mistake. Inner verb: the caller's verb writes the audit record."""
    Contact.objects.filter(customer=customer, source_ref=source_ref).delete()


def _lock(customer: Customer) -> None:
    """One writer at a time per customer."""
    Customer.objects.everyone().select_for_update(no_key=True).get(pk=customer.pk)


def _audit(customer: Customer, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any]) -> None:
    audit_log.record(
        chain=customer.unit.code, by=by.staff_no, at=at, verb=verb, about="customer", ref=customer.ref, facts=facts
    )
