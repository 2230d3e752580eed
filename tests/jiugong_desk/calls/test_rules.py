"""Every sentence of a refused report names what to do and who can do it."""

from __future__ import annotations

from string import Formatter

import pytest

from jiugong_desk.calls.rules import SENTENCES, UNTRAINED, away, reason
from jiugong_desk.core.verdict import Reason


def names_in(text: object) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(str(text)) if name]


@pytest.mark.parametrize("code", SENTENCES)
def test_a_report_that_is_refused_says_what_and_who(code):
    names = names_in(SENTENCES[code][0])
    complete(reason(code, **dict.fromkeys(names, "x")))


@pytest.mark.parametrize("found", [UNTRAINED, away(None), away("王晓北")], ids=lambda one: one.code)
def test_an_empty_queue_says_what_and_who(found):
    complete(found)


def complete(found: Reason) -> None:
    for words in (str(found), str(found.remedy)):
        assert words.endswith("。")
        assert "{" not in words
    assert str(found.who)
