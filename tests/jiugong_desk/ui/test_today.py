"""Other rooms' cards on the page of the day: urgent ones above it, the rest below, in their order, none where none is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.ui import today
from jiugong_desk.ui.today import Card


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> list:
    made: list = []
    monkeypatch.setattr(today, "_makers", made)
    return made


def test_a_maker_counts_once_and_may_have_nothing_to_say(makers: list) -> None:
    def silent(_staff, _now):
        return None

    today.register_card(silent)
    today.register_card(silent)
    assert makers == [silent]
    assert today.cards_of(None, None) == []


def test_lower_order_stands_higher(makers: list) -> None:
    today.register_card(lambda _staff, _now: Card("b", {}, order=60))
    today.register_card(lambda _staff, _now: Card("a", {}, order=10))
    assert [card.template for card in today.cards_of(None, None)] == ["a", "b"]


def test_urgent_cards_stand_above_the_button_to_call(makers: list, cast, login) -> None:
    def card(text: str, *, urgent: bool) -> Card:
        return Card("calls/_for.html", {"absent": type("Person", (), {"name": text})}, urgent=urgent)

    today.register_card(lambda _staff, _now: card("甲甲", urgent=False))
    today.register_card(lambda _staff, _now: card("乙乙", urgent=True))
    page = login(cast.wang).get(reverse("today")).content.decode()
    assert page.index("乙乙") < page.index("start-call") < page.index("甲甲")
