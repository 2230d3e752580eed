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
