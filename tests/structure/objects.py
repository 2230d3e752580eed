"""One object of every kind in North and one in South, and who may know of them.

For scoped kinds `visible_to` says so; a kind without a scope (staff, scripts) is guarded by the permission alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jiugong_desk.appointments.models import Appointment, Room
from jiugong_desk.approvals.services import ask
from jiugong_desk.audiences.services import keep
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.gate import PLAN
from jiugong_desk.campaigns.models import Amendment, Attachment, ListEntry, PlanVersion
from jiugong_desk.campaigns.plan import payload
from jiugong_desk.campaigns.services import amend
from jiugong_desk.consent.models import Complaint
from jiugong_desk.core.digests import digest as digest_of
from jiugong_desk.core.scope import ScopedManager
from jiugong_desk.customers import policies, standings
from jiugong_desk.customers.models import Customer
from jiugong_desk.documents.models import Document, Template
from jiugong_desk.duty.services import record
from jiugong_desk.evaluation.models import Report
from jiugong_desk.exports.services import ask as ask_export
from jiugong_desk.grid.bridge import Frozen
from jiugong_desk.grid.models import WatchList
from jiugong_desk.grid.services import draft, freeze
from jiugong_desk.imports.models import Batch
from jiugong_desk.jobs.models import Job
from jiugong_desk.organisation.bridge import written
from jiugong_desk.organisation.models import Staff, Unit
from jiugong_desk.quality.models import Check, Draw, Flag
from jiugong_desk.supervision.models import Alert, Caller
from jiugong_desk.supervision.services import remind
from jiugong_desk.tasks.models import Task
from jiugong_desk.telephony.models import Extension, Pbx
from jiugong_desk.telephony.services import attach as attach_pbx
from jiugong_desk.telephony.services import give_extension
from jiugong_desk.training.ready import deposit_by_telephone
from jiugong_desk.training.services import attach, open_course
from tests.support import notices, standing
from tests.support.cast import NOW, Cast, make_campaign, make_customer, make_entry, make_script, make_staff
from tests.support.extracts import workbook
from tests.support.products import make_offer, make_product, make_upload
from tests.support.visits import make_visit
from tests.support.worked import call

CANARY_NAME, CANARY_MOBILE, CANARY_ID = "鸢尾兰芷", "14099990000", "990000198805010009"
CANARIES = (CANARY_NAME, CANARY_MOBILE, CANARY_ID)


@dataclass(frozen=True)
class World:
    """kind -> side (north, south) -> object"""

    north: dict[str, Any]
    south: dict[str, Any]


def make_world(cast: Cast) -> World:
    world = World(north=_side(cast, cast.north, cast.wang), south=_side(cast, cast.south, cast.li))
    for day in (date(2025, 11, 30), date(2025, 12, 31)):
        grid = policies.grid()
        standings.remember(day, grid=grid, at=NOW)
        Customer.objects.everyone().update(snapshot_on=day)
        standings.record(day, policy_version=policies.policy_shown().label, grid=grid, at=NOW, wrote=True)
    return world


def _side(cast: Cast, unit: Unit, manager: Staff) -> dict[str, Any]:
    customer = make_customer(unit, manager, name=CANARY_NAME, mobile=CANARY_MOBILE, id_number=CANARY_ID)
    script = make_script(state="draft")
    campaign = make_campaign(cast, participants=(manager,), title=f"活动{unit.code}")
    entry = make_entry(campaign, customer, manager)
    watched = _watch_list(cast, customer)
    ready = deposit_by_telephone()
    pbx, extension = _telephone(cast, manager)
    course = open_course(
        f"campaign:{campaign.ref}", title=ready.title, sections=ready.sections, quiz=ready.quiz, staff=[manager],
        unit=unit, by=cast.planner, at=NOW,
    )  # fmt: skip
    return {
        "staff": manager,
        "caller": Caller.objects.everyone().get(pk=manager.pk),
        "alert": _alert(manager, campaign, unit),
        "reminder": remind(manager, about="talk", by=cast.management, at=NOW),
        "customer": customer,
        "complaint": Complaint.objects.create(customer=customer, at=NOW, by=manager),
        "script": script,
        "campaign": campaign,
        "amendment": _amendment(cast, manager, f"变更活动{unit.code}"),
        "audience": keep(
            unit=unit,
            name=f"客群{unit.code}",
            note="",
            raw=[{"field": "level", "op": "known"}],
            by=cast.planner,
            at=NOW,
        ),
        "holdout": standing.holdout(unit, by=cast.management),
        "attachment": Attachment.objects.create(
            campaign=campaign,
            kind="annex",
            name="附件.pdf",
            content=b"%PDF-",
            digest="0",
            size=5,
            by=cast.planner,
            at=NOW,
        ),
        "approval": ask(
            PLAN,
            campaign.ref,
            title=campaign.title,
            unit=unit,
            digest=digest_of(payload(campaign)),
            makers=[cast.planner.person_key],
            by=cast.planner,
            at=NOW,
        ),
        "document": _document(cast, campaign, unit),
        "document_template": _template(cast, unit),
        "room": Room.objects.create(unit=unit, name="洽谈室"),
        "task": Task.objects.create(
            customer=customer,
            text="寄送资料",
            due_on=NOW.date(),
            created_at=NOW,
            created_by=manager,
        ),
        "product": make_product(),
        "product_upload": make_upload(cast.steward),
        "offer": make_offer(cast.planner),
        "absence": record(
            manager,
            first_day=date(2026, 1, 12),
            last_day=date(2026, 1, 13),
            kind="annual",
            cover=None,
            by=make_staff(f"7{unit.code}", "高头", "outlet_head", unit),
            at=NOW,
        ),
        "course": course,
        "pbx": pbx,
        "extension": extension,
        "material": attach(course, name="说明.pdf", content=b"%PDF-1.7 " + unit.code.encode(), by=cast.planner, at=NOW),
        "entry": entry,
        "call": call(entry, "no_answer", NOW - timedelta(minutes=5), seconds=0, disclosed=False),
        "check": _check(entry, manager, unit),
        "flag": Flag.objects.create(
            key=f"overlap:{unit.code}",
            kind="overlap",
            staff=manager,
            unit=unit,
            day=NOW.date(),
            facts={"calls": 2},
            found_at=NOW,
        ),
        "appointment": _appointment(customer, entry, unit, manager),
        "report": _report(cast, campaign),
        "watch_list": watched,
        "export": ask_export(
            "watch", {"list": watched.ref}, clear=["mobile"], purpose="contact", reason="回访前核对", by=manager, at=NOW
        ),
        "policy_version": draft(
            version=f"2026-{unit.code}",
            effective_from=date(2027, 1, 1),
            text=written(),
            note="试",
            by=cast.planner,
            at=NOW,
        ),
        "batch": _batch(cast, unit),
        "job": Job.objects.create(
            verb="jobs.forget", key=f"{unit.code}", by=manager, asked_at=NOW, not_before=NOW, arguments={"ref": "thing"}
        ),
    }


def _telephone(cast: Cast, manager: Staff) -> tuple[Pbx, Extension]:
    pbx, _secret = attach_pbx(name=f"交换机{manager.staff_no}", by=cast.admin, at=NOW)
    return pbx, give_extension(pbx, number="8001", staff=manager, by=cast.admin, at=NOW)


def _check(entry: ListEntry, manager: Staff, unit: Unit) -> Check:
    """A result that waits for the caller's word, of a call whose note names nobody."""
    day = NOW - timedelta(days=1)
    call = Call.objects.create(
        submission=f"checked-{unit.code}", body_digest="", entry=entry, by=manager, at=day, outcome="not_interested",
        talk_seconds=60, purpose_disclosed=True, note="客户近期没有闲置资金",
    )  # fmt: skip
    lot, _made = Draw.objects.get_or_create(
        day=day.date(), defaults={"seed": "s", "policy": "default", "calls": 2, "drawn_at": NOW}
    )
    return Check.objects.create(
        draw=lot, call=call, kind="form", caller=manager, unit=unit, state="checked", form_version="2026-01",
        marks={"identity": "pass"}, result="pass", checked_by=manager, checked_at=NOW,
    )  # fmt: skip


