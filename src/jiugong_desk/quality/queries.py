"""The work list, what a check shows of its call, what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise

from ..calls.models import Call, Correction
from ..calls.outcomes import GROUPS, label_of
from ..calls.phone import phone_behind
from ..consent.queries import contact_facts
from ..consent.rules import eligibility
from ..core.errors import Refused
from ..core.verdict import Verdict
from ..customers.services import said_in
from ..organisation.models import Staff
from ..telephony.rules import PhoneCall
from . import form, rules
from .models import Check, Flag

SHOWN = 100
State, Kind = Check.State, Check.Kind
RELATED = ("call__entry__campaign", "call__entry__customer", "caller", "unit", "draw")


def to_check(staff: Staff) -> QuerySet[Check]:
    """Forms that wait for a checker, objections first."""
    if not staff.may("quality.check"):
        return Check.objects.visible_to(staff).none()
    mine = Check.objects.visible_to(staff).filter(kind=Kind.FORM, state__in=(State.WAITING, State.OBJECTED))
    first = Case(When(state=State.OBJECTED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return mine.select_related(*RELATED).order_by(first, "draw__day", "pk")


def to_call_back(staff: Staff) -> QuerySet[Check]:
    """Customers whom somebody is to ask as a second person."""
    if not staff.may("quality.call_back"):
        return Check.objects.visible_to(staff).none()
    waiting = Check.objects.visible_to(staff).filter(kind=Kind.CALL_BACK, state=State.WAITING)
    return waiting.select_related(*RELATED).order_by("draw__day", "pk")


def open_flags(staff: Staff) -> QuerySet[Flag]:
    rows = Flag.objects.visible_to(staff).filter(state=Flag.State.OPEN)
    return rows.select_related("staff", "unit", "campaign").order_by("day", "pk")[:SHOWN]


def results(staff: Staff) -> list[Check]:
    """The newest results that somebody may see."""
    rows = Check.objects.visible_to(staff).exclude(state=State.WAITING).select_related(*RELATED)
    return list(rows.order_by("-checked_at", "-pk")[:SHOWN])


def looked_at(staff: Staff) -> list[Flag]:
    rows = Flag.objects.visible_to(staff).filter(state=Flag.State.LOOKED).select_related("staff", "looked_by")
    return list(rows.order_by("-looked_at")[:SHOWN])


def to_acknowledge(staff: Staff) -> list[Check]:
    """Results about himself that a caller has not answered to."""
    rows = Check.objects.visible_to(staff).filter(caller=staff, kind=Kind.FORM, state=State.CHECKED)
    return list(rows.select_related(*RELATED).order_by("checked_at"))


def count_for(staff: Staff, now: datetime) -> int:
    """What waits for this person in the room (one query)."""
    wanted = Q(pk__in=[])
    if staff.may("quality.check"):
        wanted |= Q(kind=Kind.FORM, state__in=(State.WAITING, State.OBJECTED))
    if staff.may("quality.call_back"):
        wanted |= Q(kind=Kind.CALL_BACK, state=State.WAITING)
    if wanted == Q(pk__in=[]):
        return 0
    return int(Check.objects.visible_to(staff).filter(wanted).aggregate(waiting=Count("pk"))["waiting"])


@dataclass(frozen=True)
class Seen:
    """What a check shows of its call: as it was recorded, the customer masked."""

    outcome: str | Promise
    answers: list[tuple[str, str]]
    skipped: list[str]
    phone: PhoneCall | None
    corrections: list[Any]  # of the call, by the caller, with their reasons
    items: list[tuple[form.Item, str, str | Promise, str]]  # item, mark, its words, its colour


def seen(check: Check) -> Seen:
    """Eight queries at most."""
    call = check.call
    script = call.entry.campaign.script
    titles = {step.key: step.title for step in script.read.steps} if script else {}
    return Seen(
        label_of(call.outcome),
        said_in(call.entry.customer, source_ref=call.ref),
        [titles.get(key, key) for key in call.skipped],
        phone_behind(call),
        list(Correction.objects.filter(call=call)),
        [
            (item, check.marks.get(item.key, ""), form.MARKS.get(check.marks.get(item.key, ""), ""), form.COLOURS.get(check.marks.get(item.key, ""), ""))
            for item in form.items_of(check.form_version)
        ],
    )  # fmt: skip


def may_be_asked(check: Check) -> Verdict:
    """Whether the customer may be called at all: whoever refused since then is left alone, by a second person too."""
    customer = check.call.entry.customer_id
    return eligibility(contact_facts([customer])[customer])


def hold_may_be_asked(check: Check) -> None:
    verdict = may_be_asked(check)
    if not verdict:
        raise Refused(Verdict((rules.NOT_ALLOWED, *verdict.reasons)))


def sentence(flag: Flag) -> str:
    """The pattern in words, with its figures."""
    facts: dict[str, Any] = dict(flag.facts)
    if flag.kind == "mix":
        group = facts["outcome"]
        facts |= {
            "outcome": GROUPS.get(group, group), "share": f"{facts['share']:.0%}", "peers": f"{facts['peers']:.0%}"
        }  # fmt: skip
    return str(rules.SENTENCES[flag.kind]).format(**facts)


def calls_named(flag: Flag) -> list[Any]:
    """The calls that a pattern is made of, where it names them."""
    refs = flag.facts.get("refs", [])
    calls = Call.objects.everyone().filter(ref__in=refs).select_related("entry__campaign", "entry__customer")
    return [(call, label_of(call.outcome)) for call in calls.order_by("at")]
