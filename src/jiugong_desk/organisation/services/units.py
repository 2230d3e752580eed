"""Units of the tree."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from ...audit import services as audit
from ...core.errors import Refused, hold
from .. import rules
from ..models import Staff, Unit
from .acting import require_if_staff, staff_no_of


def path_below(parent: Unit | None, code: str) -> str:
    return f"{parent.path if parent else ''}{code}."


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None, unit_class: str = "", by: Staff | None = None, at: datetime
) -> Unit:
    """A new unit below `parent` (None: a root)."""
    require_if_staff(by, "staff.manage")
    hold(rules.good_unit_code(code))
    unit = Unit(
        code=code, name=name, kind=Unit.Kind(kind), unit_class=unit_class, parent=parent, path=path_below(parent, code)
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError:
        raise Refused(rules.unit_code_taken(code)) from None
    audit.record(
        chain=code, by=staff_no_of(by), at=at, verb="unit.created", about="unit", ref=code,
        facts={"kind": unit.kind, "parent": parent.code if parent else ""},
    )  # fmt: skip
    return unit
