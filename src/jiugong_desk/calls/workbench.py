"""What stands beside the call: the script with names put in, five facts, the last contacts, free slots, the pad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..appointments.queries import held_by, slots_by_day
from ..appointments.slots import free_slots, slots_of_cover
from ..campaigns.models import ListEntry
from ..consent.queries import budget_of, last_complaint
from ..core.clock import bank_date
from ..core.once import once_a_page
from ..customers.extension import Panel, TimelineItem
from ..customers.models import Customer, Loan
from ..customers.policies import grid
from ..customers.rules import position
from ..customers.suitability import facts_of
from ..organisation.calendar import next_working_days
from ..organisation.models import Staff, Unit
from ..products import queries as products
from ..products.models import Product
from ..products.rules import age_on
from ..scripts.queries import names_for
from ..scripts.stepper import Stepper, stepper
from . import queue
from .bridge import calling, dispositions
from .models import Call
from .outcomes import GROUPS, INTERESTED, OUTCOMES, REFUSED, STICKING, Outcome, label_of
from .rules import effect_text
from .services.recording import ended_like
from .why import Known, why

LAST_CONTACTS = 3


@dataclass(frozen=True)
class Choice:
    """One button of the disposition pad."""

    outcome: Outcome
    effect: str | Promise

    @property
    def sticks(self) -> bool:
        return self.outcome.code in STICKING


@dataclass(frozen=True)
class Chip:
    """A quick choice of a callback time."""

    label: str | Promise
    at: datetime


def pad(entry: ListEntry) -> list[tuple[str | Promise, list[Choice]]]:
    """The outcomes in groups, each with what saving it will do."""
    before = ended_like(entry)
    policy: dict[str, Any] = {"attempts": entry.attempts, "calling": calling(), "dispositions": dispositions()}
    return [
        (
            label,
            [
                Choice(outcome, effect_text(outcome, alike=before[outcome.code], **policy))
                for outcome in OUTCOMES.values()
                if outcome.group == group
            ],
        )
        for group, label in GROUPS.items()
    ]


def chips(now: datetime) -> list[Chip]:
    """Times that lie inside the calling hours: in half an hour, this afternoon, tomorrow morning, in a week."""
    today, local = bank_date(now), timezone.localtime(now).replace(second=0, microsecond=0)
    spans = calling().hours
    in_half_an_hour = local + timedelta(minutes=30)
    found = []
    if any(start <= in_half_an_hour.time() < end for start, end in spans) and in_half_an_hour.date() == today:
        found.append(Chip(_("30 分钟后"), in_half_an_hour))
    afternoon = local.replace(hour=spans[-1][0].hour, minute=spans[-1][0].minute) + timedelta(hours=1)
    if len(spans) > 1 and afternoon > local:
        found.append(Chip(_("今天下午"), afternoon))
    coming = next_working_days(today, 5)
    morning = datetime.combine(coming[0], spans[0][0]) + timedelta(minutes=30)
    label = _("明天上午") if coming[0] == today + timedelta(days=1) else _("下个工作日上午")
    found.append(Chip(label, timezone.make_aware(morning)))
    later = datetime.combine(coming[-1], spans[0][0]) + timedelta(minutes=30)
    found.append(Chip(_("五个工作日后"), timezone.make_aware(later)))
    return found


def names_of(entry: ListEntry, staff: Staff) -> dict[str, str]:
    """What the script's places stand for."""
    return {**names_for(staff), "title": title_of(entry.customer)}


def title_of(customer: Customer) -> str:
    """How to address him: the recorded 称呼; else the surname, both ways, since nobody's gender is guessed."""
    if customer.salutation:
        return customer.salutation
    return f"{customer.name[:1]}先生/女士" if customer.name else ""


def script_stepper(entry: ListEntry, staff: Staff, typed: Mapping[str, str], skipped: frozenset[str]) -> Stepper:
    """The script step by step, with what the customer said before (2 queries)."""
    if entry.campaign.script is None:
        return Stepper()
    before = {answer.question: answer.value for answer in entry.customer.answers.order_by("at", "pk")}
    return stepper(entry.campaign.script.read, names_of(entry, staff), typed, before, skipped)


def facts(customer: Customer, day: date, *, loan: Loan | None) -> list[tuple[str | Promise, str | Promise]]:
    """Five facts; bands instead of figures (the call is heard by the whole office)."""
    assets = position(customer, grid()).asset_band
    risk = products.most_risk(facts_of(customer), on=day, channel=products.PHONE)
    age = None if customer.birth_date is None else day.year - customer.birth_date.year
    card, wages = _yes_no(customer.card_holder), _yes_no(customer.payroll)
    decade = f"{age // 10 * 10}–{age // 10 * 10 + 9}" if age is not None else _("未知")
    return [
        (_("资产"), assets.span if assets else _("未知")),
        (_("贷款"), _loan_word(loan) if loan else _("无")),
        (_("信用卡、代发"), format_lazy("{card} · {wages}", card=card, wages=wages)),
        (_("电话可推介"), format_lazy(_("风险 {risk} 及以下"), risk=risk) if risk else _("不含风险产品")),
        (_("职业、年龄段"), format_lazy("{work} · {age}", work=customer.occupation or _("未知"), age=decade)),
    ]


