"""The content as a value: read from anything, written and read again the same, and a way through it that ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.scripts.bridge import wording
from jiugong_desk.scripts.content import band_labels, plain, read
from jiugong_desk.scripts.rules import script_faults
from jiugong_desk.scripts.samples import CARD_OPENER, SAMPLES
from jiugong_desk.scripts.ways import reachable
from tests.support.scripts import choice, conforming, jump, step

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("steps", "key", "say", "questions", "next", "when", "is", "go", "bands", "choices", "objections")),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON)
def test_anything_is_read_and_judged_without_an_error(raw):
    content = read(raw)
    assert read(plain(content)) == content
    script_faults(content, wording())


@st.composite
def scripts(draw):
    """Steps s0, s1, … with jumps to anywhere, also where none may lead."""
    count = draw(st.integers(0, 6))
    goes = st.sampled_from(["identity", "opt_out", *(f"s{number}" for number in range(count))])
    jumps = st.builds(lambda go, on: jump(go, *(("q", on) if on else ())), goes, st.sampled_from(("", "有", "无")))
    rows = [
        step(f"s{number}", next=draw(st.lists(jumps, max_size=2)), questions=[choice("q")] if number == 0 else [])
        for number in range(count)
    ]
    return read(conforming(*rows))


@given(scripts(), st.dictionaries(st.just("q"), st.sampled_from(("有", "无", ""))))
def test_a_script_that_is_allowed_ends_with_every_fixed_step_said_and_no_step_twice(content, answers):
    if script_faults(content, wording()):
        way = content.way(answers)
        assert len(way) == len(set(way))
        assert way[-1] == "opt_out"
        assert {"identity", "purposes", "refusal_free"} <= set(way)
        every = {key for answer in ("有", "无", "") for key in content.way({"q": answer})}
        assert every == {one.key for one in content.steps}


@given(scripts())
def test_reachable_is_what_the_ways_of_all_answers_say(content):
    forwards = all(
        content.positions.get(branch.go, -1) > number
        for number, step in enumerate(content.steps)
        for branch in step.branches
    )
    if forwards:
        said = {key for answer in ("有", "无", "") for key in content.way({"q": answer})}
        assert {content.steps[number].key for number in reachable(content)} == said


@pytest.mark.parametrize(("asked", "codes"), [("a", ()), ("ab", ("many_ways",))])
def test_a_script_of_too_many_ways_is_refused_and_one_of_many_is_not(asked, codes):
    steps = [
        step(
            f"s{n}",
            questions=[choice(f"q{n}{part}") for part in asked],
            next=[jump(f"s{n + 1}", f"q{n}{part}", "有") for part in asked] if n < 8 else [],
        )
        for n in range(9)
    ]
    assert script_faults(read(conforming(*steps)), wording()).codes == codes


def test_the_first_format_is_read_as_the_second():
    content = read(V1)
    assert [(one.key, one.skippable) for one in content.steps] == [("opening", False), ("needs", True)]
    assert content.questions["money"].options == ("无", "5万以内")
    assert content.way({"money": "无"}) == ["opening", "needs"]


V1 = {
    "steps": [
        {"key": "opening", "title": "开场", "say": "您好。", "required": True, "questions": []},
        {
            "key": "needs", "title": "需求", "say": "方便吗？", "required": False,
            "questions": [{"key": "money", "label": "资金", "kind": "choice", "choices": ["无", "5万以内"]}],
        },
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ((50_000,), ("暂无", "5万元以内", "5万元以上")),
        ((50_000, 200_000), ("暂无", "5万元以内", "5万–20万元", "20万元以上")),
        ((500, 15_000), ("暂无", "500元以内", "500–1.5万元", "1.5万元以上")),
        ((), ()),
    ],
)
def test_bands_are_said_as_people_say_them(limits, labels):
    assert band_labels(limits) == labels


def test_answers_lead_past_what_does_not_concern_the_customer():
    content = CARD_OPENER.content
    assert content.way({"willing": "不愿意"})[-2:] == ["refusal_free", "opt_out"]
    assert "money_plan" not in content.way({"idle_money": "暂无"})
    assert "money_plan" in content.way({"idle_money": "5万元以内"})


@pytest.mark.parametrize("code", SAMPLES)
def test_what_comes_with_the_desk_is_allowed_and_complete(code):
    content = SAMPLES[code].content
    verdict = script_faults(content, wording())
    assert verdict, str(verdict)
    assert 8 <= len(content.steps) <= 10
    assert len(content.questions) >= 10
    assert len(content.objections) + sum(len(one.objections) for one in content.steps) >= 6
