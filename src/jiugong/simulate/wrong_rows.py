"""Rows as they go wrong in real extracts. All are of customers who are not in the bank (numbers from C009…)."""

from __future__ import annotations

from collections.abc import Mapping

WRONG_ROWS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "customers": (
        # A spreadsheet has turned the ID number into a power of ten.
        {"客户号": "C00900001", "客户姓名": "测试甲", "证件类型": "身份证", "证件号码": "9.90000E+17", "归属网点": "OU01"},
        # The check digit does not fit.
        {"客户号": "C00900002", "客户姓名": "测试乙", "证件类型": "身份证", "证件号码": "990000198801010015", "归属网点": "OU02"},
        # Words in an amount.
        {"客户号": "C00900003", "客户姓名": "测试丙", "年收入(元)": "面议", "归属网点": "OU02"},
        # A day that does not exist, and one that has not come yet.
        {"客户号": "C00900004", "客户姓名": "测试丁", "出生日期": "19880230", "归属网点": "OU03"},
        {"客户号": "C00900005", "客户姓名": "测试戊", "开户日期": "20990101", "归属网点": "OU03"},
        # One customer in two outlets: nobody knows which is right.
        {"客户号": "C00900006", "客户姓名": "测试己", "归属网点": "OU01"},
        {"客户号": "C00900006", "客户姓名": "测试己", "归属网点": "OU04"},
    ),
    "balances": (
        {"客户号": "C00900001", "资产类别": "活期存款", "统计月份": "2025-13", "月日均余额": "1.200000"},
        {"客户号": "C00900002", "资产类别": "贵金属", "统计月份": "2025-11", "月日均余额": "0.500000"},
        {"客户号": "C00900003", "资产类别": "定期存款", "统计月份": "2025-11", "月日均余额": "叁万"},
    ),
    "loans": (
        {"借据号": "LN00900001", "客户号": "C00900001", "贷款品种": "一手楼按揭", "是否逾期": "也许"},
        {"借据号": "LN00900002", "客户号": "", "贷款品种": "一手楼按揭", "是否逾期": "否"},
    ),
}  # fmt: skip
