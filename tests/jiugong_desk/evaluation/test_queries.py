"""Counting: each step with its denominator, by outlet, manager and day; the clever sums agree with a plain recount."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import OUTCOMES, REACHED
from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.evaluation import queries, rows
from jiugong_desk.evaluation.rows import Span
from tests.support.cast import make_campaign
from tests.support.worked import at, call, list_of, visit

JANUARY = {"start": date(2026, 1, 1), "end": date(2026, 1, 30)}


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.li), left_out={"no_consent": 3, "no_mobile": 2})


def by_key(steps):
    return {step.key: (step.count, step.of) for step in steps}


def test_a_campaign_without_calls_counts_to_zero_with_its_denominators(cast, campaign):
    list_of(campaign, cast.north, cast.wang, 4)
    list_of(campaign, cast.north, cast.wang, 1, arm="held_out")
    found = by_key(queries.funnel(campaign, **JANUARY))
    assert found["audience"] == (10, None)
    assert found["eligible"] == (5, 10)
    assert found["treated"] == (4, 5)
    assert found["attempted"] == (0, 4)
    assert found["reached"] == (0, 0)


def test_the_funnel_counts_customers_once_and_only_what_happened_in_the_days_given(cast, campaign):
    one, two, three, _ = list_of(campaign, cast.north, cast.wang, 4)
    call(one, "no_answer", at(5))
    call(one, "invited", at(6))
    call(two, "interested_card", at(6), seconds=29)
    call(three, "refused", at(7), disclosed=False)
    call(three, "no_answer", at(12))
    visit(one, at(8), "finished", product="time", amount=50_000)
    visit(two, at(9), "missed")
    visit(three, at(9), "cancelled")
    found = by_key(queries.funnel(campaign, start=date(2026, 1, 1), end=date(2026, 1, 10)))
    assert found["attempted"] == (3, 4)
    assert found["reached"] == (3, 3)
    assert found["valid"] == (1, 3)  # 29 seconds are too short, and a purpose not disclosed is no valid talk
    assert found["interested"] == (2, 3)
    assert found["invited"] == (1, 3)
    assert found["due"] == (2, None)  # a cancelled visit is not due
    assert found["visited"] == (1, 2)
    assert found["converted"] == (1, 4)
    later = by_key(queries.funnel(campaign, start=date(2026, 1, 11), end=date(2026, 1, 20)))
    assert later["attempted"] == (1, 4)
    assert later["reached"] == (0, 1)


def test_a_period_ends_at_the_banks_midnight_and_at_the_cutoff(cast, campaign):
    entries = list_of(campaign, cast.north, cast.wang, 3)
    call(entries[0], "no_answer", at(10, 23, 59))
    call(entries[1], "no_answer", at(11, 0, 0))
    call(entries[2], "no_answer", at(9, 15, 0))
    listed = rows.treated(campaign)
    assert rows.calls_of(listed, Span(date(2026, 1, 1), date(2026, 1, 10))).count() == 2
    assert rows.calls_of(listed, Span(date(2026, 1, 1), date(2026, 1, 10), at(10, 9))).count() == 1
    assert rows.calls_of(listed, Span(date(2026, 1, 11), date(2026, 1, 11))).count() == 1


def test_a_visit_received_before_its_hour_counts_at_once(cast, campaign):
    early, coming = list_of(campaign, cast.north, cast.wang, 2)
    done = visit(early, at(8, 11), "finished", product="time", amount=50_000)
    done.arrived_at, done.finished_at = at(8, 10, 5), at(8, 10, 29)
    done.save()
    visit(coming, at(8, 11, 30), "booked")
    found = rows.total(rows.rows_of(rows.treated(campaign), Span(date(2026, 1, 1), date(2026, 1, 8), at(8, 10, 30))))
    assert (found["due"], found["visited"], found["converted"]) == (1, 1, 1)
    whole = rows.total(rows.rows_of(rows.treated(campaign), Span(date(2026, 1, 1), date(2026, 1, 8))))
    assert (whole["due"], whole["visited"], whole["converted"]) == (2, 1, 1)


def test_done_is_a_final_answer_or_all_attempts_used(cast, campaign):
    final, used_up, waiting = list_of(campaign, cast.north, cast.wang, 3)
    call(final, "not_interested", at(5))
    for day in (5, 6, 7):
        call(used_up, "no_answer", at(day))
    call(waiting, "no_answer", at(5))
    call(waiting, "call_back", at(6))
    found = rows.rows_of(rows.treated(campaign), Span(**JANUARY))
    assert rows.total(found)["done"] == 2


def test_all_ways_of_counting_agree_with_a_plain_recount(cast, campaign):
    chance = Random(7)
    codes = list(OUTCOMES)
    entries = list_of(campaign, cast.north, cast.wang, 25) + list_of(campaign, cast.south, cast.li, 15)
    for entry in entries:
        for attempt in range(chance.randint(0, 3)):
            call(
                entry,
                chance.choice(codes),
                at(5 + 4 * attempt, 9, chance.randint(0, 59)),
                seconds=chance.randint(0, 90),
            )
    span, listed = Span(**JANUARY), rows.treated(campaign)
    plain = list(Call.objects.everyone().select_related("entry"))
    reached = {one.entry_id for one in plain if one.outcome in REACHED}
    found = rows.rows_of(listed, span)
    counts = rows.total(found)
    assert counts["calls"] == len(plain)
    assert counts["attempted"] == len({one.entry_id for one in plain})
    assert counts["reached"] == len(reached)

    pace = queries.pace(campaign, until=date(2026, 1, 30))
    table = queries.outlets(found, elapsed=pace.elapsed)
    people = queries.managers(found, listed, span)
    days = queries.daily(listed, span, pace)
    answers = queries.reactions(listed, span)
    for step in ("treated", "attempted", "reached", "done", "calls"):
        assert sum(row[step] for row in table) == counts[step]
        assert sum(row[step] for row in people) == counts[step]
    assert sum(sum(day[kind] for kind in queries.KINDS) for day in days) == counts["calls"] == answers["calls"]
    assert days[-1]["called"] == counts["attempted"]
    assert days[-1]["planned"] == counts["treated"]
    assert answers["reached"] == counts["reached"]
    assert {row["code"]: row["count"] for row in answers["outcomes"]} == Counter(one.outcome for one in plain)


def test_outlets_are_graded_by_completion_and_small_ones_are_not(cast, campaign):
    for entry in list_of(campaign, cast.north, cast.wang, 20):
        call(entry, "not_interested", at(5))
    list_of(campaign, cast.south, cast.li, 19)
    pace = queries.pace(campaign, until=date(2026, 1, 15))
    found = rows.rows_of(rows.treated(campaign), Span(date(2026, 1, 1), date(2026, 1, 15)))
    north, south = queries.outlets(found, elapsed=pace.elapsed)
    assert (north["code"], north["grade"], north["support"]) == ("OU01", "leading", "")
    assert (south["code"], south["grade"], south["support"]) == ("OU02", "small", "")
    list_of(campaign, cast.south, cast.li, 1)
    found = rows.rows_of(rows.treated(campaign), Span(date(2026, 1, 1), date(2026, 1, 15)))
    south = queries.outlets(found, elapsed=pace.elapsed)[1]
    assert (south["grade"], south["support"]) == ("support", "attempted")


def test_calls_count_for_whoever_made_them_and_the_list_for_whose_it_is(cast, campaign):
    (entry,) = list_of(campaign, cast.north, cast.wang, 1)
    call(entry, "no_answer", at(5))
    Call.objects.everyone().update(by=cast.sun, stood_in_for=cast.wang)
    found = rows.rows_of(rows.treated(campaign), Span(**JANUARY))
    wang, sun = queries.managers(found, rows.treated(campaign), Span(**JANUARY))
    assert (wang["staff_no"], wang["treated"], wang["attempted"], wang["calls"], wang["active_days"]) == (
        "1001",
        1,
        1,
        0,
        0,
    )
    assert (sun["staff_no"], sun["treated"], sun["attempted"], sun["calls"], sun["active_days"]) == ("1002", 0, 0, 1, 1)


def test_managers_are_shown_without_money(cast, campaign):
    (entry,) = list_of(campaign, cast.north, cast.wang, 1)
    call(entry, "invited", at(5))
    visit(entry, at(6), "finished", product="time", amount=80_000)
    span = Span(**JANUARY)
    found = rows.rows_of(rows.treated(campaign), span)
    (row,) = queries.managers(found, rows.treated(campaign), span)
    assert "agreed" not in row
    assert (row["staff_no"], row["active_days"], row["converted"]) == ("1001", 1, 1)
    assert (
        queries.outlets(found, elapsed=queries.pace(campaign, until=date(2026, 1, 5)).elapsed)[0]["agreed"]
        == "80000.00"
    )


def test_pace_counts_working_days_by_the_banks_calendar(cast, campaign):
    from jiugong_desk.organisation.models import CalendarDay

    CalendarDay.objects.create(day=date(2026, 1, 1), is_working=False, note="元旦")
    CalendarDay.objects.create(day=date(2026, 1, 4), is_working=True, note="调休")
    pace = queries.pace(campaign, until=date(2026, 1, 9))
    assert date(2026, 1, 1) not in pace.days
    assert date(2026, 1, 4) in pace.days
    assert pace.elapsed_days == 7  # 2, 4, 5, 6, 7, 8, 9 January
    assert pace.capacity == 80


def test_a_head_counts_only_the_customers_of_the_own_outlet(cast, campaign):
    call(list_of(campaign, cast.north, cast.wang, 2)[0], "invited", at(5))
    call(list_of(campaign, cast.south, cast.li, 3)[0], "invited", at(5))
    seen = rows.treated(campaign, ListEntry.objects.visible_to(cast.zhao))
    assert rows.total(rows.rows_of(seen, Span(**JANUARY)))["treated"] == 2
    assert queries.reactions(seen, Span(**JANUARY))["calls"] == 1


def test_the_number_of_queries_does_not_grow_with_the_list(cast, campaign, django_assert_max_num_queries):
    list_of(campaign, cast.north, cast.wang, 12)
    with django_assert_max_num_queries(3):
        found = rows.rows_of(rows.treated(campaign), Span(**JANUARY))
    assert sum((row.agreed for row in found), Decimal(0)) == 0
