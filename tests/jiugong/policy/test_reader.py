"""A wrong policy file is refused with its line, its key, what was found and what would be right."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugong.errors import PolicyError
from jiugong.policy import DEFAULT_POLICY, load_policy
from jiugong.policy.rules import CATEGORIES, STATUSES
from jiugong.warehouse import TABLES

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")


@pytest.fixture
def refusal(tmp_path: Path):
    """`refusal(old, new)` changes the default policy's text and gives the error and the changed line's number."""

    def load(old: str, new: str) -> tuple[PolicyError, int]:
        assert DEFAULT.count(old) == 1, old
        path = tmp_path / "policy.toml"
        path.write_text(DEFAULT.replace(old, new), encoding="utf-8")
        with pytest.raises(PolicyError) as caught:
            load_policy(path)
        return caught.value, DEFAULT[: DEFAULT.index(old)].count("\n") + 1

    return load


def test_the_default_policy_is_the_seeds_grid() -> None:
    policy = load_policy()
    assert policy.grid.asset_bands == (Decimal(50_000), Decimal(500_000))
    assert policy.grid.income_bands == (Decimal(70_000), Decimal(300_000))
    assert policy.label == "default@2026-01"
    assert policy.roles["customer_manager"].scope == "own"
    assert type(policy.value.discount_rate) is Decimal
    assert policy.value.discount_rate == Decimal("0.05")


def test_the_rules_know_the_words_of_the_tables() -> None:
    assert TABLES["balances"].column("category").choices == CATEGORIES
    assert TABLES["customers"].column("status").choices == STATUSES


WRONG = {
    "a denial that every text holds": (
        'denials = ["非", ',
        'denials = ["", ',
        "wording.denials",
        "wording.denials: found an empty word; every sentence holds it: leave it out",
    ),
    "a day that holds less than a file": (
        "rows_per_day = 100 ",
        "rows_per_day = 20 ",
        "exports.rows_per_day",
        "exports.rows_per_day: found 20; give at least rows_without_approval: a day holds one file",
    ),
    "red before yellow": (
        "days_far_behind = 3 ",
        "days_far_behind = 0.5 ",
        "supervision.days_far_behind",
        "supervision.days_far_behind: found 0.5; give at least days_behind: red is behind yellow",
    ),
    "the unit above before the head": (
        "sub_branch_after_days = 3 ",
        "sub_branch_after_days = 0 ",
        "supervision.sub_branch_after_days",
        "supervision.sub_branch_after_days: found 0; give at least head_after_days: the head is told first",
    ),
    "a range the wrong way round": (
        "reached = [0.30, 0.86]",
        "reached = [0.86, 0.30]",
        "forecast.reached",
        "forecast.reached: found [0.86, 0.30]; give two numbers, [low, high], the lower first",
    ),
    "a range of one number": (
        "visited = [0.38, 0.66]",
        "visited = [0.5]",
        "forecast.visited",
        "forecast.visited: found [0.5]; give two numbers, [low, high], the lower first",
    ),
    "a rate that is certain": (
        "eligible = [0.50, 0.85]",
        "eligible = [0.50, 1]",
        "forecast.eligible",
        "forecast.eligible: found 1; give a share between 0 and 1",
    ),
    "an amount of nothing": (
        "amount = [30000, 140000]",
        "amount = [0, 140000]",
        "forecast.amount",
        "forecast.amount: found 0; give a number above 0",
    ),
    "a level without number": (
        "9 = 2.5",
        "gold = 2.5",
        "forecast.amount_of_level.gold",
        'forecast.amount_of_level.gold: unknown "gold"; give a level\'s number',
    ),
    "unknown key": (
        'asset_measure = "month_average"',
        'asset_mesure = "month_average"',
        "grid.asset_mesure",
        "grid.asset_mesure: unknown key; did you mean 'asset_measure'?",
    ),
    "unknown table": ("[visits]", "[visit]", "visit", "visit: unknown key; did you mean 'visits'?"),
    "missing": (
        "slot_minutes = 30\n",
        "",
        "visits.slot_minutes",
        "visits.slot_minutes: missing; copy it from the default policy (default.toml)",
    ),
    "text for a number": (
        "horizon_years = 5",
        'horizon_years = "5"',
        "value.horizon_years",
        'value.horizon_years: found "5"; give a whole number',
    ),
    "yes for a number": (
        "lease_minutes = 20",
        "lease_minutes = true",
        "calling.lease_minutes",
        "calling.lease_minutes: found true; give a whole number",
    ),
    "number for yes": (
        "on_public_holidays = false",
        "on_public_holidays = 0",
        "calling.on_public_holidays",
        "calling.on_public_holidays: found 0; give true or false",
    ),
    "not a number": (
        "discount_rate = 0.05",
        "discount_rate = nan",
        "value.discount_rate",
        "value.discount_rate: found NaN; give a number",
    ),
    "bands descending": (
        "asset_bands = [50000, 500000]",
        "asset_bands = [500000, 50000]",
        "grid.asset_bands",
        "grid.asset_bands: found [500000, 50000]; give amounts above 0, each higher than the one before",
    ),
    "bands alike": (
        "income_bands = [70000, 300000]",
        "income_bands = [70000, 70000]",
        "grid.income_bands",
        "grid.income_bands: found [70000, 70000]; give amounts above 0, each higher than the one before",
    ),
    "a name too few": (
        'asset_names = ["普通", "交银", "沃德"]',
        'asset_names = ["普通", "交银"]',
        "grid.asset_names",
        "grid.asset_names: found 2 names for 3 bands; 2 limits make 3 bands: name each",
    ),
    "unknown measure": (
        'asset_measure = "month_average"',
        'asset_measure = "month_avrage"',
        "grid.asset_measure",
        "grid.asset_measure: unknown \"month_avrage\"; did you mean 'month_average'?",
    ),
    "unknown category": (
        "bond = 0.002",
        "bond = 0.002\nbonds = 0.002",
        "value.margin.bonds",
        "value.margin.bonds: unknown \"bonds\"; did you mean 'bond'?",
    ),
    "a margin missing": (
        "bond = 0.002\n",
        "",
        "value.margin",
        f"value.margin: no margin of bond; give one for each of {', '.join(CATEGORIES)}",
    ),
    "a margin in per cent": (
        "demand = 0.018",
        "demand = 1.8",
        "value.margin.demand",
        "value.margin.demand: found 1.8; give a rate a year as a share, such as 0.05 for 5 %",
    ),
    "a share above one": (
        "complaints_pause_share = 0.005",
        "complaints_pause_share = 5",
        "outcomes.complaints_pause_share",
        "outcomes.complaints_pause_share: found 5; give a share between 0 and 1",
    ),
    "retention above one": (
        "yearly_retention = [0.80, 0.90, 0.95]",
        "yearly_retention = [0.80, 0.90, 95]",
        "value.yearly_retention",
        "value.yearly_retention: found 95; give a share from 0 to 1",
    ),
    "retention for two bands": (
        "yearly_retention = [0.80, 0.90, 0.95]",
        "yearly_retention = [0.80, 0.90]",
        "value.yearly_retention",
        "value.yearly_retention: found 2 shares; give one for each of the 3 asset bands",
    ),
    "hours backwards": (
        'hours = [["09:00", "12:00"], ["14:00", "20:00"]]',
        'hours = [["12:00", "09:00"]]',
        "calling.hours",
        "calling.hours: found 12:00-09:00; give spans without time zone that end after they begin, one after the other",
    ),
    "hours overlapping": (
        'hours = [["09:00", "12:00"], ["14:00", "17:00"]]',
        'hours = [["09:00", "12:00"], ["11:00", "17:00"]]',
        "visits.hours",
        "visits.hours: found 09:00-12:00, 11:00-17:00; give spans without time zone that end after they begin, one after the other",
    ),
    "hours no times": (
        'hours = [["09:00", "12:00"], ["14:00", "20:00"]]',
        'hours = [["9 Uhr", "12:00"]]',
        "calling.hours",
        "calling.hours: found ['9 Uhr', '12:00']; give pairs of times, such as [\"09:00\", \"12:00\"]",
    ),
    "a channel without a cap": (
        "wecom = 3\n",
        "",
        "contact.channel_per_30_days",
        "contact.channel_per_30_days: no cap of wecom; give one for each of call, sms, wecom, visit",
    ),
    "an unknown channel": (
        "wecom = 3\n",
        "wecomm = 3\n",
        "contact.channel_per_30_days.wecomm",
        "contact.channel_per_30_days.wecomm: unknown \"wecomm\"; did you mean 'wecom'?",
    ),
    "an unknown subject": (
        '"complaint", "security"]',
        '"complaints", "security"]',
        "contact.service_after_refusal",
        "contact.service_after_refusal: unknown \"complaints\"; did you mean 'complaint'?",
    ),
    "young seniors": (
        "senior_age = 60 ",
        "senior_age = 40 ",
        "contact.senior_age",
        "contact.senior_age: found 40; give an age from 50 to 120, or 0 for no rule",
    ),
    "calls at night": (
        'hours = [["09:00", "21:00"]]',
        'hours = [["10:00", "19:00"]]',
        "contact.hours",
        "contact.hours: calling.hours lie outside; give spans that hold those of calling.hours",
    ),
    "unknown form": (
        'form = "careful" ',
        'form = "carefull" ',
        "assessment.form",
        "assessment.form: unknown \"carefull\"; did you mean 'careful'?",
    ),
    "unknown scope": (
        'name = "质检"\nscope = "unit"',
        'name = "质检"\nscope = "units"',
        "roles.quality_checker.scope",
        "roles.quality_checker.scope: unknown \"units\"; did you mean 'unit'?",
    ),
    "unknown permission": (
        'permissions = ["staff.manage", "telephony.manage"]',
        'permissions = ["staff.mange", "telephony.manage"]',
        "roles.administrator.permissions",
        "roles.administrator.permissions: unknown \"staff.mange\"; did you mean 'staff.manage'?",
    ),
    "no currency": ('currency = "CNY"', 'currency = "元"', "currency", 'currency: found "元"; give three capitals (ISO 4217), such as CNY'),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, refusal) -> None:
    old, new, key, sentence = WRONG[case]
    error, line = refusal(old, new)
    where = [place for place, text in enumerate(old.split("\n")) if new.split("\n")[place : place + 1] != [text]]
    if case == "missing":
        line = DEFAULT[: DEFAULT.index("[visits]")].count("\n") + 1
    elif case == "a margin missing":
        line = DEFAULT[: DEFAULT.index("[value.margin]")].count("\n") + 1
    elif case == "a channel without a cap":
        line = DEFAULT[: DEFAULT.index("[contact.channel_per_30_days]")].count("\n") + 1
    elif case == "unknown category":
        line += 1
    else:
        line += where[0]
    assert str(error) == f"policy.toml:{line}: {sentence}"
    assert (error.file, error.line, error.key) == ("policy.toml", line, key)


def test_no_toml_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("name = 'x'\n[grid\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"^policy.toml:2: is not TOML: ") as caught:
        load_policy(path)
    assert caught.value.line == 2
    with pytest.raises(PolicyError, match="no such file; check the path, or leave it out for the default policy"):
        load_policy(tmp_path / "absent.toml")


lines = [number for number, line in enumerate(DEFAULT.split("\n")) if "=" in line and not line.startswith("#")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.sampled_from(lines), name=st.text("abcxyz_", min_size=1, max_size=8))
def test_any_renamed_key_is_refused_on_its_line_or_as_missing(number: int, name: str, tmp_path: Path) -> None:
    """Never a traceback, never silence: the error stands on the changed line, or names the key that is gone."""
    changed = DEFAULT.split("\n")
    key, rest = changed[number].split("=", 1)
    if key.strip() == name:
        return
    changed[number] = f"{name} ={rest}"
    path = tmp_path / "policy.toml"
    path.write_text("\n".join(changed), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert caught.value.line == number + 1 or key.strip() in str(caught.value) or "is not TOML" in str(caught.value)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.sampled_from(lines),
    value=st.sampled_from(
        ["-1", "1e9", "0", '""', '"x"', "[]", "[-1]", '[""]', "{}", "true", "2026-01-01", "09:00:00", "inf"]
    ),
)
def test_any_other_value_loads_or_is_refused_in_words(number: int, value: str, tmp_path: Path) -> None:
    changed = DEFAULT.split("\n")
    key = changed[number].split("=", 1)[0]
    changed[number] = f"{key}= {value}"
    path = tmp_path / "policy.toml"
    path.write_text("\n".join(changed), encoding="utf-8")
    with suppress(PolicyError):
        load_policy(path)