def _alert(manager: Staff, campaign: Any, unit: Unit) -> Alert:
    """As the look at everybody's pace opens it, come to the head already."""
    found, _new = Alert.objects.everyone().get_or_create(
        staff=manager, campaign=campaign, state="open",
        defaults={
            "unit": unit, "reason": "slow", "light": "yellow", "rung": 2, "began": 1, "to_unit": unit,
            "opened_on": NOW.date(), "opened_at": NOW,
        },
    )  # fmt: skip
    return found


def _amendment(cast: Cast, manager: Staff, title: str) -> Amendment:
    """Being written, of a campaign of its own: another one could not be begun on that."""
    campaign = make_campaign(cast, participants=(manager,), title=title)
    PlanVersion.objects.create(
        campaign=campaign, number=1, plan=payload(campaign), digest="0" * 64, by=cast.planner, at=NOW
    )
    return amend(campaign, reason="春节假期顺延，期限随之延长。", ends_on=date(2026, 2, 10), by=cast.planner, at=NOW)


def _appointment(customer: Any, entry: ListEntry, unit: Unit, manager: Staff) -> Appointment:
    return make_visit(
        customer=customer, entry=entry, unit=unit, manager=manager, starts_at=NOW + timedelta(hours=4), booked_at=NOW,
        booked_by=manager,
    )  # fmt: skip


