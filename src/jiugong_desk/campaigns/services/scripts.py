"""Scripts: written by planners, reviewed by compliance. A version never changes; a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ...audit import services as audit_log
from ...core.errors import Stale
from ...core.pages import require
from ...core.verdict import Reason
from ...organisation.models import Staff
from .. import rules
from ..bridge import forbidden_words
from ..models import Script
from ..plan import digest
from .steps import hold

DECIDED = Reason("script_decided", _("这个版本已经审定。"), remedy=_("请刷新页面。"))
SAME_VERSION = Reason(
    "script_version_taken", _("他人刚刚保存了同一话术的新版本。"), remedy=_("请刷新后在最新版本上修改。")
)


@transaction.atomic
def create_script(*, code: str, title: str, content: Mapping[str, Any], by: Staff, at: datetime) -> Script:
    """The first version of this code, or the next one; a draft until compliance has approved it."""
    require(by, "campaign.draft")
    hold(rules.script_name_faults(title))
    hold(rules.script_faults(content, forbidden_words()))
    last = Script.objects.filter(code=code).order_by("-version").first()
    script = Script(code=code, title=title, content=dict(content), drafted_by=by, drafted_at=at)
    script.version = last.version + 1 if last else 1
    try:
        with transaction.atomic():
            script.save(force_insert=True)
    except IntegrityError:
        raise Stale(SAME_VERSION) from None
    _record(script, "script.created", by=by, at=at)
    return script


@transaction.atomic
def approve_script(script: Script, *, by: Staff, at: datetime) -> None:
    """By compliance, and never by whoever wrote it. The words are checked again: the list may have grown."""
    require(by, "script.approve")
    hold(rules.may_decide(by.person_key, [script.drafted_by.person_key] if script.drafted_by else []))
    hold(rules.script_faults(script.content, forbidden_words()))
    waiting = Script.objects.filter(pk=script.pk, state=Script.State.DRAFT)
    if not waiting.update(state=Script.State.APPROVED, approved_by=by, approved_at=at):
        raise Stale(DECIDED)
    script.refresh_from_db()
    _record(script, "script.approved", by=by, at=at)


def _record(script: Script, verb: str, *, by: Staff, at: datetime) -> None:
    facts = {"code": script.code, "version": script.version, "content": digest(script.content)}
    chain = by.home.code if by.home else "system"
    audit_log.record(chain=chain, by=by.staff_no, at=at, verb=verb, about="script", ref=script.ref, facts=facts)
