"""Faults of a script, by the rule alone."""

from __future__ import annotations

import pytest

from jiugong_desk.campaigns.rules import script_faults


def script(say: str) -> dict:
    return {"steps": [{"key": "opening", "title": "开场", "say": say, "required": True, "questions": []}]}


@pytest.mark.parametrize("say", ["{title}您好,我是{bank}{outlet}的{manager}。", "您好,现在方便吗?"])
def test_places_that_the_call_page_fills_are_fine(say):
    assert script_faults(script(say), ["稳赚"])


@pytest.mark.parametrize("place", ["{name}", "{}", "{bank }", "{salutation}"])
def test_a_place_that_nobody_fills_is_named(place):
    verdict = script_faults(script(f"{place}您好。"), [])
    assert verdict.codes == ("unknown_place",)
    assert place in str(verdict)
    assert "{title}" in str(verdict)
