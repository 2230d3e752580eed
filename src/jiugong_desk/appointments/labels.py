"""Short words for what stands against a product: the sentence belongs to the day, the code is what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY_NOT: Mapping[str, str | Promise] = {
    "not_yet_on_sale": _("尚未起售"),
    "no_longer_on_sale": _("已停售"),
    "quota_used": _("额度不足"),
    "below_minimum": _("低于起点金额"),
    "off_step": _("不是递增金额的整数倍"),
    "risk_unrated": _("产品没有风险等级"),
    "capacity_unknown": _("客户没有风险测评"),
    "risk_too_high": _("风险高于客户承受能力"),
    "test_undated": _("风险测评没有有效期"),
    "test_expired": _("风险测评已到期"),
}
