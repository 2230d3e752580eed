"""Keep a named audience; ask for an exact count, which ends the one before."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ..audit import services as audit_log
from ..core.digests import digest
from ..core.errors import Refused, Stale
from ..core.pages import require
from ..core.verdict import Reason, refused
from ..organisation.models import Staff, Unit
from . import exclusions
from .models import Asking, Audience
from .reading import as_json, read

NO_RULE = Reason("no_rule", _("客群还没有任何规则。"), remedy=_("请至少设定一条规则。"))
NO_UNIT = Reason("no_unit", _("没有选择机构，或该机构不在您的管辖范围。"), remedy=_("请从列表中选择。"))
NO_NAME = Reason("no_name", _("请填写客群名称（一行，最多 40 字）。"))
SAME = Reason("same_audience", _("内容与最新版本相同，没有保存新版本。"), remedy=_("请修改规则后再保存。"))
TAKEN = Reason("audience_taken", _("他人刚刚保存了同名客群的新版本。"), remedy=_("请刷新后在最新版本上修改。"))
LONGEST_NAME, LONGEST_NOTE = 40, 200


@transaction.atomic
def keep(*, unit: Unit, name: str, note: str, raw: Any, by: Staff, at: datetime) -> Audience:
    """The first version under this name, or the next one; raises `WrongRule`."""
    require(by, "campaign.draft")
    definition = as_json(read(raw, unit))
    if not definition:
        raise Refused(refused(NO_RULE))
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(refused(NO_NAME))
    last = Audience.objects.everyone().filter(unit=unit, name=name).order_by("-version").first()
    if last is not None and last.definition == definition:
        raise Refused(refused(SAME))
    try:
        with transaction.atomic():
            made: Audience = Audience.objects.create(
                unit=unit, name=name, version=last.version + 1 if last else 1, note=note.strip()[:LONGEST_NOTE],
                definition=definition, digest=digest(definition), made_by=by, made_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Stale(TAKEN) from None
    facts = {"version": made.version, "digest": made.digest}
    audit_log.record(
        chain=unit.code, by=by.staff_no, at=at, verb="audience.kept", about="audience", ref=made.ref, facts=facts
    )
    return made


def ask(by: Staff) -> Callable[[], bool]:
    """Begin an exact count for this person; the answer tells whether it is still the newest he asked for."""
    token = secrets.token_hex(16)
    Asking.objects.update_or_create(staff=by, defaults={"token": token})
    return lambda: Asking.objects.filter(staff=by, token=token).exists()


def require_step(by: Staff, code: str) -> None:
    """403 for whom the customers behind this step are not: of some reasons one may know how many, and not who."""
    require(by, "customer.view")
    if secret := exclusions.seen_by(code):
        require(by, secret)
