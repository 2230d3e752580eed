"""Why something of the grid may not be done, in the words that staff read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason

NOTHING_RECORDED = Reason(
    "nothing_recorded", _("还没有任何月份的客户分布。"), remedy=_("数据管理员装载客户数据后即有。")
)
FROZEN = Reason(
    "frozen",
    _("“{name}”{month} 的名单已冻结，内容与这次不同，不能更改。"),
    remedy=_("已有活动可能依据它；更正的数据用于下月的名单。"),
)
NO_POST = Reason("no_post", _("冻结人没有任职机构。"), remedy=_("请系统管理员维护任职。"))

# Changing the policy's bands and values.
TAKEN = Reason("version_taken", _("版本号 {version} 已用过。"), remedy=_("每个版本须有自己的号，例如 2026-07。"))
PLAIN_VERSION = Reason("plain_version", _("版本号只能用字母、数字、点和短横，最多 30 位。"), remedy=_("例如 2026-07。"))
PAST = Reason("past", _("生效日期 {day} 已过。"), remedy=_("请填今天或以后的日期；已装载的分级不会重算。"))
NOT_YOURS = Reason("not_yours", _("草稿只能由起草人修改。"), remedy=_("请起草人修改，或另起一份草稿。"))
NOT_PREVIEWED = Reason("not_previewed", _("还没有看过这份内容的影响。"), remedy=_("请起草人先做影响预览。"))
WRONG_POLICY = Reason(
    "wrong_policy",
    _("内容不合规（第 {line} 行）：{what}"),
    remedy=_("只写 [grid]、[value]、[value.margin] 三节，改正后再存。"),
)
NO_SNAPSHOT = Reason("no_snapshot", _("数据仓库里还没有数据。"), remedy=_("请数据管理员先装载一期数据。"))
POLICY_CHANGED = Reason("policy_changed", _("草稿已被修改或已决定。"), remedy=_("请刷新页面，看过现在的内容再办理。"))
