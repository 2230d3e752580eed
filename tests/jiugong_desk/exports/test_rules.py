"""How many customers go out without an approval, what a request must say, when its file may be fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy import Exports
from jiugong_desk.exports import rules

LIMITS = Exports(
    rows_without_approval=49, rows_per_day=100, most_rows=10_000, decide_days=5, download_days=7, downloads=2
)
TODAY = date(2026, 1, 7)


@given(
    asked=st.lists(st.integers(0, 120), max_size=30),
    file=st.integers(0, 60),
    more=st.integers(0, 60),
)
def test_whatever_is_asked_for_a_day_never_gives_more_than_the_day_and_a_file_never_more_than_a_file(asked, file, more):
    limits = replace(LIMITS, rows_without_approval=file, rows_per_day=file + more)
    taken = 0
    for rows in asked:
        verdict = rules.may_take(rows, taken=taken, limits=limits)
        fits = rows <= file and taken + rows <= file + more
        assert verdict.allowed is fits
        assert verdict.allowed or rules.needs_approval(verdict)
        taken += rows if verdict else 0
    assert taken <= file + more


def test_the_limit_itself_still_goes():
    assert rules.may_take(49, taken=51, limits=LIMITS).allowed
    assert rules.may_take(50, taken=0, limits=LIMITS).codes == ("over_file",)
    assert rules.may_take(49, taken=52, limits=LIMITS).codes == ("over_day",)
    assert str(rules.may_take(50, taken=0, limits=LIMITS)) == "名单有 50 户，未经审批一次最多导出 49 户。"


def ask(**values):
    given = {
        "rows": 60, "clear": (), "may_reveal": False, "purpose": "contact", "purposes": ("contact",), "reason": "回访核对",
        "limits": LIMITS,
    } | values  # fmt: skip
    return rules.may_ask(given.pop("rows"), **given).codes


def test_a_request_says_everything_that_is_missing_at_once():
    assert ask() == ()
    wrong = ask(rows=10_001, clear=("name",), purpose="", reason=" 看 ")
    assert wrong == ("export_too_large", "may_not_reveal", "no_purpose", "export_reason")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"rows": 0}, "export_empty"),
        ({"reason": "核" * 301}, "long_reason"),
        ({"reason": "核对 14012345678 的号码"}, "number_in_reason"),
        ({"purpose": "mischief"}, "no_purpose"),
    ],
)
def test_one_thing_wrong_is_one_reason(values, code):
    assert ask(**values) == (code,)


def test_unmasked_columns_are_for_posts_that_may_reveal():
    assert ask(clear=("mobile",), may_reveal=True) == ()


STANDING = rules.Standing(mine=True, until=TODAY, downloads=1, most=2)


@pytest.mark.parametrize(
    ("values", "today", "code"),
    [
        ({}, TODAY, None),
        ({"mine": False}, TODAY, "export_not_yours"),
        ({"until": None}, TODAY, "export_not_approved"),
        ({}, TODAY + timedelta(days=1), "export_expired"),
        ({"downloads": 2}, TODAY, "export_used_up"),
    ],
)
def test_a_file_is_fetched_by_who_asked_in_time_and_so_often(values, today, code):
    verdict = rules.may_download(replace(STANDING, **values), today=today)
    assert verdict.codes == ((code,) if code else ())
