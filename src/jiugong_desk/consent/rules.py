"""May we contact this customer, now? One rule for the list, the queue, the call page, messages and the demo.

Everything fails closed: a fact that nobody knows (None) counts against the contact. The codes are stable: screens,
audit facts and the statistics of who was left out are made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from ..core.clock import bank_date, midnight
from ..core.verdict import Reason, Verdict
from ..products.rules import age_on
from .bridge import Calling, Contacting
from .caps import MONTH, WEEK, Budget, Cap, Reached, Room, budget, caps_on, shown, used_up
from .channels import Channel, Kind
from .reasons import SENTENCES, WHO, reason

__all__ = [
    "MONTH", "SENTENCES", "WEEK", "WHO", "Budget", "Cap", "ContactFacts", "Reached", "Room", "ask_again_at", "budget", "eligibility",
    "may_call", "may_contact", "reason", "senior_hours", "within_hours",
]  # fmt: skip

DIALLED = (Channel.CALL, Channel.SMS)  # need a mobile number
SERVED = ("active", "frozen", "employee")  # whom the bank still owes service


@dataclass(frozen=True)
class ContactFacts:
    """What is known of one customer. None: not known. Fields from `held_out` to `callback_at` are about one campaign.

    `consent` is about marketing over `channel`. `contacts` are the marketing contacts of any channel, over any
    campaign, that reached the customer: as many of the newest as the caps need.
    """

    status: str
    consent: bool | None
    do_not_call: bool | None
    complaint_open: bool | None
    loan_decision_pending: bool | None
    has_mobile: bool | None
    born: date | None = None
    held_out: bool | None = False
    in_running_campaign: bool | None = False
    offers_suit: bool | None = None
    attempts: int | None = 0
    last_attempt_at: datetime | None = None
    callback_at: datetime | None = None
    contacts: tuple[Reached, ...] | None = ()
    channel: str = Channel.CALL


def eligibility(facts: ContactFacts) -> Verdict:
    """The lasting reasons: what keeps somebody off a list altogether, whatever the hour."""
    against = (
        ("do_not_call", facts.do_not_call is not False),
        ("not_active", facts.status != "active"),
        ("no_consent", facts.channel == Channel.CALL and facts.consent is not True),
        ("no_consent_channel", facts.channel != Channel.CALL and facts.consent is not True),
        ("complaint_open", facts.complaint_open is not False),
        ("loan_decision_pending", facts.loan_decision_pending is True),
        ("loan_decision_unknown", facts.loan_decision_pending is None),
        ("no_mobile", facts.channel in DIALLED and facts.has_mobile is not True),
    )
    return Verdict(tuple(_about(code, facts.channel) for code, holds in against if holds))


def _about(code: str, channel: str) -> Reason:
    return reason(code, channel=Channel(channel).label) if code == "no_consent_channel" else reason(code)


def within_hours(moment: datetime, *, is_working_day: bool, calling: Calling) -> Verdict:
    """Whether the bank calls at this moment at all; also for the time of a promised callback.

    `is_working_day` is about the moment's date in the bank's zone. The hours are half-open: at 12:00:00 it is over.
    """
    reasons = []
    if not (is_working_day is True or calling.on_public_holidays):
        reasons.append(reason("not_working_day"))
    if not _inside(moment, calling.hours):
        reasons.append(reason("outside_hours", hours=_spans(calling.hours)))
    return Verdict(tuple(reasons))


def may_call(
    facts: ContactFacts, *, now: datetime, is_working_day: bool, calling: Calling, contact: Contacting
) -> Verdict:
    """Every reason against calling this customer for marketing at this moment, the lasting ones first.

    A promised callback that has come due lifts the spacing, the caps and the hours of the older ones, once; nothing
    else: it is the customer's own wish.
    """
    assert facts.channel == Channel.CALL, "the consent is about another channel"
    reasons = list(eligibility(facts).reasons)
    if facts.held_out is not False:
        reasons.append(reason("held_out"))
    if facts.in_running_campaign is not True:
        reasons.append(reason("campaign_not_running"))
    if facts.offers_suit is not True:
        reasons.append(reason("nothing_suits"))
    reasons += within_hours(now, is_working_day=is_working_day, calling=calling).reasons
    if facts.attempts is None or facts.attempts >= calling.attempts_per_campaign:
        told = "?" if facts.attempts is None else facts.attempts
        reasons.append(reason("attempts_used", attempts=told, limit=calling.attempts_per_campaign))
    if not _promise_is_due(facts, now):
        reasons += [*_senior(facts, now, calling, contact), *_spacing(facts, now, calling)]
        reasons += _caps(facts, now, calling, contact)
    return Verdict(tuple(reasons))


def may_contact(
    facts: ContactFacts, *, kind: str, subject: str = "", now: datetime, calling: Calling, contact: Contacting
) -> Verdict:
    """Every reason against a contact over `facts.channel`. What is not service is marketing.

    A marketing call belongs to a campaign and is asked of `may_call`.
    """
    if kind == Kind.SERVICE:
        reasons = _service(facts, subject, contact)
    else:
        assert facts.channel != Channel.CALL, "a marketing call is asked of may_call"
        reasons = [*eligibility(facts).reasons, *_caps(facts, now, calling, contact)]
    if not _inside(now, contact.hours):
        reasons.append(reason("outside_contact_hours", hours=_spans(contact.hours)))
    return Verdict(tuple(reasons))


def _service(facts: ContactFacts, subject: str, contact: Contacting) -> list[Reason]:
    """What the law stops: somebody who is no customer any more, a refusal where nothing is owed, a missing number."""
    against = (
        ("do_not_call", facts.do_not_call is not False and subject not in contact.service_after_refusal),
        ("not_active", facts.status not in SERVED),
        ("no_mobile", facts.channel in DIALLED and facts.has_mobile is not True),
    )
    return [reason(code) for code, holds in against if holds]


def senior_hours(calling: Calling, contact: Contacting) -> tuple[tuple[time, time], ...]:
    """The calling hours for whom is old: without the first and the last minutes of the day's."""
    if not contact.senior_age:
        return calling.hours
    first = _moved(calling.hours[0][0], contact.senior_minutes)
    last = _moved(calling.hours[-1][1], -contact.senior_minutes)
    clipped = ((max(start, first), min(end, last)) for start, end in calling.hours)
    return tuple((start, end) for start, end in clipped if start < end)


