"""What somebody should look at before a file is loaded: nothing here stops a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

TEXTS: Mapping[str, tuple[str, str]] = {
    "no_table": ("none of the headers is known; name the table and its columns", "没有认出任何表头；请选定数据表并指定各列"),
    "no_rows": ("the file has a header and no rows", "只有表头，没有数据行"),
    "other_shape": ("{count:,} rows have more or fewer fields than the header", "{count:,} 行的字段数与表头不一致"),
    "other_sheets": (
        "sheet '{sheet}' is read; the others are not: {others}", "读取的是工作表“{sheet}”；未读取：{others}",
    ),
    "hidden_sheets": ("there are hidden sheets: {others}", "有隐藏的工作表：{others}"),
    "title_unit": (
        "'{header}' is taken in {unit}, as a title above the header says", "“{header}”按表头上方的标题以{unit}为单位",
    ),
    "group_unit": (
        "'{header}' is taken in {unit}, as the group header over it says", "“{header}”按上方分组表头以{unit}为单位",
    ),
    "unit_small": (
        "'{header}' names no unit and is taken in 元, but its amounts look like 万元 (half of them are below {middle}); declare the unit",
        "“{header}”没有写单位，按元处理，但数值像是万元（一半不到 {middle}）；请选定单位",
    ),
    "unit_large": (
        "'{header}' is taken in {unit}, but half of its amounts are above {middle} 元; check the unit",
        "“{header}”以{unit}为单位，但一半超过 {middle} 元；请核对单位",
    ),
    "own_units": (
        "'{header}': {count:,} cells name a unit of their own, such as {example}; they are taken in it",
        "“{header}”有 {count:,} 个单元格自带单位（如 {example}），按各自的单位换算",
    ),
    "ambiguous_dates": (
        "'{header}' has dates such as {example}, of which day and month cannot be told apart; declare the form: {forms}",
        "“{header}”中有 {example} 这样的日期，分不清日和月；请选定写法：{forms}",
    ),
    "several_forms": ("'{header}' has dates of several forms: {forms}", "“{header}”中的日期有几种写法：{forms}"),
    "number_cells": (
        "'{header}': {count:,} cells are numbers in the spreadsheet; leading zeros and digits from the 16th on may be lost",
        "“{header}”有 {count:,} 个单元格被电子表格存成了数字，前导零和第 16 位以后的数字可能已丢失",
    ),
    "error_cells": ("'{header}': {count:,} cells hold formula errors", "“{header}”有 {count:,} 个单元格是公式错误"),
    "no_manager": ("{count:,} customers have no manager", "{count:,} 位客户没有客户经理"),
    "no_mobile": ("{count:,} customers have no mobile number", "{count:,} 位客户没有手机号"),
    "no_outlet": ("{count:,} customers have no outlet", "{count:,} 位客户没有机构号"),
    "unknown_outlet": (
        "{count:,} rows name outlets that are not known: {others}", "{count:,} 行的机构号不在机构表中：{others}",
    ),
    "repeated_key": ("{count:,} rows repeat a {header} that stands above", "{count:,} 行的{header}与前面的行重复"),
    "two_outlets": ("{count:,} customers stand under two outlets", "{count:,} 位客户属于两个机构"),
    "shared_mobile": ("{count:,} mobile numbers belong to several customers", "{count:,} 个手机号属于多位客户"),
    "total_only": (
        "there is a total and no category: the assets are taken as category 'other'", "只有资产合计，没有分类余额：全部记为“其他”类",
    ),
    "total_left": (
        "the total '{header}' is not used, since there are categories", "已有分类余额，合计列“{header}”不使用",
    ),
    "derived_loans": (
        "loans have no number: one is made of customer number and kind", "没有借据号：以客户号加贷款种类代替",
    ),
    "point_as_average": (
        "'{header}' is a balance of one day and is taken as the month's average as well", "“{header}”是时点余额，同时按月日均余额使用",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """`code` is stable, `column` canonical where there is one; `count` rows, customers or cells. No personal data."""

    code: str
    english: str
    chinese: str
    column: str = ""
    count: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def notice(code: str, *, column: str = "", count: int = 0, **facts: Any) -> Notice:
    english, chinese = (text.format(count=count, **facts) for text in TEXTS[code])
    return Notice(code, english, chinese, column, count)
