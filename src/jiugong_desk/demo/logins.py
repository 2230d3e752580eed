"""The logins that are printed: one for every post, the managers of one outlet and a stranger, and what each can try."""

from __future__ import annotations

from dataclasses import dataclass

from ..organisation.models import Posting, Staff
from ..organisation.permissions import role_name

# role -> what to try, in the order of a campaign's life. The stranger comes last: he must see nothing of the first.
TRIES = {
    "planner": "起草方案，看客群与保留组 · draft a plan, count its audience",
    "compliance": "审定话术与导出，暂停活动 · review scripts and exports, pause a campaign",
    "management": "审批与启动，签发报告 · approve, launch, sign reports",
    "customer_manager": "今日工作，开始拨打 · call, book, record",
    "wealth_manager": "自己的客户与预约 · own customers and visits",
    "lobby_manager": "登记到店 · receive today's visits",
    "outlet_head": "现场督导，回访，确认收文 · who calls and who stalls, call-backs, a notice to acknowledge",
    "business_department": "旬评价、通报、终期评估 · evaluations and the final report",
    "quality_checker": "抽检通话，查看线索 · check calls, look at patterns",
    "finance_hr": "通报 · bulletins",
    "data_steward": "导入名单，更正错误 · import lists, mend errors",
    "auditor": "全部只读，审计链 · reads everything, the audit chain",
    "administrator": "员工、机构与话机，看不到客户 · staff, units, telephones, no customer",
}
COLLEAGUE = "同网点同事：一起参加活动，学习培训 · a colleague: takes part and learns the course"
STRANGER = "另一网点：看不到前一位的客户 · another outlet: sees none of the first one's"


@dataclass(frozen=True)
class Login:
    staff: Staff
    role: str
    unit: str
    tries: str


def printed_logins() -> list[Login]:
    """The first person of each post; of the customer managers also the colleagues of his outlet, and one of the last outlet.

    The colleagues, because a campaign starts only when everybody who takes part has passed its course.
    """
    postings = Posting.objects.filter(ended_on=None).select_related("staff", "unit").order_by("staff__staff_no")
    by_role: dict[str, list[Posting]] = {}
    for posting in postings:
        by_role.setdefault(posting.role, []).append(posting)
    logins = [_login(by_role[role][0], tries) for role, tries in TRIES.items() if role in by_role]
    managers = by_role.get("customer_manager", [])
    for colleague in managers[1:-1]:
        if colleague.unit == managers[0].unit:
            logins.append(_login(colleague, COLLEAGUE))
    if len(managers) > 1:
        logins.append(_login(managers[-1], STRANGER))
    return logins


def _login(posting: Posting, tries: str) -> Login:
    return Login(posting.staff, role_name(posting.role), posting.unit.name, tries)
