"""Extracts as a bank sends them, made in the test: Chinese headers, a workbook or a CSV, wrong cells where asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

CUSTOMER_HEADERS = ["客户号", "姓名", "证件类型", "证件号码", "手机号", "所属网点", "客户经理", "年收入（万元）", "同意外呼"]  # fmt: skip
BALANCE_HEADERS = ["客户号", "类别", "月份", "月日均余额（万元）"]
LOAN_HEADERS = ["借据号", "客户号", "贷款种类", "放款日期", "贷款余额（万元）", "还款日"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int) -> str:
    """A resident's ID number of an area that does not exist, with the right check digit."""
    body = f"99000019880501{number % 1000:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def customer(number: int, **values: Any) -> dict[str, Any]:
    """A customer of the North outlet with Wang."""
    return {
        "客户号": f"K{number:05d}", "姓名": f"甲{chr(0x4E00 + number % 5000)}", "证件类型": "身份证",
        "证件号码": id_number(number), "手机号": f"138{number:08d}", "所属网点": "OU01", "客户经理": "1001",
        "年收入（万元）": f"{10 + number % 30}", "同意外呼": "是",
    } | values  # fmt: skip


def balance(number: int, amount: str = "8.5", **values: Any) -> dict[str, Any]:
    return {"客户号": f"K{number:05d}", "类别": "活期", "月份": "2025-12", "月日均余额（万元）": amount} | values


def loan(number: int, **values: Any) -> dict[str, Any]:
    return {
        "借据号": f"N{number:05d}", "客户号": f"K{number:05d}", "贷款种类": "一手楼按揭", "放款日期": "20230601",
        "贷款余额（万元）": "80", "还款日": "18",
    } | values  # fmt: skip


def workbook(rows: Sequence[dict[str, Any]], *, title: str = "") -> bytes:
    """One sheet; `title` stands in a line of its own above the headers, as reports have it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, at = book.add_worksheet("名单"), 0
        if title:
            sheet.write_string(0, 0, title)
            at = 1
        for place, header in enumerate(rows[0]):
            sheet.write_string(at, place, header)
        for line, row in enumerate(rows, at + 1):
            for place, cell in enumerate(row.values()):
                if isinstance(cell, int | float):
                    sheet.write_number(line, place, cell)
                else:
                    sheet.write_string(line, place, cell)
    return out.getvalue()


def text(rows: Sequence[dict[str, Any]], *, encoding: str = "gb18030", separator: str = ",") -> bytes:
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]), delimiter=separator)
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode(encoding)


def listed(number: int, **values: Any) -> dict[str, Any]:
    """A row of a branch's own list: the customer, his balances and his mortgage side by side."""
    return customer(number) | {
        "活期日均（万元）": f"{number % 7 + 0.5}", "定期日均（万元）": f"{number % 50}", "借据号": f"N{number:05d}",
        "贷款种类": "一手楼按揭", "放款日期": f"2023年{number % 12 + 1}月{number % 28 + 1}日", "贷款余额（万元）": "80.5",
    } | values  # fmt: skip
