"""Work with single customers: their answers, who cares for them, and revealing what is masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.errors import Refused
from ..core.masks import holds_number
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..organisation.models import Staff
from .loading import LoadResult, load_snapshot
from .models import Assignment, Customer, ProfileAnswer, forget_handed, seen_by

__all__ = [
    "LoadResult",
    "answers_from",
    "assign",
    "end_assignments",
    "forget_answers",
    "load_snapshot",
    "record_answer",
    "reveal",
    "said_in",
]

REVEALABLE = ("mobile", "id_number", "name")
NO_REASON = Reason("reason_needed", _("查看完整信息须写明事由（至少 4 个字）。"), remedy=_("例如“回访前核对号码”。"))
LENT = Reason("lent", _("代岗期间不能查看他人客户的证件号码。"), remedy=_("请由管户客户经理或网点负责人查看。"))
NUMBER_IN_REASON = Reason(
    "number_in_reason", _("事由会写入审计记录，请勿填写号码。"), remedy=_("请只写用途，不写号码。")
)


@transaction.atomic
def reveal(customer: Customer, *, what: str, reason: str, by: Staff, at: datetime) -> str:
    """The clear value, for a stated reason. The audit record names the field and the reason, never the value."""
    require(by, "customer.reveal")
    assert what in REVEALABLE, f"'{what}' is not one of {REVEALABLE}"
    if what == "id_number" and not _is_of(customer, by):
        raise Refused(refused(LENT))
    reason = reason.strip()
    if len(reason) < 4:
        raise Refused(refused(NO_REASON))
    if holds_number(reason):
        raise Refused(refused(NUMBER_IN_REASON))
    _audit(customer, "customer.revealed", by=by, at=at, facts={"field": what, "reason": reason[:120]})
    return str(getattr(customer, what))


def _is_of(customer: Customer, staff: Staff) -> bool:
    """Whether he sees the customer by himself, not for whom he stands in."""
    condition = seen_by(staff, lent=False)
    return condition is not None and Customer.objects.everyone().filter(condition, pk=customer.pk).exists()


def record_answer(
    customer: Customer,
    *,
    question: str,
    label: str,
    value: str,
    source_ref: str,
    by: Staff,
    at: datetime,
    source: str = "call",
) -> ProfileAnswer:
    """Keep what the customer said beside what was said before. Inner verb: the caller's verb audits."""
    return ProfileAnswer.objects.create(
        customer=customer, question=question, label=label, value=value,
        source=source, source_ref=source_ref, by=by, at=at,
    )  # fmt: skip


def said_in(customer: Customer, *, source_ref: str) -> list[tuple[str, str]]:
    """What he answered there, in that order, with the question as it was asked."""
    rows = ProfileAnswer.objects.filter(customer=customer, source_ref=source_ref).order_by("pk")
    return [(answer.label, answer.value) for answer in rows]


def answers_from(customer: Customer, *, source_ref: str) -> dict[str, str]:
    """What he answered there, by question."""
    return dict(ProfileAnswer.objects.filter(customer=customer, source_ref=source_ref).values_list("question", "value"))


def forget_answers(customer: Customer, *, source_ref: str) -> dict[str, str]:
    """Take back what came from this source, and say what it was, by question. Inner verb: the caller's verb audits."""
    said = answers_from(customer, source_ref=source_ref)
    ProfileAnswer.objects.filter(customer=customer, source_ref=source_ref).delete()
    return said


@transaction.atomic
def assign(customer: Customer, *, staff: Staff, reason: str, by: Staff, at: datetime, audit: bool = True) -> Assignment:
    """Hand the customer to `staff` until `end_assignments(reason=…)`. Twice is once.

    `audit=False` for a verb that hands over many and writes its own record (a campaign's launch).
    """
    given, new = Assignment.objects.get_or_create(
        customer=customer, staff=staff, reason=reason, ended_at=None, defaults={"began_at": at}
    )
    forget_handed(staff)
    if new and audit:
        _audit(customer, "customer.assigned", by=by, at=at, facts={"to": staff.staff_no, "reason": reason})
    return given


def end_assignments(
    *, reason: str, at: datetime, staff: Staff | None = None, customers: Iterable[int] | None = None
) -> int:
    """End every hand-over made for this reason; how many. Inner verb: the caller's verb audits.

    staff, customers : only those to him, and of these (primary keys)
    """
    rows = Assignment.objects.filter(reason=reason, ended_at=None)
    if staff is not None:
        rows = rows.filter(staff=staff)
        forget_handed(staff)
    if customers is not None:
        rows = rows.filter(customer__in=list(customers))
    return rows.update(ended_at=at)


def _audit(customer: Customer, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any]) -> None:
    audit_log.record(
        chain=customer.unit.code, by=by.staff_no, at=at, verb=verb, about="customer", ref=customer.ref, facts=facts
    )
