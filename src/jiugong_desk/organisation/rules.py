"""Who may change the organisation: nobody his own account, nothing without a reason. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ..core.masks import holds_number
from ..core.verdict import ALLOWED, Reason, Verdict, refused

SHORTEST_REASON = 4

OWN_ACCOUNT = Reason(
    "own_account", _("不能变更本人的账号与岗位。"), remedy=_("请由另一位系统管理员办理。")
)  # reliability.md, abuse 18
REASON_MISSING = Reason("reason_missing", _("请写明原因（至少 4 个字），以备日后查询。"))
NUMBER_IN_REASON = Reason(
    "number_in_reason", _("事由会写入审计记录，请勿填写号码。"), remedy=_("请只写用途，不写号码。")
)
CHOOSE_ANOTHER = _("请换一个，或核对是否已经录入。")
NO_LONGER = Reason("no_longer", _("该人员的状态已被他人变更，请刷新后再看。"))


def may_manage(*, person_key: str, by_person_key: str) -> Verdict:
    """Whether one person may change the account and the posts of another."""
    return refused(OWN_ACCOUNT) if person_key == by_person_key else ALLOWED


def good_reason(reason: str) -> Verdict:
    """It goes into the audit log for good, so it holds no number of a person."""
    if len(reason.strip()) < SHORTEST_REASON:
        return refused(REASON_MISSING)
    return refused(NUMBER_IN_REASON) if holds_number(reason) else ALLOWED


def known_role(role: str, roles: Iterable[str]) -> Verdict:
    if role in roles:
        return ALLOWED
    return refused(
        Reason("unknown_role", _("政策中没有岗位“{role}”。"), {"role": role}, remedy=_("请核对岗位代码与政策文件。"))
    )


def staff_no_taken(staff_no: str) -> Verdict:
    return refused(
        Reason("staff_no_taken", _("工号 {staff_no} 已有人使用。"), {"staff_no": staff_no}, remedy=CHOOSE_ANOTHER)
    )


def unit_code_taken(code: str) -> Verdict:
    return refused(Reason("unit_code_taken", _("机构号 {code} 已有机构使用。"), {"code": code}, remedy=CHOOSE_ANOTHER))


def good_unit_code(code: str) -> Verdict:
    """A code is one step of a unit's path, so it holds no dot."""
    if code and "." not in code and code == code.strip():
        return ALLOWED
    return refused(Reason("bad_unit_code", _("机构号“{code}”不能为空，也不能含点号或首尾空格。"), {"code": code}))
