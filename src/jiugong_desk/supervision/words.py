"""What a person is doing, and why he stalls, in words: the codes are fixed, the words are what staff read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

STATES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "away": _("缺勤，无人顶岗"),
        "silent": _("静默"),
        "untrained": _("未通过培训"),
        "exhausted": _("名单已拨完"),
        "waiting": _("等待到期"),
        "idle": pgettext_lazy("人员状态", "在岗"),
        "paused": _("暂停中"),
        "calling": _("联系客户中"),
        "receiving": _("接待客户中"),
        "covered": _("缺勤，有人顶岗"),
        "closed": _("非拨打时段"),
    }
)
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "away": "red", "silent": "red", "untrained": "orange", "exhausted": "yellow", "waiting": "azure", "idle": "azure", "paused": "azure",
        "calling": "green", "receiving": "green", "covered": "secondary", "closed": "secondary",
    }
)  # fmt: skip
# What a head reminds of; the first is offered where nothing else is known.
REMINDERS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "silent": _("有一段时间没有通话了，请继续拨打；有困难请告诉我。"),
        "callbacks": _("有到期的回拨，请先办理。"),
        "pace": _("名单进度落后，请看看今天还差多少。"),
        "training": _("请先完成活动培训，名单才会给您。"),
        "talk": _("请来找我谈一下。"),
    }
)
MOVED = "moved"  # the receiver reads of it in the same place; nobody chooses it
OF_STATE: Mapping[str, str] = MappingProxyType({"untrained": "training", "exhausted": "talk", "waiting": "pace"})


def moved(customers: int, name: str) -> Any:
    text = ngettext_lazy("{name} 名下的 {count} 户改由您拨打。", "{name} 名下的 {count} 户改由您拨打。", customers)
    return format_lazy(text, name=name, count=customers)


def reminder_for(state: str) -> str:
    """What somebody in this state is best reminded of."""
    return OF_STATE.get(state, "silent")


LIGHTS: Mapping[str, str | Promise] = MappingProxyType({"green": _("正常"), "yellow": _("落后"), "red": _("严重落后")})
# Why somebody stalls: what it is called, what he can do himself, what who answers for him can do.
REASONS: Mapping[str, tuple[Any, Any, Any]] = MappingProxyType(
    {
        "uncovered": (_("缺勤，无人顶岗"), "", _("安排补位，或把名单改派给同事。")),
        "untrained": (
            _("未通过培训"),
            _("到“培训”完成学习和测验，通过后名单自动给您。"),
            _("请他今天完成培训；做不完的先改派。"),
        ),
        "line": (_("话机或线路故障"), _("换一部话机，并告诉负责人报修。"), _("报修线路，先换一部话机；修好前可改派。")),
        "exhausted": (
            _("名单已拨完"),
            _("辛苦了。可以请负责人从同事的名单改派一些给您。"),
            _("同一活动还有同事没拨完，可改派一部分给他。"),
        ),
        "not_begun": (
            _("还没有开始"),
            _("请今天开始拨打；有困难告诉负责人。"),
            _("问清原因：培训、话机还是别的任务。"),
        ),
        "overloaded": (
            _("名单超出可拨时间"),
            _("每天需要的通话已超过您能拨打的数量，请与负责人商量改派。"),
            _("照现在的班次拨不完，请改派一部分或调整班次。"),
        ),
        "slow": (_("进度偏慢"), _("按“每日需”的数量安排今天的拨打时间。"), _("谈一谈卡在哪里；必要时改派一部分。")),
    }
)
RUNGS: Mapping[int, str | Promise] = MappingProxyType({1: _("本人"), 2: _("网点负责人"), 3: _("上级支行")})
STEPS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "opened": _("发出预警"),
        "escalated": _("上报"),
        "acknowledged": _("已知悉"),
        "resolved": _("已处理"),
        "recovered": _("进度恢复，自动关闭"),
        "over": _("活动或分工结束，自动关闭"),
    }
)
RESOLUTIONS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "covered": _("已安排补位"),
        "moved": _("已改派"),
        "agreed": _("已约定追赶安排"),
        "line": _("话机已修或已换"),
        "schooled": _("已安排培训"),
        "other": _("其他（请写明）"),
    }
)


def reason_word(code: str) -> Any:
    return REASONS[code][0] if code in REASONS else ""


def advice_to_self(code: str) -> Any:
    return REASONS[code][1] if code in REASONS else ""


def advice_to_head(code: str) -> Any:
    return REASONS[code][2] if code in REASONS else ""
