"""How many customers may be taken out, what a request must say, and when its file may be fetched. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused
from .bridge import Exports

CLEAR = {"name": _("姓名（明文）"), "mobile": _("手机号（明文）")}  # what may be asked for unmasked; an ID number never
LEAST_REASON, LONGEST_REASON = 4, 300

ASK = _("请提交导出申请，批准后下载。")
NOT_FOUND = Reason("export_gone", _("这份名单已不存在，或已无法按原条件取得。"), remedy=_("请回到名单重新选择。"))
NOBODY = Reason("export_empty", _("名单上没有您能看到的客户。"))
NO_POST = Reason("no_post", _("您没有任职机构，不能导出。"), remedy=_("请系统管理员维护任职。"))
NO_PURPOSE = Reason("no_purpose", _("请选择用途。"))
NEEDS_REASON = Reason("export_reason", _("请写明事由（至少 4 个字）：做什么、给谁用、何时删除。"))
LONG_REASON = Reason("long_reason", _("事由超过 {most} 字。"), {"most": LONGEST_REASON})
NUMBER_IN_REASON = Reason("number_in_reason", _("事由中请勿填写号码。"), remedy=_("请只写用途，不写号码。"))
MAY_NOT_REVEAL = Reason("may_not_reveal", _("您的岗位不能查看客户明文信息，也不能申请导出明文。"))
NOT_YOURS = Reason("export_not_yours", _("这是他人的申请，只有申请人本人可以下载。"))
NOT_APPROVED = Reason("export_not_approved", _("这份申请没有获得批准，不能下载。"))
EXPIRED = Reason("export_expired", _("下载期限已过。"), remedy=_("如仍需要，请重新申请。"))
USED_UP = Reason("export_used_up", _("下载次数已用完。"), remedy=_("如仍需要，请重新申请。"))
CHANGED = Reason("export_changed", _("申请内容与批准时不一致，不能下载。"), remedy=_("请重新申请，并告知合规。"))
LATE = Reason("export_late", _("申请已过期，不能再批准。"), remedy=_("请退回，由申请人重新提交。"))
OVER = ("over_file", "over_day")


def may_take(rows: int, *, taken: int, limits: Exports, remedy: str | Promise = ASK) -> Verdict:
    """Masked, without an approval; `taken`: what this person has so taken out today, of whatever lists."""
    if rows > limits.rows_without_approval:
        facts = {"rows": f"{rows:,}", "most": f"{limits.rows_without_approval:,}"}
        return refused(Reason("over_file", _("名单有 {rows} 户，未经审批一次最多导出 {most} 户。"), facts, remedy))
    if taken + rows > limits.rows_per_day:
        text = _("名单有 {rows} 户；您今天未经审批已导出 {taken} 户，一天最多 {most} 户。")
        facts = {"rows": f"{rows:,}", "taken": f"{taken:,}", "most": f"{limits.rows_per_day:,}"}
        return refused(Reason("over_day", text, facts, remedy))
    return ALLOWED


def needs_approval(verdict: Verdict) -> bool:
    """Whether this refusal ends with an approval."""
    return any(code in OVER for code in verdict.codes)


def may_ask(
    rows: int, *, clear: Collection[str], may_reveal: bool, purpose: str, purposes: Collection[str], reason: str,
    limits: Exports,
) -> Verdict:  # fmt: skip
    """Everything that is missing, at once."""
    text, against = reason.strip(), []
    if rows == 0:
        against.append(NOBODY)
    if rows > limits.most_rows:
        facts = {"rows": f"{rows:,}", "most": f"{limits.most_rows:,}"}
        large = _("名单有 {rows} 户；即使经审批，一份也最多 {most} 户。")
        against.append(Reason("export_too_large", large, facts, _("请缩小机构或条件后再申请。")))
    if clear and not may_reveal:
        against.append(MAY_NOT_REVEAL)
    if purpose not in purposes:
        against.append(NO_PURPOSE)
    if len(text) < LEAST_REASON:
        against.append(NEEDS_REASON)
    if len(text) > LONGEST_REASON:
        against.append(LONG_REASON)
    if holds_number(text):
        against.append(NUMBER_IN_REASON)
    return Verdict(tuple(against))


@dataclass(frozen=True)
class Standing:
    """How a request stands: `until` is the last day on which it can be fetched; None: not approved."""

    mine: bool
    until: date | None
    downloads: int
    most: int


def may_download(standing: Standing, *, today: date) -> Verdict:
    if not standing.mine:
        return refused(NOT_YOURS)
    if standing.until is None:
        return refused(NOT_APPROVED)
    if today > standing.until:
        return refused(EXPIRED)
    return refused(USED_UP) if standing.downloads >= standing.most else ALLOWED
