"""The words of this room for tables, kinds of work and parts of a file."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

TABLES: Words = {
    "customer_list": _("客户名单（含余额、贷款）"),
    "customers": _("客户"),
    "balances": _("余额（按月日均）"),
    "loans": _("贷款"),
    "maturities": _("到期产品"),
    "transactions": _("交易流水"),
    "contacts": _("联系记录"),
}
COUNTS: Words = {
    "new": _("新增"),
    "changed": _("有变化"),
    "unchanged": _("无变化"),
    "left": _("已有，不更新"),
}
# Rows that people made about a customer: by the model's label, for the refusal of an undo.
WORK: Words = {
    "campaigns.listentry": _("活动名单"),
    "holdout.standingmember": _("活动名单"),  # the same words: who is left alone by all campaigns is not told here
    "grid.watchentry": _("关注名单"),
    "tasks.task": _("跟进任务"),
    "appointments.appointment": _("到店预约"),
    "consent.complaint": _("投诉"),
    "consent.contact": _("联系记录"),
    "consent.consentrecord": _("授权登记"),
    "consent.donotcall": _("勿扰登记"),
    "customers.assignment": _("客户移交"),
    "customers.profileanswer": _("问答"),
}
# Faults that the library does not know of, or says less well.
FAULTS: Words = {
    "not_a_bool": _("只能是“是”或“否”"),
    "unknown_outlet": _("机构表中没有这个机构号或名称，这样的客户进不了客户页面；请选定机构"),
}
ROWS, SUM = _("控制行数"), _("控制合计")
# Changes that are shown in red and need a reason.
GRAVE: Words = {
    "id_number": _("改号 {count}"),
    "consent_call": _("由否变是 {count}"),
    "consent_sms": _("由否变是 {count}"),
    "do_not_call": _("由是变否 {count}"),
}
ENCODINGS: Words = {
    "": _("自动识别"),
    "utf-8": "UTF-8",
    "gb18030": "GB18030（GBK）",
    "utf-16": "UTF-16",
}
SEPARATORS: Words = {
    "": _("自动识别"),
    ",": pgettext_lazy("分隔符", "逗号"),
    ";": pgettext_lazy("分隔符", "分号"),
    "\t": pgettext_lazy("分隔符", "制表符"),
    "|": pgettext_lazy("分隔符", "竖线"),
}
DATES: Words = {
    "": _("自动识别"),
    "%Y-%m-%d": "2026-03-02",
    "%Y%m%d": "20260302",
    "%Y/%m/%d": "2026/03/02",
    "%Y年%m月%d日": "2026年03月02日",
    "%d/%m/%Y": "02/03/2026",
    "%m/%d/%Y": "03/02/2026",
}

# What a column of a kind takes, for the template.
KINDS: Words = {
    "id": _("文本，不要存成数字"),
    "id_number": _("18 位身份证号，文本格式"),
    "mobile": _("11 位手机号，文本格式"),
    "money": _("数字，单位写在表头，如“月日均余额（万元）”"),
    "date": _("如 2026-03-02"),
    "month": _("如 2026-03"),
    "instant": _("如 2026-03-02 09:30:00"),
    "bool": _("是 或 否"),
    "integer": _("整数"),
}


def table(code: str) -> str:
    return str(TABLES.get(code, code))
