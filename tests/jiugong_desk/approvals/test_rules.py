"""Who may decide, and with which words."""

from __future__ import annotations

import pytest

from jiugong_desk.approvals import rules


def test_nobody_decides_on_what_he_had_a_hand_in():
    assert rules.may_decide("a", ["b", "c"])
    assert rules.may_decide("a", ["b", "a"]).codes == ("own_work",)
    assert str(rules.may_decide("a", ["a"])) == "您参与了起草，不能审批。"


@pytest.mark.parametrize(
    ("text", "approve", "codes"),
    [
        ("", True, ()),
        ("同意", True, ()),
        ("长" * 500, True, ()),
        ("长" * 501, True, ("long_comment",)),
        ("长" * 501, False, ("long_comment",)),
        ("", False, ("reason_needed",)),
        ("  不行 ", False, ("reason_needed",)),
        ("请补背景", False, ()),
    ],
)
def test_a_refusal_is_explained_and_an_approval_need_not_be(text, approve, codes):
    assert rules.may_comment(text, approve=approve).codes == codes
