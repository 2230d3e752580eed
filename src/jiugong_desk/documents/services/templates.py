"""A bank's own Word template: tried when it is brought in, in force when somebody who has seen the trial says so."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Refused, Stale
from ...core.pages import require
from ...core.verdict import Reason, Verdict
from ...organisation.models import Staff
from .. import bridge, rules, sample
from ..models import Template

CHANGED = Reason("template_changed", _("模板刚刚被他人更新或启用。"), remedy=_("请刷新页面。"))


def upload(data: bytes, *, note: str, by: Staff, at: datetime) -> Template:
    """The next version, with the sample document that was made from it; refused with what is wrong, and where."""
    require(by, "document.template")
    if len(data) > bridge.MEGABYTES << 20:
        raise Refused(Verdict((rules.template_fault("too_big", most=bridge.MEGABYTES),)))
    try:
        trial = bridge.fill(data, sample.content())
    except bridge.BadTemplate as fault:
        raise Refused(Verdict((rules.template_fault(fault.code, fault.what),))) from None
    with transaction.atomic():
        made = _next(data, trial, note=note, by=by, at=at)
        _record(made, "template.uploaded", by=by, at=at)
    return made


def _next(data: bytes, trial: bridge.Filled, *, note: str, by: Staff, at: datetime) -> Template:
    version = (Template.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Template.objects.create(
                version=version, note=note.strip(), docx=data, digest=hashlib.sha256(data).hexdigest(), trial=trial.data,
                outline=trial.outline, uploaded_by=by, uploaded_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Stale(CHANGED) from None


@transaction.atomic
def activate(template: Template, *, by: Staff, at: datetime) -> None:
    """From now on documents are made with it. One that was in force before is brought in again as a new version."""
    require(by, "document.template")
    fresh = Template.objects.filter(pk=template.pk, activated_at=None)
    if not fresh.update(activated_by=by, activated_at=at):
        raise Stale(CHANGED)
    template.refresh_from_db()
    _record(template, "template.activated", by=by, at=at)


def _record(template: Template, verb: str, *, by: Staff, at: datetime) -> None:
    facts = {"version": template.version, "digest": template.digest}
    chain = by.home.code if by.home else "-"
    audit_log.record(chain=chain, by=by.staff_no, at=at, verb=verb, about="template", ref=template.ref, facts=facts)
