"""The standing cast of the suite, and builders that take only what a test is about.

North and South are two outlets of one sub-branch. Wang calls in North, Zhao heads North, Li calls in South and must
see nothing of North; a lobby manager receives in North; planner, department, compliance, management, steward and
auditor sit at the branch; the administrator sees no customer at all.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from jiugong_desk.campaigns.models import Campaign, ListEntry, Participant
from jiugong_desk.campaigns.schooling import about
from jiugong_desk.consent.models import ConsentRecord
from jiugong_desk.core.fields import digest
from jiugong_desk.customers.models import Customer, Loan
from jiugong_desk.organisation.models import Posting, Staff, Unit
from jiugong_desk.scripts.models import Script
from jiugong_desk.training.models import Course, Enrolment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 7, 10, 30, tzinfo=SHANGHAI)  # a Wednesday, inside calling hours
PASSWORD = "a-long-test-password"
_numbers = itertools.count(1)


@dataclass
class Cast:
    head_office: Unit
    branch: Unit
    sub_branch: Unit
    north: Unit
    south: Unit
    wang: Staff  # customer manager, North
    sun: Staff  # customer manager, North, second
    zhao: Staff  # outlet head, North
    qian: Staff  # lobby manager, North
    li: Staff  # customer manager, South
    planner: Staff
    department: Staff
    compliance: Staff
    management: Staff
    steward: Staff
    auditor: Staff
    admin: Staff


def make_unit(code: str, name: str, kind: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(
        code=code, name=name, kind=kind, parent=parent, path=f"{parent.path if parent else ''}{code}."
    )


@lru_cache(maxsize=1)
def _hashed_password() -> str:
    """Hashed once: the hash is slow on purpose, and the cast has twelve people."""
    return make_password(PASSWORD)


def make_staff(staff_no: str, name: str, role: str, unit: Unit, person_key: str = "") -> Staff:
    staff = Staff(staff_no=staff_no, name=name, person_key=person_key or f"person-{staff_no}")
    staff.password = _hashed_password()
    staff.save()
    Posting.objects.create(staff=staff, unit=unit, role=role)
    return staff


def make_cast() -> Cast:
    head_office = make_unit("HO", "总行", Unit.Kind.HEAD_OFFICE)
    branch = make_unit("BR01", "江城分行", Unit.Kind.BRANCH, head_office)
    sub_branch = make_unit("SB01", "滨江支行", Unit.Kind.SUB_BRANCH, branch)
    north = make_unit("OU01", "北门网点", Unit.Kind.OUTLET, sub_branch)
    south = make_unit("OU02", "南门网点", Unit.Kind.OUTLET, sub_branch)
    people = {
        "wang": ("1001", "王晓北", "customer_manager", north),
        "sun": ("1002", "孙小宁", "customer_manager", north),
        "zhao": ("1003", "赵北", "outlet_head", north),
        "qian": ("1004", "钱厅", "lobby_manager", north),
        "li": ("2001", "李南", "customer_manager", south),
        "planner": ("9001", "周策", "planner", branch),
        "department": ("9002", "吴综", "business_department", branch),
        "compliance": ("9003", "郑规", "compliance", branch),
        "management": ("9004", "冯行", "management", branch),
        "steward": ("9005", "陈数", "data_steward", branch),
        "auditor": ("9006", "褚审", "auditor", head_office),
        "admin": ("9007", "卫管", "administrator", head_office),
    }
    staff = {key: make_staff(*values) for key, values in people.items()}
    return Cast(head_office=head_office, branch=branch, sub_branch=sub_branch, north=north, south=south, **staff)


def make_customer(unit: Unit, manager: Staff | None = None, *, consent: bool = True, **values: Any) -> Customer:
    """An active customer at level 5 with a mortgage on a new home; consents to calls unless told otherwise."""
    number = next(_numbers)
    mobile = values.pop("mobile", f"140{number:08d}")
    name = values.pop("name", "测试客户")
    if "id_number" in values:
        values.setdefault("id_digest", digest(values["id_number"]))
    values.setdefault("customer_no", f"C{number:06d}")
    values.setdefault("assets", Decimal("80000.00"))
    values.setdefault("asset_band", 2)
    values.setdefault("income_band", 2)
    values.setdefault("level", 5)
    values.setdefault("birth_date", date(1988, 5, 1))
    loan_kind = values.pop("loan_kind", "mortgage_new_home")
    customer = Customer.objects.create(
        unit=unit, manager=manager, name=name, name_digest=digest(name), mobile=mobile,
        mobile_digest=digest(mobile), mobile_tail=mobile[-4:], **values,
    )  # fmt: skip
    if loan_kind:
        Loan.objects.create(customer=customer, loan_no=f"L{number:06d}", kind=loan_kind, drawn_on=date(2023, 6, 1))
    if consent:
        ConsentRecord.objects.create(
            customer=customer, channel="call", granted=True, text_version="v1", evidence="数据导入",
            at=NOW - timedelta(days=200),
        )  # fmt: skip
    return customer


def make_script(**values: Any) -> Script:
    content = values.pop("content", None) or {
        "steps": [
            {"key": "opening", "title": "开场", "say": "您好，我是{bank}客户经理{manager}。", "required": True, "questions": []},
            {
                "key": "needs",
                "title": "了解需求",
                "say": "方便了解一下您的家庭和资金安排吗？可以不回答。",
                "required": False,
                "questions": [
                    {"key": "family_size", "label": "家庭人数", "kind": "number", "unit": "人"},
                    {"key": "deposit_plan", "label": "近期闲置资金", "kind": "choice", "choices": ["无", "5万以内", "5万以上"]},
                ],
            },
        ]
    }  # fmt: skip
    values.setdefault("code", f"script-{next(_numbers)}")
    values.setdefault("title", "信用卡开场话术")
    values.setdefault("state", "approved")
    return Script.objects.create(content=content, **values)


def make_campaign(
    cast: Cast, *, state: str = "launched", participants: tuple[Staff, ...] = (), **values: Any
) -> Campaign:
    values.setdefault("title", "开门红按揭客户存款营销")
    values.setdefault("purpose", "介绍信用卡并了解您对存款服务的需要")
    values.setdefault("goal", "营销组户均日均存款提升")
    values.setdefault("audience", [{"field": "loan_kind", "op": "is", "value": "mortgage_new_home"}])
    values.setdefault("starts_on", date(2026, 1, 1))
    values.setdefault("ends_on", date(2026, 1, 30))
    campaign = Campaign.objects.create(
        unit=cast.sub_branch, drafted_by=cast.planner, drafted_at=NOW, state=state,
        script=values.pop("script", None) or make_script(), **values,
    )  # fmt: skip
    for staff in participants:
        Participant.objects.create(campaign=campaign, staff=staff)
        _learned(campaign, staff)
    return campaign


def _learned(campaign: Campaign, staff: Staff) -> None:
    """Of a campaign beyond its approval: who takes part has passed its course; where the test has said it, it stays so."""
    if campaign.state in ("draft", "submitted"):
        return
    planner = {"by": campaign.drafted_by, "at": NOW}
    course, _made = Course.objects.everyone().get_or_create(
        about=about(campaign),
        defaults={
            "unit": campaign.unit, "title": "培训", "draft": {}, "state": "open", "drafted_by": campaign.drafted_by,
            "drafted_at": NOW,
        },
    )  # fmt: skip
    version = course.versions.first() or course.versions.create(
        number=1, content={"sections": []}, digest="", **planner
    )
    passed = {"enrolled_at": NOW, "read_at": NOW, "passed_at": NOW, "attempts": 1, "score": 1}
    Enrolment.objects.everyone().get_or_create(course=course, version=version, staff=staff, defaults=passed)


def make_entry(campaign: Campaign, customer: Customer, manager: Staff | None = None, **values: Any) -> ListEntry:
    values.setdefault("arm", ListEntry.Arm.TREATED)
    values.setdefault("stratum", "5|OU01")
    values.setdefault("probability", Decimal("0.8"))
    if manager is not None:
        _learned(campaign, manager)
    return ListEntry.objects.create(campaign=campaign, customer=customer, manager=manager, **values)
