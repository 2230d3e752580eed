"""The words of the audit page. The rooms own their verbs and facts; a test finds a verb without words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, str | Promise] = {
    "calendar.seeded": _("更新工作日历"),
    "organisation.loaded": _("导入机构与人员"),
    "unit.created": _("新增机构"),
    "staff.created": _("新增人员"),
    "staff.password_reset": _("重置密码"),
    "staff.password_changed": _("更改本人密码"),
    "staff.deactivated": _("停用工号"),
    "staff.reactivated": _("恢复工号"),
    "posting.begun": _("增加岗位"),
    "posting.ended": _("结束岗位"),
    "customers.loaded": _("导入客户"),
    "customer.assigned": _("客户移交"),
    "customer.released": _("结束客户移交"),
    "customer.revealed": _("查看客户敏感信息"),
    "consents.loaded": _("导入营销授权"),
    "consent.granted": _("登记同意营销"),
    "consent.withdrawn": _("撤回营销授权"),
    "consent.do_not_call": _("登记勿再致电"),
    "complaint.opened": _("登记投诉"),
    "complaint.settled": _("投诉办结"),
    "board.exported": _("导出客户分布"),
    "watch.frozen": _("冻结关注名单"),
    "script.created": _("新建话术"),
    "script.approved": _("话术审核通过"),
    "campaign.drafted": _("起草活动方案"),
    "campaign.edited": _("修改活动方案"),
    "campaign.participants": _("安排参与人员"),
    "campaign.submitted": _("提交审批"),
    "campaign.approved": _("审批通过"),
    "campaign.sent_back": _("退回修改"),
    "campaign.launched": _("启动活动"),
    "campaign.paused": _("暂停活动"),
    "campaign.resumed": _("恢复活动"),
    "campaign.closed": _("结束活动"),
    "entry.claimed": _("领取客户"),
    "entry.released": _("放回客户"),
    "entry.closed": _("移出名单"),
    "call.recorded": _("登记通话结果"),
    "visit.booked": _("预约到店"),
    "visit.arrived": _("客户到店"),
    "visit.finished": _("面谈完成"),
    "visit.missed": _("客户未到"),
    "visit.cancelled": _("取消预约"),
    "report.make": _("生成报告"),
    "report.comment": _("修改报告意见"),
    "report.decide": _("登记评价结论"),
    "report.issue": _("签发报告"),
}

OBJECTS: Mapping[str, str | Promise] = {
    "board": _("客户分布"),
    "calendar": _("工作日历"),
    "call": _("通话"),
    "campaign": _("营销活动"),
    "customer": _("客户"),
    "entry": _("名单"),
    "organisation": _("机构与人员"),
    "report": _("报告"),
    "script": _("话术"),
    "snapshot": _("数据快照"),
    "staff": _("人员"),
    "unit": _("机构"),
    "visit": _("到店面谈"),
    "watch_list": _("关注名单"),
}

FACTS: Mapping[str, str | Promise] = {
    "amount": _("金额"),
    "answers": _("回答数"),
    "as_of": _("数据日期"),
    "assignments_ended": _("结束移交"),
    "attempt": _("第几次拨打"),
    "attempts": _("已拨次数"),
    "balances": _("余额"),
    "changed": _("有变化"),
    "channel": _("渠道"),
    "closed_because": _("移出原因"),
    "code": _("代码"),
    "complaint": _("投诉"),
    "content": _("内容指纹"),
    "dated": _("仅更新日期"),
    "days": _("天数"),
    "decision": _("结论"),
    "digest": _("文件指纹"),
    "do_not_call": _("勿再致电"),
    "draw": _("抽取指纹"),
    "entry": _("名单"),
    "field": _("信息项"),
    "granted": _("同意"),
    "held_out": _("对照组"),
    "kept_withdrawn": _("保留撤回"),
    "kind": _("类别"),
    "left_out": _("未纳入"),
    "list": _("名单指纹"),
    "loans": _("贷款"),
    "manager": _("客户经理"),
    "maturities": _("到期产品"),
    "moved": _("位置有变动"),
    "new": _("新增"),
    "number": _("编号"),
    "outcome": _("结果"),
    "parent": _("上级机构"),
    "participants": _("参与人数"),
    "payload": _("方案指纹"),
    "period_end": _("期末"),
    "policy": _("政策"),
    "postings_begun": _("新增岗位"),
    "postings_ended": _("结束岗位"),
    "product": _("产品"),
    "reason": _("原因"),
    "role": _("岗位"),
    "rows": _("行数"),
    "seed": _("随机种子"),
    "slot": _("时段"),
    "snapshot": _("快照指纹"),
    "source": _("来源"),
    "staff_absent": _("未提及人员"),
    "staff_new": _("新增人员"),
    "staff_renamed": _("更名人员"),
    "state": _("状态"),
    "talk_seconds": _("通话秒数"),
    "text_version": _("文本版本"),
    "to": _("移交给"),
    "treated": _("营销组"),
    "unchanged": _("无变化"),
    "unit": _("机构"),
    "units_changed": _("变更机构"),
    "units_new": _("新增机构"),
    "version": _("版本"),
    "withdrawn": _("撤回"),
    "without_manager": _("无客户经理"),
    "without_unit": _("无机构"),
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


def about(code: str) -> str:
    return str(OBJECTS.get(code, code))


def fact(key: str) -> str:
    return str(FACTS.get(key, key))
