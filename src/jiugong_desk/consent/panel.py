"""What this room adds to the customer page: the panel of wishes, their history, and the words in the header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.once import once_a_page
from ..customers.extension import Badge, Panel, TimelineItem
from ..customers.models import Customer
from ..organisation.models import Staff
from .channels import Channel
from .forms import ContactForm
from .models import Complaint, ConsentRecord, Contact, DoNotCall
from .queries import MARKETING, budget_of, contact_facts
from .rules import eligibility

SHOWN = 6  # contacts on the panel; the timeline has them all


def wishes(customer: Customer, staff: Staff, now: datetime) -> Panel:
    """Consent by channel, do-not-call, complaints, and what keeps the customer off every list."""
    newest = _ledger(customer)
    context = {
        "customer": customer,
        "channels": [(channel, newest.get(channel)) for channel in Channel],
        "refusal": _refusal(customer),
        "complaints": [row for row in _complaints(customer, staff) if row.settled_at is None],
        "verdict": eligibility(contact_facts([customer.pk])[customer.pk]),
        "may_record": staff.may("consent.record"),
        "may_settle": staff.may("complaint.settle"),
    }
    return Panel("consent/_panel.html", context, order=20)


def contacts(customer: Customer, staff: Staff, now: datetime) -> Panel:
    """What marketing may still ask of the customer, the last contacts, and where to write one down."""
    budget, newest = budget_of(customer, now), _ledger(customer)
    agreed = {channel for channel, entry in newest.items() if entry.granted}
    context = {
        "customer": customer,
        "budget": budget,
        "barred": _refusal(customer) is not None,
        "rooms": [(room, room.channel in agreed) for room in budget.rooms],
        "contacts": _contacts(customer)[:SHOWN],
        "contact_form": ContactForm() if staff.may("consent.record") else None,
    }
    return Panel("consent/_contacts.html", context, order=21)


@once_a_page
def _consents(customer: Customer) -> Sequence[ConsentRecord]:
    """Given and withdrawn, newest first."""
    return tuple(customer.consents.select_related("by"))


@once_a_page
def _contacts(customer: Customer) -> Sequence[Contact]:
    """All that are on record, newest first."""
    return tuple(customer.contacts.select_related("by").order_by("-at", "-pk"))


@once_a_page
def _complaints(customer: Customer, staff: Staff) -> Sequence[Complaint]:
    """Settled or not, as far as this person may see them."""
    rows = Complaint.objects.visible_to(staff).filter(customer=customer)
    return tuple(rows.select_related("by", "settled_by"))


def _ledger(customer: Customer) -> dict[str, ConsentRecord]:
    """The entry that holds, by channel."""
    return {entry.channel: entry for entry in reversed(_consents(customer)) if entry.purpose == MARKETING}


def _refusal(customer: Customer) -> DoNotCall | None:
    """Asked once a page: Django keeps with the customer what it found, also that there is none."""
    found: DoNotCall | None = getattr(customer, "do_not_call", None)
    return found


def events(customer: Customer, staff: Staff) -> Iterator[TimelineItem]:
    """Consents given and withdrawn, the refusal, complaints and their settling."""
    for entry in _consents(customer):
        title = _("同意{channel}营销") if entry.granted else _("撤回{channel}营销同意")
        said = format_lazy(title, channel=entry.get_channel_display())
        detail = f"{entry.by.name} · {entry.evidence}" if entry.by else entry.evidence  # which tells of the data load
        yield TimelineItem(entry.at, "consent", said, detail)
    for contact in _contacts(customer):
        if contact.by is None:  # a call, which stands there with its outcome
            continue
        what = f"{contact.get_channel_display()} · {contact.get_kind_display()}"
        yield TimelineItem(contact.at, "contact", what, f"{contact.by.name} {contact.get_subject_display()}")
    if refusal := _refusal(customer):
        who = refusal.by.name if refusal.by else _("随数据导入")
        yield TimelineItem(refusal.since, "consent", _("要求勿再致电"), who)
    for complaint in _complaints(customer, staff):
        yield TimelineItem(complaint.at, "consent", _("提出投诉"), complaint.by.name if complaint.by else "")
        if complaint.settled_at and complaint.settled_by:
            yield TimelineItem(complaint.settled_at, "consent", _("投诉办结"), complaint.settled_by.name)


def badges(customer: Customer) -> Iterator[Badge]:
    if _refusal(customer) is not None:
        yield Badge(_("勿扰"), "red", _("客户已要求勿再致电，对全行有效"))
    if Complaint.objects.everyone().filter(customer=customer, settled_at=None).exists():
        yield Badge(_("投诉中"), "orange", _("有未办结的投诉，暂停营销"))