def loan_of(customer: Customer) -> Loan | None:
    return customer.loans.order_by("-drawn_on").first()


def _loan_word(loan: Loan) -> str | Promise:
    return dict(Loan.Kind.choices).get(loan.kind, loan.kind)


def _yes_no(value: bool | None) -> str | Promise:
    return _("未知") if value is None else _("有") if value else _("没有")


@once_a_page
def _calls_of(customer: Customer, staff: Staff) -> Sequence[Call]:
    """The customer's calls that this person may see, the newest first."""
    return tuple(Call.objects.visible_to(staff).filter(entry__customer=customer).select_related("by"))


def last_calls(customer: Customer, staff: Staff) -> list[tuple[Call, str | Promise]]:
    return [(call, label_of(call.outcome)) for call in _calls_of(customer, staff)[:LAST_CONTACTS]]


def known_of(entry: ListEntry, staff: Staff, now: datetime, *, loan: Loan | None) -> Known:
    """What the three sentences are made from (two queries, and the calls)."""
    customer, today = entry.customer, bank_date(now)
    assets = position(customer, grid()).asset_band
    coming = customer.maturities.filter(matures_on__gte=today).first()
    newest: dict[bool, tuple[date, str | Promise]] = {}
    for call in _calls_of(customer, staff):
        if call.outcome in INTERESTED | REFUSED:
            newest.setdefault(call.outcome in INTERESTED, (bank_date(call.at), label_of(call.outcome)))
    return Known(
        today=today, ends_on=entry.campaign.ends_on, attempt=entry.attempts + 1,
        assets=assets.name if assets else "", loan=_loan_word(loan) if loan else "",
        has_potential=customer.quadrant in (Customer.Quadrant.HIGH_HIGH, Customer.Quadrant.LOW_HIGH),
        matures_on=coming.matures_on if coming else None,
        matures=dict(Product.Category.choices).get(coming.category, "") if coming else "",
        promised_at=entry.due_at if entry.state == ListEntry.State.CALLBACK else None,
        interested=newest.get(True), refused=newest.get(False),
        complained_on=last_complaint(customer), tested_until=customer.risk_test_expires_on,
        is_elderly=is_elderly(customer.birth_date, today),
    )  # fmt: skip


def is_elderly(born: date | None, today: date) -> bool:
    return born is not None and age_on(born, today) >= calling().elderly_age


def slots_for(entry: ListEntry, staff: Staff, now: datetime) -> list[datetime]:
    """When the customer can be invited to: the caller's slots; in somebody's place, her slots once she is back."""
    absent = queue.stood_in_for(entry, staff)
    if absent is None:
        return free_slots(staff, now=now, customer=entry.customer, by=staff)
    return slots_of_cover(absent, staff, now=now, customer=entry.customer)


def outlet_for(entry: ListEntry, staff: Staff) -> Unit | None:
    """Where the visitor is expected; None where that depends on the day, since two receive him at different outlets."""
    absent = queue.stood_in_for(entry, staff)
    return staff.home if absent is None or absent.home == staff.home else None


def page_context(
    entry: ListEntry, staff: Staff, now: datetime, typed: Mapping[str, str], skipped: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Everything of the workbench but the queue's counts; `typed` and `skipped` are of a report that was refused."""
    loan = loan_of(entry.customer)
    return {
        "entry": entry,
        "campaign": entry.campaign,
        "customer": entry.customer,
        "title": title_of(entry.customer),
        "stepper": script_stepper(entry, staff, typed, frozenset(skipped)),
        "facts": facts(entry.customer, bank_date(now), loan=loan),
        "budget": budget_of(entry.customer, now),
        "why": why(known_of(entry, staff, now, loan=loan)),
        "calls": last_calls(entry.customer, staff),
        "days": slots_by_day(slots_for(entry, staff, now)),
        "outlet": outlet_for(entry, staff),
        "held": held_by(staff, entry.customer, now=now),
        "pad": pad(entry),
        "chips": chips(now),
        "attempt": entry.attempts + 1,
        "attempts": calling().attempts_per_campaign,
    }


def timeline(customer: Customer, staff: Staff) -> list[TimelineItem]:
    """The customer's calls that the viewer may see."""
    calls: QuerySet[Call] = Call.objects.visible_to(staff).filter(entry__customer=customer)
    return [
        TimelineItem(
            at=call.at,
            kind="call",
            title=label_of(call.outcome),
            detail=" · ".join(filter(None, (call.by.name, call.entry.campaign.title, call.note))),
            address=reverse("campaign", args=[call.entry.campaign.ref]),
        )
        for call in calls.select_related("by", "entry__campaign")
    ]


def call_panel(customer: Customer, staff: Staff, now: datetime) -> Panel | None:
    """The customer's open entry of this manager, or of whom he stands in for, to call him from his page."""
    if not staff.may("call.work"):
        return None
    reach = queue.reach_on_page(staff)
    if reach.turn.away:
        return None
    rows = queue.workable(staff, now, reach=reach).filter(customer=customer).exclude(manager=None)
    entry = rows.select_related("campaign", "manager").first()
    context = {"entry": entry, "absent": queue.stood_in_for(entry, staff) if entry else None}
    return Panel("calls/_panel.html", context, order=20) if entry else None
