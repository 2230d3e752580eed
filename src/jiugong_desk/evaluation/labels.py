"""What the keys of the figures are called on pages and in documents."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, str | Promise]

STEPS: Labels = {
    "audience": _("客群"),
    "eligible": _("可营销"),
    "treated": _("营销组"),
    "attempted": _("已拨打"),
    "reached": _("已接通"),
    "valid": _("有效沟通"),
    "interested": _("有意向"),
    "invited": _("已邀约"),
    "due": _("到期预约"),
    "visited": _("已到店"),
    "converted": _("达成意向"),
}
# Shares are named by both their counts: nobody has to guess a denominator.
SHARES: Labels = {
    "eligible": _("可营销/客群"),
    "treated": _("营销组/可营销（其余为保留组）"),
    "attempted": _("已拨打/营销组"),
    "reached": _("已接通/已拨打"),
    "valid": _("有效沟通/已接通（30秒以上且已说明目的）"),
    "interested": _("有意向/已接通"),
    "invited": _("已邀约/已接通"),
    "visited": _("已到店/到期预约"),
    "converted": _("达成意向/营销组"),
}
KINDS: Labels = {
    "willing": _("有意向"),
    "not_willing": _("无意向或拒绝"),
    "other_reached": _("其他接通"),
    "not_reached": _("未接通"),
}
GRADES: Labels = {
    "leading": _("领先"),
    "steady": _("稳步"),
    "support": _("需支持"),
    "small": _("样本小"),
    "early": _("未开始"),
}
SUPPORT: Labels = {
    "attempted": _("核对排班，补足拨打时段；必要时由支行派员协助拨打。"),
    "reached": _("调整拨打时段（午前、傍晚），核对号码有效性。"),
    "valid": _("辅导开场白：先说明来意，再征得同意。"),
    "interested": _("辅导需求提问与异议应答，安排跟听一次。"),
    "visited": _("到店前一日提醒，可改约周末时段。"),
}
HEALTH: Labels = {
    "list_sealed": _("名单与启动时封存的一致"),
    "standing_sealed": _("名单与抽取时封存的一致"),
    "as_drawn": _("保留组户数与抽取时一致"),
    "holdout_contacted": _("保留组未被联系"),
}
CHECKS: Labels = {
    "sample_ratio": _("分组比例与抽取一致"),
    "balance_before": _("活动前两组可比"),
    "missing_outcomes": _("结果数据齐全"),
    "equal_loss": _("两组缺失相当"),
    "duplicates": _("无重复客户"),
}
STATUS: Labels = {
    "no_holdout": _("未设保留组"),
    "waiting": _("结果窗口未到"),
    "no_data": _("数据不足"),
    "check_first": _("数据待查"),
    "gain": _("有正向效果"),
    "loss": _("有负向效果"),
    "cannot_tell": _("尚不能判断"),
}
CATEGORIES: Labels = {
    "demand": _("活期"),
    "time": _("定期"),
    "large_cd": _("大额存单"),
    "wealth": _("理财"),
    "fund": _("基金"),
    "insurance": _("保险"),
    "bond": _("国债"),
    "other": _("其他"),
}
