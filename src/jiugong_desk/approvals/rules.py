"""Who may decide, and what a decision needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

OWN_WORK = Reason("own_work", _("您参与了起草，不能审批。"), remedy=_("须由另一人审批。"))
REASON_NEEDED = Reason("reason_needed", _("请写明原因（至少 4 个字）。"), remedy=_("办理人会看到这段话。"))
LEAST_REASON, LONGEST_COMMENT = 4, 500
LONG_COMMENT = Reason(
    "long_comment", _("意见超过 {most} 字。"), {"most": LONGEST_COMMENT}, remedy=_("请删减后再提交。")
)


def may_decide(person_key: str, maker_keys: Iterable[str]) -> Verdict:
    """Nobody decides on what he had a hand in, whatever login he uses."""
    return refused(OWN_WORK) if person_key in set(maker_keys) else ALLOWED


def needs_reason(text: str) -> Verdict:
    """Sending back, pausing and closing are explained to those who are waiting."""
    return refused(REASON_NEEDED) if len(text.strip()) < LEAST_REASON else ALLOWED


def may_comment(text: str, *, approve: bool) -> Verdict:
    """Approval goes without words; a refusal does not."""
    if len(text) > LONGEST_COMMENT:
        return refused(LONG_COMMENT)
    return ALLOWED if approve else needs_reason(text)
