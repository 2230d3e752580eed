"""What the verbs share: the change of state that only one of two can make, and its audit record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Stale
from ...core.verdict import Reason
from ...organisation.models import Staff
from ..models import Appointment

State = Appointment.State


def changed(visit: Appointment) -> Reason:
    """Somebody was faster: what the visit is now."""
    now = Appointment.objects.everyone().get(pk=visit.pk)
    facts = {"state": now.get_state_display()}
    text = _("这次预约已被处理过，现在是“{state}”，未再更改。")
    return Reason("visit_changed", text, facts, _("请刷新页面查看最新状态。"))


def not_booked_again(missed: Appointment) -> None:
    """A missed visit whose customer has another one already stays missed. Under the lock of its row."""
    visit = Appointment.objects.everyone().filter(instead_of=missed).first()
    if visit is not None:
        facts = {"again": f"{timezone.localtime(visit.starts_at):%m-%d %H:%M}"}
        raise Stale(Reason("booked_again", _("已经重新预约到 {again}。"), facts, _("如需更改，请在新的预约上改期。")))


def change(visit: Appointment, old: str, *, to: str, as_seen: bool = False, **values: Any) -> None:
    """`as_seen`: only as it was judged; it may have been moved meanwhile, or another arrival recorded."""
    row = Appointment.objects.everyone().filter(pk=visit.pk, state=old)
    if as_seen:
        row = row.filter(starts_at=visit.starts_at, arrived_at=visit.arrived_at)
    if row.update(state=to, **values) != 1:
        raise Stale(changed(visit))
    put(visit, state=to, **values)


def put(visit: Appointment, **values: Any) -> None:
    """The caller's object follows, only after the database has."""
    for name, value in values.items():
        setattr(visit, name, value)


def tell(visit: Appointment, verb: str, *, by: Staff, at: datetime, facts: dict[str, Any] | None = None) -> None:
    audit_log.record(chain=visit.unit.code, by=by.staff_no, at=at, verb=verb, about="visit", ref=visit.ref, facts=facts)
