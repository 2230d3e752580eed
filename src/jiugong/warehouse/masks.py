"""Values as they may stand in a quarantine file: enough to find the cell, not to know the person."""

from __future__ import annotations

import re

from .contracts import Column

_LONG_RUN = re.compile(r"[0-9X]{9,}", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 60
_SOUNDS_PERSONAL = re.compile(
    r"姓名|户名|名字|联系人|配偶|亲属|手机|电话|证件|身份|地址|住址|邮箱|微信|卡号|账号|账户|护照|生日|出生|单位名称|name|phone|mobile|mail|address|card",
    re.IGNORECASE,
)


def masked(value: str | None, column: Column) -> str:
    """A personal value keeps its ends (a name its first character); elsewhere only long digit runs are hidden."""
    if not value:
        return ""
    if column.kind == "name":
        return value[0] + "*" * (len(value) - 1)
    if column.personal:
        return _ends(value)
    return _LONG_RUN.sub(lambda run: _ends(run[0]), value)[:_MOST]


def harmless_cell(text: str) -> str:
    """The text as a spreadsheet shows it, instead of computing it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _ends(value: str) -> str:
    shown = 4 if len(value) >= 11 else len(value) // 4
    return value[:shown] + "*" * (len(value) - 2 * shown) + value[len(value) - shown :]


def masked_unknown(value: str, header: str) -> str:
    """A value of a column that nobody has named: hidden where the header sounds personal, else only long digit runs."""
    if _SOUNDS_PERSONAL.search(header):
        return value[:1] + "*" * (min(len(value), 12) - 1) if value else ""
    return _LONG_RUN.sub(lambda run: _ends(run[0]), value)[:_MOST]
