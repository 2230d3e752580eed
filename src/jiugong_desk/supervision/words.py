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
