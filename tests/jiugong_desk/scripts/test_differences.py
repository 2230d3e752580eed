"""What a reviewer reads of two versions: nothing that changed is left out, nothing that did not is shown."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.scripts.content import read
from jiugong_desk.scripts.differences import differences, pieces
from jiugong_desk.scripts.samples import CARD_OPENER
from tests.support.scripts import choice, conforming, jump, step

CONTENT = CARD_OPENER.content
WORDS = st.text(alphabet="您好存款不影响{bank}\n。", max_size=30)


@given(WORDS, WORDS)
def test_kept_and_gone_are_the_old_text_and_kept_and_new_the_new(before, after):
    marked = list(pieces(before, after))
    assert "".join(text for mark, text in marked if mark != "new") == before
    assert "".join(text for mark, text in marked if mark != "gone") == after


def test_the_same_script_has_no_differences():
    assert differences(CONTENT, CONTENT) == []


def test_every_kind_of_change_is_named_with_its_step():
    old = read(conforming(step("a", title="甲"), step("b", title="乙"), step("c", title="丙", questions=[choice("q")])))
    new = read(
        conforming(
            step("b", title="乙"), step("a", title="甲"), step("d", title="丁"),
            step("c", title="丙", say="换了说法？", questions=[choice("q", "有", "没有")]), ending="再见。",
        )
    )  # fmt: skip
    found = [(one.change, one.title) for one in differences(old, new)]
    assert ("added", "丁") in found
    assert ("changed", "丙") in found
    assert ("changed", "") in found
    assert [change for change, title in found if title in "甲乙" and title] == ["moved"]
    gone = differences(new, old)
    assert ("removed", "丁") in [(one.change, one.title) for one in gone]


def test_a_jump_and_a_skip_count_as_changes():
    old = read(conforming(step("a", questions=[choice("q")]), step("b")))
    new = read(
        conforming(step("a", questions=[choice("q")], next=[jump("opt_out", "q", "无")], skippable=False), step("b"))
    )
    (only,) = differences(old, new)
    assert [str(line.label) for line in only.lines] == ["可以跳过", "做完此步以后"]


@given(st.sampled_from(CONTENT.steps), st.sampled_from(("say", "title")), WORDS)
def test_a_changed_word_anywhere_is_found(changed, part, text):
    steps = tuple(replace(one, **{part: text}) if one is changed else one for one in CONTENT.steps)
    found = differences(CONTENT, replace(CONTENT, steps=steps))
    assert bool(found) == (text != getattr(changed, part))
