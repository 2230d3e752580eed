"""The words for verbs, objects and breaks on the audit page. The rooms own their verbs; a test finds one without words."""

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
