"""What a campaign may be measured by (domain.md, section 4). No point-in-time balance, share or rank is among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """`unit`: yuan, percent or customers; `most`: the target is an upper limit; `primary`: it may decide whether it helped."""

    label: Any
    unit: Any
    about: Any
    primary: bool = False
    most: bool = False


MONEY, TAKE_UP = "avg_increment", "take_up"
PERCENT, YUAN, CUSTOMERS = _("%"), _("元/户"), _("户")
MEASURES: Mapping[str, Measure] = {
    MONEY: Measure(_("户均日均存款提升"), YUAN, _("营销组减保留组，评估窗口内日均"), primary=True),
    TAKE_UP: Measure(_("达成率提升"), PERCENT, _("达成意向/营销组，减保留组同期"), primary=True),
    "reached": Measure(_("接通率"), PERCENT, _("已接通/已拨打")),
    "valid": Measure(_("有效沟通率"), PERCENT, _("满 30 秒且已说明目的/已接通")),
    "invited": Measure(_("邀约率"), PERCENT, _("已邀约/已接通")),
    "visited": Measure(_("到店率"), PERCENT, _("已到店/到期预约")),
    "converted": Measure(_("达成率"), PERCENT, _("达成意向/营销组")),
    "needs": Measure(_("需求记录"), CUSTOMERS, _("至少答一个问题的客户")),
    "retention_90": Measure(_("90 天留存率"), PERCENT, _("第 90 天余额与新增之小者/新增")),
    "complaints": Measure(_("投诉率"), PERCENT, _("投诉/已接通"), most=True),
}
PRIMARY = tuple(key for key, measure in MEASURES.items() if measure.primary)
MOST_GOALS = 6
