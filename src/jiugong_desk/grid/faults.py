"""What is wrong with the text of a version, in Chinese. The library says it in English; what is not known here stays so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FOUND = re.compile(r"found (\d+) (?:names|shares)\b.*|found (.*)")
RIGHT: Mapping[str, Any] = {
    "give amounts above 0, each higher than the one before": gettext_lazy("须大于 0 并由小到大排列"),
    "give a share from 0 to 1": gettext_lazy("须为 0 至 1 的小数"),
    "give a rate a year as a share, such as 0.05 for 5 %": gettext_lazy("须为年率的小数，例如 5% 写成 0.05"),
    "give 1 to 50 years": gettext_lazy("须为 1 至 50 年"),
    "give 1 or more": gettext_lazy("须为 1 或以上"),
    "give 0 or more": gettext_lazy("须为 0 或以上"),
    "give a number": gettext_lazy("须为数字"),
    "give a whole number": gettext_lazy("须为整数"),
    "write a list in square brackets": gettext_lazy("须写成方括号中的列表"),
}
COUNTED = re.compile(r"\d+ limits make (\d+) bands: name each|give one for each of the (\d+) asset bands")


def in_words(error: Any) -> str:
    """Of a `PolicyError`: which key, what was found, what would be right; without the line, which is said beside it."""
    where = ":".join(str(part) for part in (error.file, error.line) if part)
    text = str(error).removeprefix(f"{where}: ")
    if text.startswith("is not TOML"):
        return _("不是合法的 TOML 文本（{what}）").format(what=text.partition(": ")[2])
    key, rest = error.key, text.removeprefix(f"{error.key}: ")
    found, _mark, right = rest.partition("; ")
    if found == "may not be revised":
        return _("{key} 不能在这里修改").format(key=key)
    if found == "missing":
        return _("缺少 {key}").format(key=key)
    if found == "unknown key":
        return _("没有 {key} 这一项").format(key=key)
    known, shown = _right(right), FOUND.fullmatch(found)
    if not known or not shown:
        return text
    return _("{key} {right}，现为 {found}").format(key=key, right=known, found=shown[1] or shown[2])


def _right(text: str) -> str:
    if counted := COUNTED.fullmatch(text):
        return _("须有 {bands} 个，每个资产档一个").format(bands=counted[1] or counted[2])
    return str(RIGHT.get(text, ""))
