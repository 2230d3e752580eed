"""What a policy's values must keep to, beyond their types. The first broken rule is told with its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..nearest import suggest
from .document import read_document
from .values import Dispositions, Exports, Forecasting, Hours, Policy, Supervision, Wording

# The library's tables know just these (`warehouse.contracts`, a room above this one; a test compares).
CATEGORIES = ("demand", "time", "large_cd", "wealth", "fund", "insurance", "bond", "other")
STATUSES = ("active", "deceased", "frozen", "employee", "closed")
CHANNELS = ("call", "sms", "wecom", "visit")
SUBJECTS = (
    "maturity",
    "request",
    "complaint",
    "security",
)  # of service contacts; the desk's choices, which a test compares
SOURCES = ("payroll", "stated", "estimated", "document")
MEASURES = ("month_average", "quarter_average", "year_average", "point_in_time")
STRATA = ("level", "unit")
# How calls end (the desk's codes; a test compares): those after which nobody is called again, and those that are tried again.
TRIED_AGAIN = ("no_answer", "busy", "declined", "switched_off", "suspended", "voice_assistant", "hung_up")
DISPOSITIONS = (
    *TRIED_AGAIN, "empty_number", "wrong_person", "invited", "interested_card", "interested_deposit",
    "interested_wealth", "interested_other", "self_service", "referred", "call_back", "not_interested", "refused",
    "refused_forever", "complaint",
)  # fmt: skip
FORMS = ("careful", "as-written")
DRAWN_TOGETHER = ("household", "manager", "outlet")
FIXED_STEPS = ("identity", "purposes", "refusal_free", "opt_out")
DIALLING = ("desk", "tel", "pbx")
SCOPES = ("own", "unit", "all", "none")
# Rates of the forecast's funnel.
RATES = (
    "eligible", "reached", "valid", "interested", "invited", "visited", "converted", "complaints", "do_not_call",
)  # fmt: skip

# Lists of words that are looked for as they stand: an empty one would be everywhere.
WORDS = ("forbidden", "denials", "between", "harmless")
TIE_WORDS = ("deposits", "loans", "gains", "follows", "apart", "onward", "harmless")
# Words, …, and groups of words: what `wording.linking` and `wording.promises` are written in.
_PATTERN = re.compile(r"(?:[^()|]|\([^()|]+(?:\|[^()|]+)*\))+")


@dataclass(frozen=True)
class Broken:
    """A broken rule: the key, what was found there, what would be right."""

    keys: tuple[str, ...]
    found: str
    right: str


def broken_rule(policy: Policy) -> Broken | None:
    """The first rule that the policy breaks, or None."""
    return next(_broken(policy), None)


def _broken(policy: Policy) -> Iterator[Broken]:
    yield from _numbers(policy)
    yield from _grid(policy)
    yield from _value(policy)
    yield from _income(policy)
    yield from _forecast(policy.forecast)
    yield from _dispositions(policy.dispositions)
    yield from _exports(policy.exports)
    yield from _supervision(policy.supervision)
    yield from _hours(policy.calling.hours, ("calling", "hours"))
    yield from _contact(policy)
    yield from _hours(policy.visits.hours, ("visits", "hours"))
    yield from _words(policy)
    yield from _roles(policy)


_Range = tuple[Callable[[Any], bool], str]
_SHARE: _Range = (lambda x: 0 <= x <= 1, "give a share from 0 to 1")
_PROPER_SHARE: _Range = (lambda x: 0 < x < 1, "give a share between 0 and 1")
_NOT_NEGATIVE: _Range = (lambda x: x >= 0, "give 0 or more")
_ABOVE_0: _Range = (lambda x: x > 0, "give a number above 0")
_SPREAD: _Range = (lambda x: Decimal("0.05") <= x <= 1, "give 0.05 to 1")
_POSITIVE: _Range = (lambda x: x >= 1, "give 1 or more")
_RATE: _Range = (lambda x: -1 < x < 1, "give a rate a year as a share, such as 0.05 for 5 %")

_RANGES: dict[tuple[str, str], _Range] = {
    ("grid", "months_below_before_down"): _POSITIVE,
    ("value", "discount_rate"): _RATE,
    ("value", "horizon_years"): (lambda x: 1 <= x <= 50, "give 1 to 50 years"),
    ("value", "yearly_retention"): _SHARE,
    ("value", "moves_prior"): _POSITIVE,
    ("value", "saving_share_of_income"): _SHARE,
    ("value", "current_value_high"): _NOT_NEGATIVE,
    ("value", "potential_value_high"): _NOT_NEGATIVE,
    ("value", "margin"): _RATE,
    ("income", "confidence"): _SHARE,
    ("income", "payroll_least_months"): (lambda x: 1 <= x <= 12, "give 1 to 12 months"),
    ("watch", "near_share"): _PROPER_SHARE,
    ("watch", "due_days"): (lambda x: 1 <= x <= 366, "give 1 to 366 days"),
    ("watch", "dormant_days"): (lambda x: 30 <= x <= 3660, "give 30 to 3,660 days"),
    ("watch", "dormant_most"): _NOT_NEGATIVE,
    ("watch", "payroll_months"): (lambda x: 1 <= x <= 12, "give 1 to 12 months"),
    ("watch", "payroll_missing_months"): (lambda x: 1 <= x <= 12, "give 1 to 12 months"),
    ("watch", "new_days"): (lambda x: 1 <= x <= 3660, "give 1 to 3,660 days"),
    ("watch", "inflow_least"): _POSITIVE,
    ("calling", "attempts_per_campaign"): _POSITIVE,
    ("calling", "hours_between_attempts"): _NOT_NEGATIVE,
    ("calling", "reached_calls_per_7_days"): _POSITIVE,
    ("calling", "lease_minutes"): (lambda x: 1 <= x <= 480, "give 1 to 480 minutes"),
    ("calling", "open_claims_per_manager"): _POSITIVE,
    ("calling", "valid_talk_seconds"): _NOT_NEGATIVE,
    ("calling", "elderly_age"): (lambda x: 50 <= x <= 120, "give an age from 50 to 120"),
    ("calling", "undo_seconds"): (lambda x: 0 <= x <= 60, "give 0 to 60 seconds"),
    ("calling", "correction_days"): (lambda x: 0 <= x <= 31, "give 0 to 31 working days"),
    ("dispositions", "retry_hours"): (lambda x: 1 <= x <= 31 * 24, "give 1 to 744 hours"),
    ("dispositions", "most"): _POSITIVE,
    ("contact", "marketing_per_7_days"): _NOT_NEGATIVE,
    ("contact", "marketing_per_30_days"): _NOT_NEGATIVE,
    ("contact", "channel_per_30_days"): _NOT_NEGATIVE,
    ("contact", "senior_age"): (lambda x: x == 0 or 50 <= x <= 120, "give an age from 50 to 120, or 0 for no rule"),
    ("contact", "senior_minutes"): (lambda x: 0 <= x <= 240, "give 0 to 240 minutes"),
    ("visits", "slot_minutes"): (lambda x: 5 <= x <= 240, "give 5 to 240 minutes"),
    ("visits", "days_ahead"): (lambda x: 1 <= x <= 60, "give 1 to 60 working days"),
    ("visits", "hold_minutes"): (lambda x: 1 <= x <= 60, "give 1 to 60 minutes"),
    ("visits", "grace_minutes"): (lambda x: 0 <= x <= 240, "give 0 to 240 minutes"),
    ("duty", "hours_per_day"): (lambda x: 0 < x <= 24, "give hours above 0, up to 24"),
    ("duty", "people_covered_at_once"): _POSITIVE,
    ("duty", "late_days"): (lambda x: 0 <= x <= 366, "give 0 to 366 days"),
    ("supervision", "silence_minutes"): (lambda x: 1 <= x <= 480, "give 1 to 480 minutes"),
    ("supervision", "line_faults"): _POSITIVE,
    ("supervision", "days_behind"): (lambda x: 0 < x <= 31, "give days above 0, up to 31"),
    ("supervision", "days_far_behind"): (lambda x: 0 < x <= 62, "give days above 0, up to 62"),
    ("supervision", "head_after_days"): (lambda x: 0 <= x <= 31, "give 0 to 31 working days"),
    ("supervision", "sub_branch_after_days"): (lambda x: 0 <= x <= 62, "give 0 to 62 working days"),
    ("supervision", "quiet_days"): (lambda x: 0 <= x <= 31, "give 0 to 31 working days"),
    ("training", "pass_mark"): (lambda x: 0 < x <= 1, "give a share above 0, up to 1"),
    ("training", "attempts_per_day"): _POSITIVE,
    ("training", "material_megabytes"): (lambda x: 1 <= x <= 50, "give 1 to 50 megabytes"),
    ("holdout", "minimum_share"): (lambda x: 0 <= x < Decimal("0.9"), "give a share from 0 to below 0.9"),
    ("holdout", "standing_share"): (lambda x: 0 <= x < Decimal("0.5"), "give a share from 0 to below 0.5"),
    ("holdout", "standing_months"): (lambda x: 1 <= x <= 60, "give 1 to 60 months"),
    ("holdout", "confidence"): (lambda x: Decimal("0.5") <= x < 1, "give a share from 0.5 to below 1"),
    ("holdout", "power"): (lambda x: Decimal("0.5") <= x < 1, "give a share from 0.5 to below 1"),
    ("holdout", "take_up_alike"): _SHARE,
    ("outcomes", "complaints_pause_share"): _PROPER_SHARE,
    ("outcomes", "complaints_pause_minimum"): _POSITIVE,
    ("outcomes", "window_days"): (lambda x: 1 <= x <= 730, "give 1 to 730 days"),
    ("outcomes", "leading_ahead"): _SHARE,
    ("outcomes", "support_behind"): _SHARE,
    ("outcomes", "small_group"): _NOT_NEGATIVE,
    ("forecast", "confidence"): (lambda x: Decimal("0.5") <= x < 1, "give a share from 0.5 to below 1"),
    **{("forecast", key): _PROPER_SHARE for key in RATES},
    ("forecast", "answer_again"): (lambda x: 0 < x <= 1, "give a share above 0, to 1"),
    ("forecast", "repeat_calls"): _ABOVE_0,
    ("forecast", "amount"): _ABOVE_0,
    ("forecast", "amount_spread"): (lambda x: 0 <= x <= 10, "give 0 to 10"),
    ("forecast", "amount_of_level"): _ABOVE_0,
    ("forecast", "brought"): _ABOVE_0,
    ("forecast", "between_campaigns"): _SPREAD,
    ("forecast", "between_amounts"): _SPREAD,
    ("forecast", "alike"): (lambda x: 0 <= x < 1, "give a correlation from 0 to below 1"),
    ("forecast", "call_minutes"): _NOT_NEGATIVE,
    ("forecast", "talk_minutes"): _NOT_NEGATIVE,
    ("forecast", "visit_minutes"): _NOT_NEGATIVE,
    ("forecast", "hourly_cost"): _NOT_NEGATIVE,
    ("exports", "rows_without_approval"): _NOT_NEGATIVE,
    ("exports", "rows_per_day"): _NOT_NEGATIVE,
    ("exports", "most_rows"): (lambda x: 1 <= x <= 20_000, "give 1 to 20,000 rows"),
    ("exports", "decide_days"): (lambda x: 1 <= x <= 31, "give 1 to 31 days"),
    ("exports", "download_days"): (lambda x: 1 <= x <= 31, "give 1 to 31 days"),
    ("exports", "downloads"): (lambda x: 1 <= x <= 10, "give 1 to 10 times"),
    ("telephony", "window_seconds"): (lambda x: 30 <= x <= 3600, "give 30 to 3,600 seconds"),
    ("telephony", "overlap_hours"): (lambda x: 0 <= x <= 168, "give 0 to 168 hours"),
    ("telephony", "events_per_minute"): _POSITIVE,
    ("quality", "share"): _SHARE,
    ("quality", "per_week"): _NOT_NEGATIVE,
    ("quality", "call_backs_per_week"): _NOT_NEGATIVE,
    ("quality", "handling_seconds"): (lambda x: 0 <= x <= 300, "give 0 to 300 seconds"),
    ("quality", "lacking_seconds"): _POSITIVE,
    ("quality", "short_seconds"): _NOT_NEGATIVE,
    ("quality", "short_calls"): _POSITIVE,
    ("quality", "mix_rate"): (lambda x: 0 < x <= Decimal("0.5"), "give a chance above 0, up to 0.5"),
    ("quality", "mix_least"): _SHARE,
    ("quality", "mix_calls"): (lambda x: x >= 10, "give 10 or more"),
    ("quality", "mix_peers"): (lambda x: x >= 2, "give 2 or more"),
    ("quality", "mix_prior"): _NOT_NEGATIVE,
    ("suitability", "elderly_phone_most_risk"): (lambda x: 0 <= x <= 5, "give a risk from 1 to 5, or 0 for none"),
    ("suitability", "large_cd_least"): _NOT_NEGATIVE,
}


def _numbers(policy: Policy) -> Iterator[Broken]:
    for (table, key), (fits, right) in _RANGES.items():
        value = getattr(getattr(policy, table), key)
        named = value.items() if isinstance(value, dict) else [("", item) for item in value] if isinstance(value, tuple) else [("", value)]  # fmt: skip
        for name, number in named:
            if not fits(number):
                yield Broken((table, key, name) if name else (table, key), f"found {number}", right)


def _grid(policy: Policy) -> Iterator[Broken]:
    grid = policy.grid
    for key, bands in (("asset_bands", grid.asset_bands), ("income_bands", grid.income_bands)):
        if not bands or not _ascending(bands) or bands[0] <= 0:
            yield Broken(
                ("grid", key), f"found {_listed(bands)}", "give amounts above 0, each higher than the one before"
            )
    if len(grid.asset_names) != len(grid.asset_bands) + 1:
        count = len(grid.asset_bands)
        yield Broken(
            ("grid", "asset_names"),
            f"found {len(grid.asset_names)} names for {count + 1} bands",
            f"{count} limits make {count + 1} bands: name each",
        )
    yield from _known(("grid", "asset_measure"), [grid.asset_measure], MEASURES)
    yield from _known(("grid", "excluded_status"), grid.excluded_status, STATUSES)


def _value(policy: Policy) -> Iterator[Broken]:
    value, bands = policy.value, len(policy.grid.asset_bands) + 1
    yield from _known(("value", "deposit_categories"), value.deposit_categories, CATEGORIES)
    for name in value.margin:
        yield from _known(("value", "margin", name), [name], CATEGORIES)
    if absent := [name for name in CATEGORIES if name not in value.margin]:
        yield Broken(("value", "margin"), f"no margin of {absent[0]}", f"give one for each of {', '.join(CATEGORIES)}")
    if len(value.yearly_retention) != bands:
        yield Broken(
            ("value", "yearly_retention"),
            f"found {len(value.yearly_retention)} shares",
            f"give one for each of the {bands} asset bands",
        )


def _income(policy: Policy) -> Iterator[Broken]:
    income = policy.income
    yield from _known(("income", "order"), income.order, SOURCES)
    for name in income.confidence:
        yield from _known(("income", "confidence", name), [name], SOURCES)
    for key, given in (("order", list(income.order)), ("confidence", list(income.confidence))):
        if sorted(given) != sorted(SOURCES):
            yield Broken(
                ("income", key), f"found {', '.join(given) or 'none'}", f"name each once: {', '.join(SOURCES)}"
            )
    if not income.payroll_kinds or not all(kind.strip() for kind in income.payroll_kinds):
        yield Broken(
            ("income", "payroll_kinds"), "found none, or an empty one", "give the kinds of transactions that pay wages"
        )


def _forecast(forecast: Forecasting) -> Iterator[Broken]:
    for key in (*RATES, "repeat_calls", "amount", "brought"):
        ends: tuple[Decimal, ...] = getattr(forecast, key)
        if len(ends) != 2 or not _ascending(ends):
            yield Broken(("forecast", key), f"found {_listed(ends)}", "give two numbers, [low, high], the lower first")
    for level in forecast.amount_of_level:
        if not (level.isascii() and level.isdigit()):
            yield Broken(("forecast", "amount_of_level", level), f'unknown "{level}"', "give a level's number")


def _dispositions(given: Dispositions) -> Iterator[Broken]:
    """What is tried again is fixed by the meaning of the outcome; a bank says when and how often."""
    for table, names in (("retry_hours", given.retry_hours), ("most", given.most)):
        for name in names:
            yield from _known(("dispositions", table, name), [name], TRIED_AGAIN)
    if absent := [name for name in TRIED_AGAIN if name not in given.retry_hours]:
        yield Broken(
            ("dispositions", "retry_hours"),
            f"no hours for {absent[0]}",
            f"give some for each of {', '.join(TRIED_AGAIN)}",
        )
    for name, label in given.labels.items():
        yield from _known(("dispositions", "labels", name), [name], DISPOSITIONS)
        if not label.strip():
            yield Broken(("dispositions", "labels", name), "found no text", "give the words, or leave the line out")


def _exports(exports: Exports) -> Iterator[Broken]:
    if exports.rows_per_day < exports.rows_without_approval:
        found = f"found {exports.rows_per_day}"
        yield Broken(("exports", "rows_per_day"), found, "give at least rows_without_approval: a day holds one file")


def _supervision(given: Supervision) -> Iterator[Broken]:
    if given.days_far_behind < given.days_behind:
        found = f"found {given.days_far_behind}"
        yield Broken(("supervision", "days_far_behind"), found, "give at least days_behind: red is behind yellow")
    if given.sub_branch_after_days < given.head_after_days:
        found = f"found {given.sub_branch_after_days}"
        yield Broken(
            ("supervision", "sub_branch_after_days"), found, "give at least head_after_days: the head is told first"
        )


def _hours(hours: Hours, keys: tuple[str, ...]) -> Iterator[Broken]:
    shown = ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in hours) or "none"
    edges = [edge for span in hours for edge in span]
    plain = bool(hours) and not any(edge.tzinfo for edge in edges)
    if not plain or edges != sorted(edges) or any(first == last for first, last in hours):
        yield Broken(
            keys, f"found {shown}", "give spans without time zone that end after they begin, one after the other"
        )


def _contact(policy: Policy) -> Iterator[Broken]:
    contact = policy.contact
    yield from _hours(contact.hours, ("contact", "hours"))
    caps = contact.channel_per_30_days
    for name in caps:
        yield from _known(("contact", "channel_per_30_days", name), [name], CHANNELS)
    if absent := [name for name in CHANNELS if name not in caps]:
        right = f"give one for each of {', '.join(CHANNELS)}"
        yield Broken(("contact", "channel_per_30_days"), f"no cap of {absent[0]}", right)
    yield from _known(("contact", "service_after_refusal"), contact.service_after_refusal, SUBJECTS)
    inside = (
        any(start <= first and last <= end for start, end in contact.hours) for first, last in policy.calling.hours
    )
    if not all(inside):
        yield Broken(("contact", "hours"), "calling.hours lie outside", "give spans that hold those of calling.hours")


def _words(policy: Policy) -> Iterator[Broken]:
    for key in ("name", "version"):
        if not getattr(policy, key).strip():
            yield Broken((key,), "found an empty text", "results are labelled with it: give one")
    if not (len(policy.currency) == 3 and policy.currency.isascii() and policy.currency.isupper()):
        yield Broken(("currency",), f'found "{policy.currency}"', "give three capitals (ISO 4217), such as CNY")
    yield from _known(("holdout", "strata"), policy.holdout.strata, STRATA)
    for name in policy.holdout.take_up_alike:
        yield from _known(("holdout", "take_up_alike", name), [name], DRAWN_TOGETHER)
    yield from _known(("telephony", "mode"), [policy.telephony.mode], DIALLING)
    yield from _known(("assessment", "form"), [policy.assessment.form], FORMS)
    yield from _wording(policy.wording)


def _wording(wording: Wording) -> Iterator[Broken]:
    for key in ("linking", "promises"):
        for pattern in getattr(wording, key):
            if not _PATTERN.fullmatch(pattern):
                right = "write words, … for anything within a sentence, (a|b) for one of both"
                yield Broken(("wording", key), f'found "{pattern}"', right)
    for part, at, keys in ((wording, (), WORDS), (wording.ties, ("ties",), TIE_WORDS)):
        for key in keys:
            if not all(word.strip() for word in getattr(part, key)):
                yield Broken(("wording", *at, key), "found an empty word", "every sentence holds it: leave it out")
    yield from _known(("wording", "required"), list(wording.required), FIXED_STEPS)
    for step in FIXED_STEPS:
        groups = wording.required.get(step, ())
        if not groups or not all(group and all(words.strip() for words in group) for group in groups):
            right = 'give lists of wordings such as [["录音"], ["本行", "{bank}"]]'
            yield Broken(("wording", "required", step), "missing or empty", right)


def _roles(policy: Policy) -> Iterator[Broken]:
    if not policy.roles:
        yield Broken(("roles",), "found no role", "copy the roles of the default policy")
    for key, role in policy.roles.items():
        yield from _known(("roles", key, "scope"), [role.scope], SCOPES)
        yield from _known(("roles", key, "permissions"), sorted(role.permissions), known_permissions())
        if not role.name.strip():
            yield Broken(("roles", key, "name"), "found an empty text", "give the name that screens show")


@cache
def known_permissions() -> tuple[str, ...]:
    """Every permission there is: the default policy grants each to somebody."""
    roles = read_document(Path(__file__).parent / "default.toml").data["roles"].values()
    return tuple(sorted({permission for role in roles for permission in role["permissions"]}))


def _known(keys: tuple[str, ...], found: Sequence[str], known: Sequence[str]) -> Iterator[Broken]:
    for name in found:
        if name not in known:
            yield Broken(keys, f'unknown "{name}"', suggest(name, known))


def _ascending(numbers: Sequence[Decimal]) -> bool:
    return all(low < high for low, high in pairwise(numbers))


def _listed(numbers: Sequence[Decimal]) -> str:
    return "[" + ", ".join(map(str, numbers)) + "]"