def _document(cast: Cast, campaign: Any, unit: Unit) -> Document:
    """Filed as the service files it; its files are not set anew for every reader."""
    return notices.filed(notices.notice(cast, addressees=(unit,)), about=campaign.ref, by=cast.management)


def _template(cast: Cast, unit: Unit) -> Template:
    last = Template.objects.count()
    return Template.objects.create(
        version=last + 1, note=unit.name, docx=b"template", digest="0" * 64, trial=b"trial", outline=[["公文标题", "示例"]],
        uploaded_by=cast.department, uploaded_at=NOW,
    )  # fmt: skip


def _watch_list(cast: Cast, customer: Any) -> WatchList:
    found = Frozen(
        f"near-{customer.pk}",
        "临界",
        "近于门槛",
        date(2025, 12, 31),
        "default@2026-01",
        rows=[(customer.customer_no, {})],
    )
    return freeze([found], by=cast.steward, at=NOW)[0]


def _batch(cast: Cast, unit: Unit) -> Batch:
    """A file of the marked customer that waits for review, read by the worker's own work."""
    from datetime import UTC

    from jiugong_desk.imports import services
    from jiugong_desk.imports.services.uploading import Upload
    from jiugong_desk.jobs.worker import Worker

    row = {
        "客户号": f"CANARY{unit.code}",
        "姓名": CANARY_NAME,
        "证件号码": CANARY_ID,
        "手机号": CANARY_MOBILE,
        "所属网点": unit.code,
    }
    said = Upload("客户.xlsx", "customers", "日报", NOW.date())
    batch, _new = services.upload([workbook([row])], said=said, by=cast.steward, at=NOW)
    Batch.objects.everyone().filter(pk=batch.pk).update(unit=unit)
    late = datetime(2100, 1, 1, tzinfo=UTC)
    Worker(now=lambda: NOW, machine=lambda: late, name="scene", pulse=False).run(until_idle=True)
    return Batch.objects.everyone().get(pk=batch.pk)


def _report(cast: Cast, campaign: Any) -> Report:
    """An issued bulletin, with figures as the room makes them."""
    from jiugong_desk.evaluation import services

    report = services.make_report(campaign, kind="bulletin", period_end=NOW.date(), by=cast.department, at=NOW)
    services.issue(report, by=cast.management, at=NOW)
    return report


def visible(staff: Staff, thing: Any) -> bool:
    """Whether somebody may know that it exists."""
    model = type(thing)
    if not isinstance(model._default_manager, ScopedManager):
        return True
    return bool(model.objects.visible_to(staff).filter(pk=thing.pk).exists())
