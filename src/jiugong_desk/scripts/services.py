"""Scripts: written by planners, reviewed by compliance. A version never changes; a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..approvals import services as approvals
from ..approvals.kinds import Kind
from ..approvals.models import Approval
from ..audit import services as audit_log
from ..core.digests import digest
from ..core.errors import Refused, Stale, hold
from ..core.pages import require
from ..core.verdict import Reason, Verdict, refused
from ..organisation.models import Staff
from . import content as contents
from . import queries, rules
from .bridge import wording
from .differences import differences
from .lint import spoken
from .models import Script

SCRIPT = "script"
NO_POST = Reason("no_post", _("您没有任职机构，不能提交话术。"), remedy=_("请系统管理员维护任职。"))
SAME_VERSION = Reason(
    "script_version_taken", _("他人刚刚保存了同一话术的新版本。"), remedy=_("请刷新后在最新版本上修改。")
)


@transaction.atomic
def create_script(*, code: str, title: str, content: Mapping[str, Any], by: Staff, at: datetime) -> Script:
    """The first version of this code, or the next one; laid before compliance at once, and a draft until it approves.

    `content` is JSON of either format (`content.read`); kept is format 2.
    """
    require(by, "campaign.draft")
    if by.home is None:
        raise Refused(refused(NO_POST))
    hold(rules.script_name_faults(title))
    read = contents.read(content)
    hold(rules.script_faults(read, wording()))
    last = Script.objects.filter(code=code).order_by("-version").first()
    script = Script(code=code, title=title, content=contents.plain(read), drafted_by=by, drafted_at=at)
    script.version = last.version + 1 if last else 1
    try:
        with transaction.atomic():
            script.save(force_insert=True)
    except IntegrityError:
        raise Stale(SAME_VERSION) from None
    approvals.ask(
        SCRIPT,
        script.ref,
        title=str(script),
        unit=by.home,
        digest=_digest(script),
        makers=[by.person_key],
        by=by,
        at=at,
    )
    _take_back_earlier(script, by=by, at=at)
    _record(script, "script.created", by=by, at=at)
    return script


def _take_back_earlier(script: Script, *, by: Staff, at: datetime) -> None:
    """Whoever hands in the next version wants no decision on his last one any more; others' stay."""
    earlier = Script.objects.filter(code=script.code, state=Script.State.DRAFT).exclude(pk=script.pk)
    waiting = Approval.objects.everyone().filter(
        kind=SCRIPT, state=Approval.State.OPEN, about__in=earlier.values("ref"), asked_by__person_key=by.person_key
    )
    for approval in waiting:
        approvals.withdraw(approval, by=by, at=at)


def _digest(script: Script) -> str:
    return digest([script.code, script.version, script.title, script.content])


def _against(script: Script, at: datetime) -> Verdict:
    """Checked again: the policy may have changed since, and a draft may be older than the fixed steps."""
    return rules.script_faults(script.read, wording())


def _decided(script: Script, outcome: str, *, comment: str, by: Staff, at: datetime) -> None:
    if script.state != Script.State.DRAFT:
        raise Stale(approvals.DECIDED)
    if outcome == Approval.State.APPROVED:
        _set(script, Script.State.APPROVED, approved_by=by, approved_at=at)
        _record(script, "script.approved", by=by, at=at)
    else:
        back = Script.State.WITHDRAWN if outcome == Approval.State.WITHDRAWN else Script.State.RETURNED
        _set(script, back)
        _record(script, f"script.{back.value}", by=by, at=at)


def _set(script: Script, state: str, **values: Any) -> None:
    Script.objects.filter(pk=script.pk).update(state=state, **values)
    script.refresh_from_db()


def _address(ref: str) -> str:
    return reverse("script", args=[ref])


def _summary(script: Script, at: datetime) -> list[tuple[Any, str]]:
    """Everything a customer would hear, and which steps are not as they were."""
    before = queries.earlier(script)
    found = differences(before.read, script.read) if before else []
    changed = "；".join(f"{one.title or _('整份话术')}（{one.word}）" for one in found) or str(_("没有改动。"))
    since = [(str(_("与 v{version} 相比")).format(version=before.version), changed)] if before else []
    return [
        (_("话术"), f"{script.code} · {script}"),
        *since,
        *((str(place), text) for place, text in spoken(script.read)),
    ]


KIND = Kind(
    SCRIPT, _("话术审定"), "script.approve", "campaign.draft",
    rows=Script.objects.all, digest=_digest, settle=_decided, address=_address, against=_against, summary=_summary,
)  # fmt: skip


def _record(script: Script, verb: str, *, by: Staff, at: datetime) -> None:
    facts = {"code": script.code, "version": script.version, "content": digest(script.content)}
    chain = by.home.code if by.home else "system"
    audit_log.record(chain=chain, by=by.staff_no, at=at, verb=verb, about="script", ref=script.ref, facts=facts)
