"""When the chains may be verified again: it reads the whole log, so not with every click. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from ..core.verdict import ALLOWED, Reason, Verdict, refused

PAUSE = timedelta(minutes=1)
TOO_SOON = Reason(
    "verified_just_now",
    _("一分钟内刚核验过。"),
    remedy=_("请稍候再核验；也可由管理员运行 jiugong admin audit-verify。"),
)


def may_verify(*, last: datetime | None, now: datetime) -> Verdict:
    """`last`: when this person last had the chains verified in this session."""
    return refused(TOO_SOON) if last is not None and last <= now < last + PAUSE else ALLOWED
