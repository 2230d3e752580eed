"""What a past campaign may say of itself."""

from __future__ import annotations

import math

import pytest

from jiugong.errors import MisuseError
from jiugong.forecast import PastCampaign

WRONG = {
    "a step larger than its base": (
        {"attempted": 10, "reached": 11},
        "a past campaign has 11 reached of 10 attempted; a step is a part of the one it is counted from: "
        "count customers, each once",
    ),
    "fewer than none": (
        {"reached": -1},
        "a past campaign has -1 reached of ? attempted; a step is a part of the one it is counted from: "
        "count customers, each once",
    ),
    "no attempt": ({"attempts": 0}, "a past campaign allowed 0 attempts; give 1 or more"),
    "open, yet reached": (
        {"attempted": 10, "reached": 8, "still_open": 3},
        "a past campaign has 3 still open; they are a part of those attempted and never reached",
    ),
    "no number of money": (
        {"agreed": math.nan},
        "a past campaign has agreed nan; give a number of 0 or more, or nothing",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused(case: str) -> None:
    given, message = WRONG[case]
    with pytest.raises(MisuseError) as caught:
        PastCampaign(**given)
    assert str(caught.value) == message


def test_visits_are_a_part_of_the_appointments_due() -> None:
    """More can be due than were invited by telephone: some book by themselves."""
    assert PastCampaign(invited=10, interested=10, due=14, visited=12).share("visited") == (12, 14)
    assert PastCampaign(invited=10, interested=10, visited=8).share("visited") == (8, 10)
    with pytest.raises(MisuseError, match="12 visited of 10 due"):
        PastCampaign(invited=10, interested=10, visited=12)


def test_what_was_not_measured_is_not_read() -> None:
    assert PastCampaign(agreed=100.0, deposits=60.0, deposits_error=50.0).measured == (0.6, 0.5)
    for known in ({"agreed": 0.0}, {"deposits": None}, {"deposits_error": None}, {"deposits_error": math.inf}):
        assert PastCampaign(**({"agreed": 100.0, "deposits": 60.0, "deposits_error": 50.0} | known)).measured is None
