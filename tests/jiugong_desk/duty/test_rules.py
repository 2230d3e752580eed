"""The roster against a plain slow version; capacity; what may be recorded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.duty import rules
from jiugong_desk.duty.rules import Away, Person
from tests.jiugong_desk.duty import plain

MONDAY = date(2026, 3, 2)
DAYS = [MONDAY + timedelta(days=number) for number in range(5)]
KEYS = range(1, 7)

people = st.lists(
    st.builds(
        Person, key=st.sampled_from(KEYS), outlet=st.sampled_from([None, 10, 20]), calls=st.booleans()
    ),
    unique_by=lambda person: person.key, max_size=6,
)  # fmt: skip


@st.composite
def away(draw):
    person = draw(st.sampled_from(KEYS))
    first = draw(st.sampled_from(DAYS))
    last = first + timedelta(days=draw(st.integers(0, 3)))
    return Away(person, first, last, draw(st.sampled_from([None, *(key for key in KEYS if key != person)])))


rosters = st.tuples(people, st.lists(away(), max_size=7), st.integers(1, 2), st.sets(st.sampled_from(KEYS)))


def made(case):
    everybody, absences, most, unlisted = case
    listed = [person for person in everybody if person.key not in unlisted]
    others = [person for person in everybody if person.key in unlisted]
    callers = {person.key for person in everybody if person.calls}
    found = rules.roster(listed, DAYS, absences, others=others, covered_at_once=most)
    return found, listed, absences, callers, most


@given(rosters)
def test_the_roster_is_that_of_the_plain_version(case):
    found, listed, absences, callers, most = made(case)
    assert set(found.slots) == {(person.key, day) for person in listed for day in DAYS}
    for person in listed:
        for day in DAYS:
            slot = found.slot(person.key, day)
            assert (slot.status, slot.cover) == plain.status(person.key, day, absences, callers, most)


@given(rosters)
def test_holes_are_those_of_the_plain_version(case):
    found, listed, absences, callers, most = made(case)
    holes = rules.holes(found)
    absent, empty = plain.holes(listed, DAYS, absences, callers, most)
    assert [(slot.person, slot.day) for slot in holes.person_days] == absent
    assert list(holes.outlet_days) == empty


@given(rosters)
def test_nobody_stands_in_who_is_away_and_nobody_for_too_many(case):
    found, *_rest, callers, most = made(case)
    for day in DAYS:
        for cover, covered in found.standing_in(day).items():
            assert cover in callers
            assert len(covered) <= most
            slot = found.slots.get((cover, day))
            assert slot is None or slot.on_duty


@given(rosters, st.dictionaries(st.sampled_from(KEYS), st.integers(0, 80)))
def test_capacity_is_ones_own_on_duty_and_none_away(case, calls):
    found, listed, absences, *_rest = made(case)
    reckoned = rules.capacity(found, calls)
    for person in listed:
        for day in DAYS:
            away_then = plain.first_absence(person.key, day, absences) is not None
            assert reckoned[person.key, day] == (0 if away_then else calls.get(person.key, 0))


def test_part_time_makes_its_share_of_calls_and_the_cover_keeps_his_own():
    listed = [Person(1, 10), Person(2, 10)]
    found = rules.roster(listed, DAYS[:1], [Away(1, MONDAY, MONDAY, cover=2)])
    reckoned = rules.capacity(found, {1: 40, 2: 41}, shares={2: Decimal("0.5")})
    assert reckoned == {(1, MONDAY): 0, (2, MONDAY): 20}


def test_of_two_who_name_one_colleague_the_first_record_has_him():
    listed = [Person(key, 10) for key in (1, 2, 3)]
    both = [Away(2, MONDAY, MONDAY, cover=3), Away(1, MONDAY, MONDAY, cover=3)]
    found = rules.roster(listed, [MONDAY], both)
    assert found.slot(2, MONDAY).cover == 3
    assert found.slot(1, MONDAY).missing == "busy"
    allowed = rules.roster(listed, [MONDAY], both, covered_at_once=2)
    assert allowed.standing_in(MONDAY) == {3: [1, 2]}


def test_a_roster_without_absences_has_no_holes_and_an_empty_day_is_one():
    assert not rules.holes(rules.roster([Person(1, 10)], DAYS, []))
    gone = rules.roster([Person(1, 10)], [MONDAY], [Away(1, MONDAY, MONDAY, cover=9)], others=[Person(9, 20)])
    assert rules.holes(gone).outlet_days == ((10, MONDAY),)
    assert not rules.holes(gone).person_days


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (0, 0, None),
        (0, -1, "ends_before_start"),
        (0, 365, None),
        (0, 366, "too_long"),
        (-40, -31, None),
        (-40, -32, "too_late"),
    ],
)
def test_periods(first, last, code):
    days = [MONDAY + timedelta(days=number) for number in (first, last)]
    assert rules.good_period(*days, today=MONDAY, late_days=31).codes == ((code,) if code else ())


def test_of_an_illness_nothing_is_written_down_and_of_nobody_a_number():
    assert rules.good_note("sick", "流感").codes == ("note_of_illness",)
    assert rules.good_note("sick", " ").allowed
    assert rules.good_note("business", "联系 138 1234 5678").codes == ("number_in_note",)
    assert rules.good_note("business", "总行培训班").allowed


def test_a_cover_is_somebody_else_who_calls_is_there_and_is_free():
    fine = {"himself": False, "calls": True, "away": [], "busy": []}
    assert rules.may_cover(**fine).allowed
    assert rules.may_cover(**fine | {"himself": True}).codes == ("covers_himself",)
    assert rules.may_cover(**fine | {"calls": False}).codes == ("cover_no_caller",)
    assert str(rules.may_cover(**fine | {"away": DAYS}).reasons[0]) == "顶岗人当天不在岗：03-02、03-03、03-04 …。"
    assert rules.may_cover(**fine | {"busy": DAYS[:1]}).codes == ("cover_busy",)
