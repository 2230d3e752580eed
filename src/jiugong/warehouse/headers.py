"""What Chinese banks call things: headers, file names and codes that need no mapping.

The words are those of common extracts (core banking, CRM, data marts). A bank's mapping file comes first; this is
what is tried where it says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from .reading.header import plain, suffix

# How many yuan (or currency units) one unit of the column is.
UNITS: Mapping[str, int] = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
# What may stand behind an amount in its cell; it then says more than the column does.
OWN_UNITS: Mapping[str, int] = {**{word: UNITS[word] for word in ("百万元", "千元", "万元")}, "亿元": 100_000_000, "万": 10_000, "亿": 100_000_000, "元": 1}  # fmt: skip

HEADERS: dict[str, Mapping[str, str]] = {
    "customers": {
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 客户号码 CIF CIF号 CUST_ID CUST_NO",
        "name": "姓名 客户姓名 客户名称 户名 CUST_NAME",
        "id_type": "证件类型 证件种类 证件类别 ID_TYPE",
        "id_number": "证件号码 证件号 身份证号 身份证号码 身份证 ID_NO",
        "birth_date": "出生日期 生日 出生年月日 BIRTHDAY",
        "mobile": "手机 手机号 手机号码 移动电话 联系电话 联系方式 电话 MOBILE_NO PHONE",
        "occupation": "职业 从事职业 职业名称",
        "branch_id": "机构号 机构编号 网点号 网点编号 网点代码 所属机构 所属网点 归属网点 归属机构 开户网点 开户机构 ORG_ID BRANCH_NO",
        "manager_id": "客户经理 客户经理号 客户经理编号 客户经理工号 管户经理 管户经理工号 管户客户经理 管户人 维护人工号 MGR_ID",
        "opened_on": "开户日期 开户日 建户日期 首次开户日期 OPEN_DATE",
        "annual_income": "年收入 家庭年收入 个人年收入 年收入金额 税前年收入",
        "income_source": "收入来源 收入依据 收入口径",
        "income_as_of": "收入日期 收入认定日期 收入更新日期",
        "payroll": "代发 代发工资 代发标志 是否代发 是否代发客户 代发工资标志 代发客户标志",
        "card_holder": "信用卡 持有信用卡 是否持有信用卡 信用卡标志 是否信用卡客户",
        "mobile_active": "手机银行 手机银行活跃 手机银行标志 是否手机银行客户 手机银行活跃标志",
        "risk_capacity": "风险等级 风险承受能力 风险测评等级 风险承受等级 客户风险等级",
        "risk_test_expires_on": "风险测评到期日 风评到期日 风险测评有效期 风险评估到期日",
        "consent_call": "同意外呼 电话营销同意 电话营销授权 是否同意电话营销 外呼授权",
        "consent_sms": "同意短信 短信营销同意 短信营销授权 是否同意短信营销 短信授权",
        "do_not_call": "勿扰 免打扰 勿扰标志 是否勿扰 免打扰标志 拒绝营销",
        "status": "状态 客户状态",
    },
    "balances": {
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 CIF CIF号 CUST_ID CUST_NO",
        "category": "类别 资产类别 产品类别 产品大类 余额类别 业务种类 资产类型",
        "month": "月份 统计月份 数据月份 统计日期 数据日期 账期 MONTH",
        "average_daily": "日均 月日均 日均余额 月日均余额 月均余额 月日均资产 AVG_BAL",
        "month_end": "月末余额 时点余额 期末余额 余额 END_BAL",
        "account_id": "账号 账户号 账户编号 ACCT_NO",
    },
    "loans": {
        "loan_id": "借据号 借据编号 贷款编号 贷款号 合同号 贷款合同号 LOAN_NO",
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 借款人客户号 CIF CIF号 CUST_ID CUST_NO",
        "kind": "贷款种类 贷款类型 贷款品种 业务品种",
        "drawn_on": "放款日期 发放日期 放款日 起息日",
        "principal": "贷款金额 放款金额 发放金额 贷款本金 合同金额",
        "outstanding": "贷款余额 本金余额 剩余本金 余额",
        "due_day": "还款日 每月还款日 扣款日",
        "overdue": "逾期 是否逾期 逾期标志",
        "decision_pending": "审批中 在途 是否审批中 待审批 在途申请",
    },
    "maturities": {
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 CIF CIF号 CUST_ID CUST_NO",
        "product": "产品 产品名称",
        "category": "类别 资产类别 产品类别 产品大类 业务种类",
        "amount": "金额 到期金额 到期本金",
        "matures_on": "到期日 到期日期",
    },
    "transactions": {
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 CIF CIF号 CUST_ID CUST_NO",
        "account_id": "账号 账户号 账户编号 ACCT_NO",
        "booked_at": "交易时间 交易日期 记账日期 记账时间 入账日期",
        "amount": "交易金额 发生额 金额",
        "kind": "交易类型 摘要 交易种类 交易摘要",
        "channel": "渠道 交易渠道",
    },
    "contacts": {
        "customer_id": "客户号 客户编号 客户代码 客户ID 核心客户号 CIF CIF号 CUST_ID CUST_NO",
        "at": "联系时间 接触时间 外呼时间 通话时间 联系日期",
        "channel": "联系方式 渠道 接触渠道 联系渠道",
        "outcome": "结果 联系结果 外呼结果 通话结果",
        "campaign": "活动 活动名称 营销活动 活动编号",
        "staff_id": "工号 员工号 员工编号 经办人 客户经理工号 柜员号",
    },
    "branches": {
        "branch_id": "机构号 机构编号 网点号 网点编号 机构代码 ORG_ID BRANCH_NO",
        "parent_id": "上级机构号 上级机构 上级机构编号 上级机构代码 管辖机构 PARENT_ID",
        "name": "机构名称 网点名称 名称",
        "level": "机构层级 机构级别 层级 级别 机构类型",
        "class": "网点类别 机构类别 类别 网点分类",
    },
    "staff": {
        "staff_id": "工号 员工号 员工编号 柜员号 人员编号 STAFF_NO",
        "name": "姓名 员工姓名 人员姓名",
        "branch_id": "机构号 机构编号 网点号 网点编号 所属机构 所属网点 ORG_ID BRANCH_NO",
        "post": "岗位 岗位名称 职务 角色",
        "hours_per_week": "周工时 每周工时 每周工作小时",
    },
}

# A customer list has amounts by category in columns: of the month's average, or of one day (`_end`).
_HELD = {
    "demand": "活期 活期存款",
    "time": "定期 定期存款",
    "large_cd": "大额存单 存单",
    "wealth": "理财 理财产品",
    "fund": "基金",
    "insurance": "保险",
    "bond": "国债 储蓄国债 债券",
    "other": "其他资产 其他金融资产",
}
_AVERAGE, _ONE_DAY = (
    "日均 日均余额 月日均 月日均余额 月均余额",
    "余额 时点余额 月末余额 期末余额 持有余额 持仓余额 市值 金额",
)


def _list_headers() -> dict[str, str]:
    averages = {name: _composed(stems, _AVERAGE) for name, stems in _HELD.items()}
    ends = {f"{name}_end": f"{stems} {_composed(stems, _ONE_DAY)}" for name, stems in _HELD.items()}
    loans = {name: words for name, words in HEADERS["loans"].items() if name not in {"customer_id", "kind"}}
    return {
        **HEADERS["customers"],
        **averages,
        **ends,
        **loans,
        "total": "资产 总资产 资产合计 资产余额 资产总额 AUM AUM余额 月日均AUM 金融资产 金融资产合计 金融资产余额 月日均资产 日均资产 月日均余额 日均余额 月均余额 存款日均 日均存款 存款月日均 存款日均余额",
        "loan_kind": HEADERS["loans"]["kind"],
        "new_home": "是否一手楼 是否一手房 一手楼 一手房 一手楼按揭 一手房按揭 是否一手楼按揭 是否一手房按揭 一手楼标志 一手房标志",
        "outstanding": loans["outstanding"].removesuffix(" 余额"),
    }  # fmt: skip


def _composed(stems: str, ends: str) -> str:
    return " ".join(f"{stem}{end}" for stem in stems.split() for end in ends.split())


HEADERS["customer_list"] = _list_headers()

_IN_A_LIST = {"customers", "balances", "loans"}
FILE_NAMES: Mapping[str, str] = {
    "customers": "客户",
    "balances": "余额 日均 资产",
    "loans": "贷款 借据",
    "maturities": "到期",
    "transactions": "交易 流水",
    "contacts": "联系 外呼 接触",
    "branches": "机构 网点",
    "staff": "员工 人员",
}

# Codes that are words: (table, column) -> canonical value -> what a bank writes.
VALUES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("customers", "income_source"): {
        "payroll": "代发 代发工资 工资代发",
        "stated": "客户口述 口述 自述 客户自述",
        "estimated": "估算 估计 模型估算 模型估计 推算",
        "document": "收入证明 证明 证明材料",
    },
    ("customers", "status"): {
        "active": "正常 有效 活跃",
        "deceased": "已故 死亡 身故",
        "frozen": "冻结",
        "employee": "员工 本行员工 行员",
        "closed": "销户 已销户 注销",
    },
    ("customers", "risk_capacity"): {
        "C1": "保守型 谨慎型",
        "C2": "稳健型",
        "C3": "平衡型",
        "C4": "成长型 进取型",
        "C5": "激进型",
    },
    ("loans", "kind"): {
        "mortgage_new_home": "一手楼按揭 一手房按揭 新房按揭 一手房贷款 一手住房贷款 个人一手住房贷款",
        "mortgage_resale": "二手楼按揭 二手房按揭 二手房贷款 二手住房贷款 个人二手住房贷款",
        "consumer": "消费贷 消费贷款 个人消费贷款",
        "business": "经营贷 经营贷款 个人经营贷款 个人经营性贷款",
        "card": "信用卡分期 信用卡 卡分期",
    },
    ("contacts", "channel"): {
        "call": "电话 外呼 电话外呼",
        "visit": "面谈 到访 到店 上门",
        "sms": "短信",
        "wecom": "企业微信 企微",
        "mail": "信函 邮件 邮寄",
    },
    ("branches", "level"): {
        "head_office": "总行",
        "branch": "分行 一级分行 二级分行",
        "sub_branch": "支行 一级支行",
        "outlet": "网点 二级支行 营业网点",
        "department": "部门",
    },
    ("staff", "post"): {
        "planner": "策划人",
        "outlet_head": "网点负责人 支行行长 网点主任",
        "customer_manager": "客户经理",
        "wealth_manager": "理财经理",
        "lobby_manager": "大堂经理",
        "business_department": "综合业务部",
        "compliance": "合规消保 合规 消保",
        "data_steward": "数据管理员",
        "quality_checker": "质检",
        "management": "行领导",
        "finance_hr": "计财人力",
        "auditor": "审计",
        "administrator": "系统管理员",
    },
}
VALUES = {
    **VALUES,
    **{("customer_list", column): words for (table, column), words in VALUES.items() if table == "customers"},
    # 按揭 says not of what home; the column new_home may.
    ("customer_list", "loan_kind"): {
        **VALUES["loans", "kind"],
        "mortgage": "按揭 按揭贷款 住房按揭 住房贷款 个人住房贷款 房贷",
    },
}
_CATEGORY = {
    "demand": "活期 活期存款",
    "time": "定期 定期存款",
    "large_cd": "大额存单",
    "wealth": "理财 理财产品",
    "fund": "基金",
    "insurance": "保险",
    "bond": "国债 债券",
    "other": "其他 其它",
}
_YES, _NO = "是 有 y yes true 1 t √ 已签约 同意", "否 无 n no false 0 f × 未签约 不同意"
BOOLEANS: Mapping[str, bool] = {**dict.fromkeys(_YES.split(), True), **dict.fromkeys(_NO.split(), False)}
NULLS = ("", "NULL", "null", "Null", "\\N", "N/A", "NaN", "nan", "None")

# What a formula shows that came to nothing; a spreadsheet exports it as text.
FORMULA_ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#未计算")

# Class-3 information (JR/T 0171-2020) and credit-bureau data (domain.md, F1 and B1): the file is refused.
FORBIDDEN = re.compile(
    r"征信|密码|口令|cvv|cvn|cvc|^pin$|pin码|磁道|支付标记|password|passwd|指纹|人脸|声纹|虹膜|生物特征", re.IGNORECASE
)


def unit_in(header: str) -> int | None:
    """`月日均余额（万元）` -> 10000; None where the header names no unit."""
    return UNITS.get(suffix(header).removeprefix("单位:"))


def learned(table: str) -> dict[str, str]:
    """Plain header -> canonical column, the canonical names among them."""
    words = HEADERS.get(table, {})
    return {plain(word): column for column, text in words.items() for word in (column, *text.split())}


def label(table: str, column: str) -> str:
    """What people call a column: 客户号."""
    return HEADERS[table].get(column, column).split()[0]


@cache
def every_word() -> frozenset[str]:
    """The plain headers that any table knows."""
    return frozenset(word for table in HEADERS for word in learned(table))


def learned_values(table: str, column: str) -> dict[str, str]:
    """What banks write -> canonical value."""
    words = _CATEGORY if column == "category" else VALUES.get((table, column), {})
    return {word: value for value, text in words.items() for word in text.split()}


def table_of(file_name: str) -> str:
    """The table that a file's name tells: `customers_2026.csv`, `客户清单.xlsx`; empty if none, or more than one."""
    name = unicodedata.normalize("NFKC", file_name).lower()
    by_name = [table for table in HEADERS if re.match(rf"{table}(?![a-z])", name)]
    by_word = [table for table, words in FILE_NAMES.items() if any(word in name for word in words.split())]
    if re.search(r"名单|客户.*清单|清单.*客户|客户.*列表", name) and set(by_word) <= _IN_A_LIST:
        by_word = ["customer_list"]
    found = by_name or by_word
    return found[0] if len(found) == 1 else ""
