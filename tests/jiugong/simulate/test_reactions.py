"""How customers react: a pure function, a believable funnel, and money whose effect is known."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiugong.errors import MisuseError
from jiugong.simulate import QUESTIONS, Reactions, reactions, simulate_bank

SILENT = {"no_answer", "declined", "busy", "switched_off", "voice_assistant"}
DEAD = {"empty_number", "suspended", "wrong_person"}
AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def truth() -> Reactions:
    return reactions(simulate_bank(customers=20_000, seed=1, as_of=AS_OF), seed=1)


@pytest.fixture(scope="module")
def borrowers(truth) -> list[str]:
    households = truth.bank.households
    return households.ids[households.mortgage].tolist()


def last_answers(truth: Reactions, who: list[str]) -> dict[str, object]:
    """As a campaign would: up to three attempts, a callback is kept."""
    result = {}
    for customer in who:
        for attempt in (1, 2, 3):
            result[customer] = reaction = truth.answer(customer, attempt)
            if reaction.outcome not in SILENT | {"call_back"}:
                break
    return result


def test_an_answer_depends_on_seed_customer_and_attempt_alone(borrowers):
    bank = simulate_bank(customers=2_000, seed=1, as_of=AS_OF)
    who = bank.households.ids[bank.households.mortgage].tolist()
    forwards = {c: reactions(bank, seed=3).answer(c, 1) for c in who}
    again = reactions(bank, seed=3)
    backwards = {c: (again.answer(c, 2), again.visit(c), again.answer(c, 1))[2] for c in reversed(who)}
    assert forwards == backwards
    assert forwards != {c: reactions(bank, seed=4).answer(c, 1) for c in who}


def test_the_funnel_is_believable(truth, borrowers):
    answers = last_answers(truth, borrowers)
    outcomes = Counter(answer.outcome for answer in answers.values())
    reached = [answer for answer in answers.values() if answer.outcome not in SILENT | DEAD]
    valid = [answer for answer in reached if answer.talk_seconds >= 30 and answer.disclosed]
    interested = sum(count for code, count in outcomes.items() if code.startswith(("interested", "invited", "self")))
    assert 0.65 < len(reached) / len(borrowers) < 0.85
    assert 0.60 < len(valid) / len(reached) < 0.80
    assert 0.12 < interested / len(valid) < 0.28
    assert 0.04 < outcomes["invited"] / len(reached) < 0.12
    assert outcomes["complaint"] / len(reached) < 0.006
    assert 0.01 < outcomes["refused_forever"] / len(reached) < 0.05
    assert set(outcomes) > {"hung_up", "refused", "not_interested", "self_service", "referred"}


def test_who_is_invited_comes_or_not_and_agrees_or_not(truth, borrowers):
    visits = [truth.visit(customer) for customer in borrowers]
    came = [visit for visit in visits if visit.comes]
    money = [visit for visit in came if visit.amount is not None]
    assert 0.5 < len(came) / len(visits) < 0.7
    assert 0.35 < len(money) / len(came) < 0.50
    assert {visit.product for visit in came} == {"", "card", "time", "demand", "large_cd"}
    assert all(visit.amount is None for visit in visits if not visit.comes)
    assert all(10_000 <= visit.amount <= 1_500_000 for visit in money)
    assert all((visit.product == "large_cd") == (visit.amount >= 200_000) for visit in money)


def test_answers_fit_the_questions_of_the_script(truth, borrowers):
    by_key = {question.key: question for question in QUESTIONS}
    said = [answer.answers for answer in last_answers(truth, borrowers).values()]
    assert {key for answers in said for key in answers} == set(by_key)
    for answers in said:
        for key, value in answers.items():
            question = by_key[key]
            assert value in question.choices if question.choices else 1 <= int(value) <= 9


def test_nothing_is_said_by_those_who_were_not_reached(truth, borrowers):
    for answer in last_answers(truth, borrowers).values():
        if answer.outcome in SILENT:
            assert not answer.answers
            assert answer.talk_seconds == 0
        assert (answer.callback_hours is not None) == (answer.outcome == "call_back")
        assert (answer.visit_days is not None) == (answer.outcome == "invited")


def test_some_money_never_comes_and_some_leaves_again(truth, borrowers):
    on = date(2026, 1, 15)
    placements = [truth.money(c, product="time", amount=Decimal(100_000), on=on) for c in borrowers]
    came = [placement for placement in placements if placement]
    leaving = [placement for placement in came if placement.leaves_on]
    assert 0.80 < len(came) / len(borrowers) < 0.92
    assert 0.22 < len(leaving) / len(came) < 0.38
    assert all(placement.leaves_on <= placement.on + timedelta(days=60) for placement in leaving)
    assert all(on <= placement.on <= on + timedelta(days=7) for placement in came)


def test_money_without_a_visit_comes_from_those_who_spoke_of_it(truth, borrowers):
    on = date(2026, 1, 15)
    assert not any(truth.after_call(customer, "not_interested", on) for customer in borrowers)
    assert sum(truth.after_call(customer, "self_service", on) is not None for customer in borrowers) > 250


def test_a_stranger_is_refused(truth):
    with pytest.raises(MisuseError, match="no customer of its bank"):
        truth.answer("stranger", 1)
    with pytest.raises(MisuseError, match="no customer of its bank"):
        truth.money("stranger", product="time", amount=Decimal(1), on=AS_OF)
