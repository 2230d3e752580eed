"""Why a customer may not be contacted: each code with its sentence, what can be done about it, and by whom."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.verdict import Reason

# Who can lift a refusal; also for the rooms above.
NOBODY, BY_ITSELF, CUSTOMER, YOU = _("无人"), _("到时自动解除"), _("客户本人"), _("您本人")
STEWARD, HEAD, MANAGEMENT = _("数据管理员"), _("网点负责人"), _("行领导")
SETTLERS = _("网点负责人、合规消保")

WITH_EVIDENCE = _("客户本人同意后，可在客户页登记并附凭证。")
AGAIN = _("{again} 以后可再联系。")

# code -> what staff read, and what can be done about it
SENTENCES: dict[str, tuple[Any, Any]] = {
    "do_not_call": (_("客户已要求勿再致电。"), _("勿扰对全行、所有活动有效，不得再拨打。")),
    "not_active": (_("客户状态不是“正常”。"), _("状态以核心系统为准；如有误请联系数据管理员。")),
    "no_consent": (_("没有客户同意电话营销的有效记录。"), WITH_EVIDENCE),
    "no_consent_channel": (_("没有客户同意{channel}营销的有效记录。"), WITH_EVIDENCE),
    "complaint_open": (_("客户有未办结的投诉。"), _("投诉办结后方可联系；请找网点负责人或合规消保。")),
    "loan_decision_pending": (_("客户有贷款正在审批。"), _("审批结束、数据更新后再联系，避免存贷挂钩。")),
    "loan_decision_unknown": (
        _("客户的贷款是否正在审批，没有数据。"),
        _("请数据管理员在贷款数据中补上“审批中”一列；此前按正在审批处理。"),
    ),
    "no_mobile": (_("没有可拨打的手机号码。"), _("请客户到店更新联系方式。")),
    "held_out": (_("客户在本次活动的保留组。"), _("保留组在活动结束前不作营销联系。")),
    "campaign_not_running": (_("活动未在进行中。"), _("活动批准并启动、未暂停时才能拨打。")),
    "nothing_suits": (
        _("活动的产品都不适合在电话里向该客户推介。"),
        _("客户做了有效的风险测评后再联系；或请策划人调整活动优惠。"),
    ),
    "not_working_day": (_("今天不是工作日。"), _("请在下一个工作日拨打。")),
    "outside_hours": (_("现在不在拨打时段（{hours}）。"), _("请在拨打时段内联系。")),
    "outside_contact_hours": (
        _("现在不在可联系时段（{hours}）。"),
        _("无论何种渠道、何种事由，都请在该时段内联系。"),
    ),
    "senior_hours": (
        _("年满 {age} 岁或年龄未知的客户，只在 {hours} 致电。"),
        _("请在上述时段拨打；客户约定了时间的，不受此限。"),
    ),
    "attempts_used": (_("本次活动已拨打 {attempts} 次，上限 {limit} 次。"), _("本次活动不再拨打该客户。")),
    "too_soon": (_("距上次拨打不足 {hours} 小时。"), _("{again} 以后可再拨打。")),
    "contacts_unknown": (_("客户近期被联系过几次，没有数据。"), _("请数据管理员核对联系记录；此前不作营销联系。")),
    "reached_recently": (_("最近 7 天内已有 {limit} 次营销电话接通。"), AGAIN),
    "marketing_week": (_("最近 7 天内，各渠道营销联系合计已达 {limit} 次。"), AGAIN),
    "marketing_month": (_("最近 30 天内，各渠道营销联系合计已达 {limit} 次。"), AGAIN),
    "channel_month": (_("最近 30 天内，{channel}营销已达 {limit} 次。"), AGAIN),
}

WHO: dict[str, str | Promise] = {
    "do_not_call": NOBODY,
    "not_active": STEWARD,
    "no_consent": CUSTOMER,
    "no_consent_channel": CUSTOMER,
    "complaint_open": SETTLERS,
    "loan_decision_pending": STEWARD,
    "loan_decision_unknown": STEWARD,
    "no_mobile": CUSTOMER,
    "held_out": NOBODY,
    "campaign_not_running": MANAGEMENT,
    "nothing_suits": _("客户本人、策划人"),
    "not_working_day": BY_ITSELF,
    "outside_hours": BY_ITSELF,
    "outside_contact_hours": BY_ITSELF,
    "senior_hours": BY_ITSELF,
    "attempts_used": NOBODY,
    "too_soon": BY_ITSELF,
    "contacts_unknown": STEWARD,
    "reached_recently": BY_ITSELF,
    "marketing_week": BY_ITSELF,
    "marketing_month": BY_ITSELF,
    "channel_month": BY_ITSELF,
}


def reason(code: str, **facts: Any) -> Reason:
    """The reason with this code; `facts` fill its sentence."""
    text, remedy = SENTENCES[code]
    return Reason(code, text, facts, format_lazy(remedy, **facts) if facts else remedy, WHO[code])
