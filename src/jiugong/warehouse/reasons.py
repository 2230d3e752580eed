"""What can be wrong with a row, in the words of the people who mend extracts."""

from __future__ import annotations

from collections.abc import Mapping

from .contracts import Column

# The codes are stable: they stand in quarantine files.
REASONS: Mapping[str, str] = {
    "missing": "必填项为空",
    "number_cell": "电子表格把编号存成了数字, 前导零和第16位以后的数字可能已丢失; 请核对后逐格更正, 或把该列设为文本后重新导出",
    "error_cell": "单元格是公式错误(如 #N/A #REF!), 或公式还没有算出值; 请在电子表格中改正, 算出后保存再导出",
    "total_row": "这是合计行, 不是一条记录; 请删去合计行",
    "too_long": "文字超过 4000 个字符",
    "id_too_long": "编号超过 40 个字符",
    "scientific": "编号成了科学计数法(如 1.10101E+17), 原值已丢失; 请把该列设为文本后重新导出",
    "not_an_id": "编号只能由字母、数字和 - _ . / # 组成",
    "not_a_mobile": "不是手机号: 应为 1 开头的 11 位数字, 或 + 开头的国际号码",
    "id_number_form": "身份证号应为 18 位(末位可为 X)",
    "id_number_date": "身份证号中的出生日期不存在",
    "id_number_check": "身份证号校验位不符(GB 11643)",
    "not_money": "不是金额: 应为 1234.56 这样的数字; 单位写在表头, 或写在金额后面(如 5万元)",
    "money_range": "金额超出范围(整数部分最多 16 位)",
    "money_large": "金额达到或超过 100 亿元; 请核对单位",
    "not_a_date": "不是日期, 或日期不存在: 应为 2026-03-02 这样的形式",
    "not_a_month": "不是月份: 应为 2026-03, 或该月的第一天或最后一天",
    "not_a_time": "不是时间: 应为 2026-03-02 09:30:00 这样的形式",
    "future": "日期晚于数据日期; 请核对该日期, 或核对装载时给出的数据日期",
    "too_early": "日期早于 1900 年",
    "not_a_bool": "不是是/否",
    "not_an_integer": "不是整数",
    "out_of_span": "数字超出范围",
    "not_a_choice": "不在允许的取值之内",
    "control_characters": "含有换行等控制字符",
    "fields": "字段数与表头不一致",
    "repeated": "与本次装载中的另一行完全相同, 只保留第一行",
    "conflicting": "同一主键在本次装载中出现多次且内容不同, 无法判断以哪行为准",
    "contradicting_loan": "贷款种类与是否一手楼相矛盾",
    "two_outlets": "同一客户在本次装载中属于两个机构, 无法判断以哪行为准",
}


def reason(code: str, column: Column | None = None) -> str:
    """The sentence of a code, with the values that are allowed where there is a list."""
    allowed = ""
    if column and column.choices and code == "not_a_choice":
        allowed = f": {' '.join(column.choices)}"
    if column and column.span and code == "out_of_span":
        allowed = f": 应为 {column.span[0]} 至 {column.span[1]}"
    return REASONS[code] + allowed
