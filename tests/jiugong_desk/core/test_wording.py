from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.core.wording import found_words


def test_words_are_found_in_their_own_order_and_once():
    assert found_words(["零风险，保本", "保本"], ["保本", "稳赚", "零风险"]) == ("保本", "零风险")


@given(st.text(max_size=5), st.sampled_from(["", " ", "\u3000", "\n", "\t "]), st.text(max_size=5))
def test_spaces_hide_no_word(before, blank, after):
    assert found_words([f"{before}{blank.join('保本')}{after}"], ["保本"]) == ("保本",)


def test_a_word_does_not_run_from_one_text_into_the_next():
    assert found_words(["保", "本"], ["保本"]) == ()
