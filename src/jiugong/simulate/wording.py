"""The fictional bank's own words: headers of its extracts, and what it writes for our codes."""

from __future__ import annotations

from collections.abc import Mapping

YES_NO = ("是", "否")
STATUSES = {"active": "正常", "closed": "销户", "employee": "行员", "frozen": "冻结", "deceased": "身故"}
INCOME_SOURCES = {"payroll": "代发工资", "document": "收入证明", "estimated": "模型估算", "stated": "客户口述"}
CATEGORIES = {
    "demand": "活期存款", "time": "定期存款", "large_cd": "大额存单", "wealth": "理财产品", "fund": "基金",
    "insurance": "保险", "bond": "国债",
}  # fmt: skip
LOAN_KINDS = {
    "mortgage_new_home": "一手楼按揭", "mortgage_resale": "二手楼按揭", "consumer": "个人消费贷款",
    "business": "个人经营贷款", "card": "信用卡分期",
}  # fmt: skip
LEVELS = {"head_office": "总行", "branch": "分行", "sub_branch": "一级支行", "outlet": "二级支行", "department": "部门"}
POSTS = {
    "planner": "策划人", "outlet_head": "网点负责人", "customer_manager": "客户经理", "wealth_manager": "理财经理",
    "lobby_manager": "大堂经理", "business_department": "综合业务部", "compliance": "合规消保",
    "data_steward": "数据管理员", "quality_checker": "质检", "management": "行领导", "finance_hr": "计财人力",
    "auditor": "审计", "administrator": "系统管理员",
}  # fmt: skip

HEADERS: Mapping[str, Mapping[str, str]] = {
    "branches": {
        "branch_id": "机构号", "parent_id": "上级机构号", "name": "机构名称", "level": "机构层级", "class": "网点类别",
    },
    "staff": {
        "staff_id": "工号", "name": "姓名", "branch_id": "机构号", "post": "岗位", "hours_per_week": "周工时",
    },
    "customers": {
        "customer_id": "客户号", "name": "客户姓名", "id_type": "证件类型", "id_number": "证件号码",
        "birth_date": "出生日期", "mobile": "手机号码", "occupation": "职业", "branch_id": "归属网点",
        "manager_id": "管户经理", "opened_on": "开户日期", "annual_income": "年收入(元)", "income_source": "收入来源",
        "income_as_of": "收入认定日期", "payroll": "代发标志", "card_holder": "信用卡标志",
        "mobile_active": "手机银行标志", "risk_capacity": "风险承受能力", "risk_test_expires_on": "风险测评到期日",
        "consent_call": "营销外呼", "consent_sms": "营销短信", "do_not_call": "勿扰标志", "status": "客户状态",
    },
    "balances": {
        "customer_id": "客户号", "category": "资产类别", "month": "统计月份", "average_daily": "月日均余额",
        "month_end": "月末余额",
    },
    "loans": {
        "loan_id": "借据号", "customer_id": "客户号", "kind": "贷款品种", "drawn_on": "放款日期",
        "principal": "放款金额", "outstanding": "贷款余额", "due_day": "还款日", "overdue": "是否逾期",
        "decision_pending": "新申请审批中",
    },
    "maturities": {
        "customer_id": "客户号", "product": "产品名称", "category": "资产类别", "amount": "到期金额",
        "matures_on": "到期日",
    },
}  # fmt: skip
