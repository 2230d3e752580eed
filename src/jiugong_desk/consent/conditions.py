"""The lasting reasons of `rules.eligibility` as filters on customers: what the list is drawn by, however long it is.

A test asks both about the same customers, and wants the same answer.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import Exact

from ..customers.models import Customer, Loan
from .channels import Channel
from .models import Complaint, ConsentRecord, DoNotCall
from .queries import MARKETING


def passing() -> list[tuple[str, Q]]:
    """Code and who passes, in the order in which the reasons are told. To be used on customers."""
    mine = OuterRef("pk")
    consents = ConsentRecord.objects.filter(customer=mine, purpose=MARKETING, channel=Channel.CALL)
    newest = Subquery(consents.order_by("-at", "-pk").values("granted")[:1])
    complaints = Complaint.objects.everyone().filter(settled_at=None).values("customer")
    return [
        ("do_not_call", ~Q(pk__in=DoNotCall.objects.values("customer"))),
        ("not_active", Q(status=Customer.Status.ACTIVE)),
        ("no_consent", Q(Exact(newest, True))),
        ("complaint_open", ~Q(pk__in=complaints)),
        ("loan_decision_pending", ~Q(Exists(Loan.objects.filter(customer=mine, decision_pending=True)))),
        ("loan_decision_unknown", ~Q(Exists(Loan.objects.filter(customer=mine, decision_pending=None)))),
        ("no_mobile", ~Q(mobile_digest="")),
    ]
