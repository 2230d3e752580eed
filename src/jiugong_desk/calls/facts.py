"""What the calling rule wants to know about one entry of a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ..campaigns.models import Campaign, ListEntry
from ..campaigns.suiting import nothing_suits
from ..consent import rules
from ..consent.queries import contact_facts
from ..consent.rules import ContactFacts, may_call
from ..core.clock import bank_date
from ..core.verdict import Verdict
from ..holdout.queries import left_alone
from ..organisation.calendar import is_working_day
from .bridge import calling, contacting
from .queue import running


def facts_of(entry: ListEntry, now: datetime) -> ContactFacts:
    """Read anew from the database at each question: a refusal of a minute ago counts."""
    return facts_of_each([entry], now)[entry.pk]


def facts_of_each(entries: Sequence[ListEntry], now: datetime) -> dict[int, ContactFacts]:
    """By entry; as many queries for many entries as for one."""
    customers = [entry.customer_id for entry in entries]
    known, left = contact_facts(customers), left_alone(customers, on=bank_date(now))
    listed: dict[Campaign, list[int]] = defaultdict(list)
    for entry in entries:
        listed[entry.campaign].append(entry.customer_id)
    unsuited = nothing_suits(listed, on=bank_date(now))
    return {
        entry.pk: replace(
            _with_campaign(known[entry.customer_id], entry, now, standing=entry.customer_id in left),
            offers_suit=(entry.campaign_id, entry.customer_id) not in unsuited,
        )
        for entry in entries
    }


def _with_campaign(facts: ContactFacts, entry: ListEntry, now: datetime, *, standing: bool) -> ContactFacts:
    """The customer's facts, with those that this entry adds. `standing`: whether no campaign at all may call him."""
    return replace(
        facts,
        held_out=standing or entry.arm != ListEntry.Arm.TREATED,
        in_running_campaign=running(entry.campaign, bank_date(now)),
        attempts=entry.attempts,
        last_attempt_at=entry.last_attempt_at,
        callback_at=entry.due_at if entry.state == ListEntry.State.CALLBACK else None,
    )


def may_call_entry(facts: ContactFacts, now: datetime, *, working: bool | None = None) -> Verdict:
    """`working`: whether today is a working day, where the caller has asked the calendar already."""
    if working is None:
        working = is_working_day(bank_date(now))
    return may_call(facts, now=now, is_working_day=working, calling=calling(), contact=contacting())


def lasting(facts: ContactFacts, verdict: Verdict) -> tuple[str, ...]:
    """The codes of those reasons of `may_call_entry` that no waiting lifts: they close the entry."""
    return (*rules.eligibility(facts).codes, *(code for code in verdict.codes if code == "attempts_used"))


def ask_again_at(facts: ContactFacts, now: datetime) -> datetime:
    """Before this moment there is no use in asking the rule about whom it has just kept back."""
    return rules.ask_again_at(facts, now=now, calling=calling(), contact=contacting())
