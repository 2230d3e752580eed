"""The words for verbs, objects and breaks on the audit page. The rooms own their verbs; a test finds one without words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, str | Promise] = {
    "calendar.seed": _("更新工作日历"),
    "organisation.load": _("导入机构与人员"),
    "unit.create": _("新增机构"),
    "staff.create": _("新增人员"),
    "staff.password": _("重置密码"),
    "staff.own_password": _("更改本人密码"),
    "staff.deactivate": _("停用工号"),
    "staff.reactivate": _("恢复工号"),
    "posting.begin": _("增加岗位"),
    "posting.end": _("结束岗位"),
}

BREAKS: Mapping[str, str | Promise] = {
    "missing": _("记录缺失"),
    "does not follow the record before it": _("与上一条记录不衔接"),
    "changed after it was written": _("写入后被改动"),
    "all records gone": _("全部记录丢失"),
    "the end was cut or replaced": _("末尾被截断或替换"),
}


def verb(code: str) -> str:
    return str(VERBS.get(code, code))
