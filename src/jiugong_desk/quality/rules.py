"""What makes a form complete, who may say what about it, and the words of what is worth a look. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused
from . import form

SHORTEST = 6
LONGEST = 500

TOO_SHORT = Reason("too_short", _("请写清楚（至少 {least} 个字）。"), {"least": SHORTEST})
NUMBER = Reason("number_in_text", _("请勿填写电话、账号等号码。"), remedy=_("只写事情经过。"))
MARKS_MISSING = Reason("marks_missing", _("请对每一项作出判断。"), remedy=_("听不清或没有录音的，选“无法判断”。"))
COMMENT_MISSING = Reason("comment_missing", _("有问题的，请写明是哪里、怎样改进。"))
OWN_CALL = Reason("own_call", _("不能检查自己的通话。"), remedy=_("请由另一位质检人员办理。"))
CHANGED = Reason("check_changed", _("这条质检记录已有人办理。"), remedy=_("请刷新页面查看。"))
LOOKED_AT = Reason("flag_looked_at", _("这条线索已有人看过。"), remedy=_("请刷新页面查看。"))
NOT_ALLOWED = Reason("may_not_be_called", _("客户现在不可联系，不能回访。"), remedy=_("请登记为“不可联系”，不要拨打。"))
MAY_BE_ASKED = Reason(
    "may_be_called", _("客户现在可以联系，不能登记为“不可联系”。"), remedy=_("请拨打后登记客户的答复，或“未接通”。")
)


def good_form(marks: Mapping[str, str], comment: str) -> Verdict:
    """Every item of the current form has a mark; what is wrong is explained; nothing else was sent."""
    keys = [item.key for item in form.FORMS[form.CURRENT]]
    if sorted(marks) != sorted(keys) or not set(marks.values()) <= set(form.MARKS):
        return refused(MARKS_MISSING)
    if form.result_of(marks) in (form.MINOR, form.SERIOUS) and len(comment.strip()) < SHORTEST:
        return refused(COMMENT_MISSING)
    return refused(NUMBER) if holds_number(comment) else ALLOWED


def good_reason(text: str) -> Verdict:
    """For objections, answers and notes: somebody reads them, and they hold no number."""
    if len(text.strip()) < SHORTEST:
        return refused(TOO_SHORT)
    return refused(NUMBER) if holds_number(text) else ALLOWED


def not_his_own(*, caller: str, by: str) -> Verdict:
    """By person, not by login."""
    return refused(OWN_CALL) if caller == by else ALLOWED


PATTERNS: Mapping[str, str | Promise] = {
    "pace": _("登记得比可能的更快"),
    "overlap": _("通话时长互相重叠"),
    "short": _("有结果的通话过短"),
    "mix": _("结果构成与同事相差较大"),
}
SENTENCES: Mapping[str, str | Promise] = {
    "pace": _("{first} 至 {last} 登记了 {calls} 通，按登记的时长至少需要 {needed} 秒，实际只有 {had} 秒。"),
    "overlap": _("有 {calls} 通登记的时长，长于与上一通登记的间隔。"),
    "short": _("一周内有 {calls} 通登记为有意向或已邀约，通话不足 {seconds} 秒。"),
    "mix": _("“{outcome}”占 {share}，同一活动的同事平均 {peers}（共 {calls} 通）。"),
}
INNOCENT: Mapping[str, str | Promise] = {
    "pace": _("常见的正常情形：下班前补登，几通未接连续登记。"),
    "overlap": _("常见的正常情形：时长凭印象填写，补登。"),
    "short": _("常见的正常情形：时长没有填写，客户早已约好。"),
    "mix": _("常见的正常情形：名单、时段或客群不同。"),
}