def ask_again_at(facts: ContactFacts, *, now: datetime, calling: Calling, contact: Contacting) -> datetime:
    """Of somebody who was just refused: before this moment the same answer is to be expected.

    Tomorrow at the latest, since wishes, tests, offers and even recorded contacts may change until then.
    """
    tomorrow = midnight(bank_date(now) + timedelta(days=1))
    moments = [now, *_next_hour(facts, now, calling, contact)]
    if facts.last_attempt_at is not None:
        moments.append(facts.last_attempt_at + timedelta(hours=calling.hours_between_attempts))
    for cap in caps_on(facts.channel, calling, contact):
        moments.append(cap.again(facts.contacts or (), now) or tomorrow)
    soonest = max(moments)
    return min(soonest, tomorrow) if soonest > now else tomorrow


def _next_hour(facts: ContactFacts, now: datetime, calling: Calling, contact: Contacting) -> list[datetime]:
    """When the hours of the older begin next on this day, where they keep him back now; none where they do not."""
    if not _senior(facts, now, calling, contact):
        return []
    clock, today = timezone.localtime(now).time(), bank_date(now)
    later = [start for start, _end in senior_hours(calling, contact) if start > clock]
    return [timezone.make_aware(datetime.combine(today, later[0])) if later else midnight(today + timedelta(days=1))]


def _moved(clock: time, minutes: int) -> time:
    """Later or earlier on the same day, never beyond it."""
    total = min(max(clock.hour * 60 + clock.minute + minutes, 0), 24 * 60 - 1)
    return time(total // 60, total % 60)


def _senior(facts: ContactFacts, now: datetime, calling: Calling, contact: Contacting) -> list[Reason]:
    """Whom one lets sleep longer. Outside the calling hours as such, that is reason enough."""
    if facts.born is None:
        old = contact.senior_when_unknown
    else:
        old = age_on(facts.born, bank_date(now)) >= contact.senior_age
    hours = senior_hours(calling, contact)
    if not old or _inside(now, hours) or not _inside(now, calling.hours):
        return []
    return [reason("senior_hours", age=contact.senior_age, hours=_spans(hours) or "—")]


def _promise_is_due(facts: ContactFacts, now: datetime) -> bool:
    """The promised time has come, and nobody has tried since."""
    promised, tried = facts.callback_at, facts.last_attempt_at
    return promised is not None and promised <= now and (tried is None or tried <= promised)


def _spacing(facts: ContactFacts, now: datetime, calling: Calling) -> list[Reason]:
    """Too soon after the last attempt. A time in the future counts as now."""
    pause = timedelta(hours=calling.hours_between_attempts)
    if facts.last_attempt_at is None or now - facts.last_attempt_at >= pause:
        return []
    return [reason("too_soon", hours=calling.hours_between_attempts, again=shown(facts.last_attempt_at + pause))]


def _caps(facts: ContactFacts, now: datetime, calling: Calling, contact: Contacting) -> list[Reason]:
    if facts.contacts is None:
        return [reason("contacts_unknown")]
    return used_up(facts.channel, facts.contacts, now=now, calling=calling, contact=contact)


def _inside(moment: datetime, hours: tuple[tuple[time, time], ...]) -> bool:
    clock = timezone.localtime(moment).time()
    return any(start <= clock < end for start, end in hours)


def _spans(hours: tuple[tuple[time, time], ...]) -> str:
    return "、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in hours)
