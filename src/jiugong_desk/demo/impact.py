"""The impact assessment that belongs to each plan of the demo (PIPL art. 55), as compliance keeps it: a Word file."""

from __future__ import annotations

import io

from docx import Document

from ..campaigns.models import Campaign

PARTS = (
    ("一、处理目的和方式", "{purpose}\n由客户经理通过行内电话联系，记录答复；不作自动化外呼，不对外提供。"),
    (
        "二、涉及的个人信息",
        "姓名、手机号码、业务往来区间（不显示具体金额）、是否持有贷款；客户自愿回答的家庭、职业和资金安排。"
        "金融账户信息按敏感个人信息管理，外呼界面只显示区间，查看号码须留痕。",
    ),
    (
        "三、必要性和对权益的影响",
        "只联系已同意电话营销且无勿扰登记、无未结投诉的客户；拒绝不影响已有业务。"
        "主要风险是打扰客户和信息外泄，影响程度评定为较低。",
    ),
    (
        "四、保护措施",
        "按政策限定时段和次数；客户拒绝后即登记勿扰，对全行生效；名单只分配给参与的客户经理，操作留痕；"
        "活动结束后按期清理名单。",
    ),
    ("五、结论", "处理目的合法、正当、必要，保护措施与风险相适应，可以开展。本评估保存三年。"),
)


def assessment(campaign: Campaign) -> bytes:
    """A .docx that names the campaign and its purpose."""
    document = Document()
    document.add_heading("个人信息保护影响评估", level=1)
    document.add_paragraph(f"评估事项：{campaign.title}")
    for heading, text in PARTS:
        document.add_heading(heading, level=2)
        document.add_paragraph(text.format(purpose=campaign.purpose))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
