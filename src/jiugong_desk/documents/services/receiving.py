"""Say that a document has come: once for each addressee, by somebody who is posted there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Stale, hold
from ...core.pages import require
from ...core.verdict import Reason
from ...organisation.models import Staff, Unit
from .. import rules
from ..models import Document, Receipt
from ..queries import posts_that_acknowledge

ALREADY = Reason("already_acknowledged", _("本机构已确认收到。"), remedy=_("请刷新页面。"))


@transaction.atomic
def acknowledge(document: Document, *, unit: Unit, by: Staff, at: datetime) -> None:
    """The unit has the document. The caller has checked that the person may read it."""
    require(by, "document.acknowledge")
    rows = Receipt.objects.everyone().filter(document=document, unit=unit)
    addressee = list(rows.values_list("unit", flat=True))
    hold(rules.may_acknowledge(addressee, posts_that_acknowledge(by)))
    if not rows.filter(acknowledged_at=None).update(acknowledged_by=by, acknowledged_at=at):
        raise Stale(ALREADY)
    facts = {"number": document.number, "digest": document.digest}
    audit_log.record(
        chain=unit.code, by=by.staff_no, at=at, verb="document.acknowledged", about="document", ref=document.ref, facts=facts
    )  # fmt: skip
