"""What a person is doing, in words: the codes are fixed, the words are what staff read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "away": _("缺勤，无人顶岗"),
        "silent": _("静默"),
        "untrained": _("未通过培训"),
        "exhausted": _("名单已拨完"),
        "waiting": _("等待到期"),
        "idle": pgettext_lazy("人员状态", "在岗"),
        "calling": _("联系客户中"),
        "receiving": _("接待客户中"),
        "covered": _("缺勤，有人顶岗"),
        "closed": _("非拨打时段"),
    }
)
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "away": "red", "silent": "red", "untrained": "orange", "exhausted": "yellow", "waiting": "azure", "idle": "azure",
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
OF_STATE: Mapping[str, str] = MappingProxyType({"untrained": "training", "exhausted": "talk", "waiting": "pace"})


def reminder_for(state: str) -> str:
    """What somebody in this state is best reminded of."""
    return OF_STATE.get(state, "silent")
