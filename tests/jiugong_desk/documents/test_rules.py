"""What may be issued and by whom acknowledged; numbers and words of a document."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.documents import rules
from jiugong_desk.documents.content import chinese, chinese_date, clean, content_of, digest_of, full_name, number_text
from jiugong_desk.documents.notice import Items, Notice, Section, lead, paragraphs, table
from jiugong_desk.organisation.models import Unit

GOOD = {
    "title": "关于印发方案的通知",
    "word": "滨银综",
    "addressees": 2,
    "sections": 3,
    "annexes": 1,
    "copies": ("综合业务部",),
}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"word": ""}, "wrong_word"),
        ({"word": "滨银综〔1〕"}, "wrong_word"),
        ({"word": "滨" * 11}, "wrong_word"),
        ({"title": "  "}, "no_title"),
        ({"title": "长" * 121}, "long_title"),
        ({"sections": 0}, "no_body"),
        ({"addressees": 0}, "no_addressee"),
        ({"annexes": 21}, "too_many_parts"),
        ({"copies": ("长" * 41,)}, "wrong_copies"),
    ],
)
def test_a_document_that_lacks_something_is_refused_for_just_that(wrong, code):
    assert rules.may_issue(**GOOD)
    assert rules.may_issue(**GOOD | wrong).codes == (code,)


@given(st.sets(st.integers(1, 9)), st.sets(st.integers(1, 9)))
def test_who_acknowledges_is_posted_at_an_addressee(addressees, posts):
    verdict = rules.may_acknowledge(addressees, posts)
    assert verdict.allowed == any(unit in addressees for unit in posts)
    assert verdict.allowed or verdict.codes == ("not_an_addressee",)


def test_every_fault_of_a_template_has_a_sentence_that_can_be_said():
    for code in rules.FAULTS:
        reason = rules.template_fault(code, "某处", most=5)
        assert "{" not in str(reason)
        assert reason.remedy


def test_headings_count_as_chinese_counts():
    counted = {number: chinese(number) for number in range(1, 100)}
    assert [counted[number] for number in (1, 9, 10, 11, 20, 35, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "三十五",
        "九十九",
    ]
    assert len(set(counted.values())) == 99


def test_numbers_and_dates_are_written_as_documents_write_them():
    assert number_text("滨银综", 2026, 12) == "滨银综〔2026〕12号"
    assert chinese_date(date(2026, 3, 2)) == "2026年3月2日"


def test_a_unit_carries_the_banks_name_once():
    bank = Unit(name="江城银行总行")
    assert full_name(bank) == "江城银行总行"
    assert full_name(Unit(name="滨江支行", parent=Unit(name="江城分行", parent=bank))) == "江城银行滨江支行"
    assert full_name(Unit(name="江城银行滨江支行", parent=bank)) == "江城银行滨江支行"


@given(st.text())
def test_a_line_of_a_document_holds_nothing_that_xml_refuses(text):
    line = clean(text)
    assert "\n" not in line
    assert clean(line) == line
    assert not any(ord(mark) < 32 or 0xD800 <= ord(mark) <= 0xDFFF or ord(mark) in (0xFFFE, 0xFFFF) for mark in line)


def test_a_document_shows_its_words_in_the_order_they_are_written_in():
    assert clean("\u202e本保\u202c理\u200e财\u2067") == "本保理财"


LINES = st.text(alphabet="客户存款方案一二三，。 ", min_size=1, max_size=20).filter(str.strip)
PARTS = st.one_of(
    LINES.map(lambda text: paragraphs(text)[0]),
    st.lists(LINES, min_size=1, max_size=3).map(lambda texts: Items(tuple(texts))),
    st.lists(st.tuples(LINES, LINES), min_size=1, max_size=3).map(lambda rows: table(("甲", "乙"), rows)),
)


@given(st.lists(st.tuples(st.one_of(st.just(""), LINES), st.lists(PARTS, max_size=3)), max_size=6))
def test_content_holds_every_word_in_its_order_and_counts_only_headings(sections):
    made = content_of(_notice(tuple(Section(heading, tuple(parts)) for heading, parts in sections)), number="号")
    headings = [block["text"] for block in made["blocks"] if block["kind"] == "heading"]
    wanted = [clean(heading) for heading, _parts in sections if heading]
    assert headings == [f"{chinese(place)}、{heading}" for place, heading in enumerate(wanted, start=1)]
    kinds = [block["kind"] for block in made["blocks"] if block["kind"] != "heading"]
    expected = []
    for _heading, parts in sections:
        for part in parts:
            expected += ["item"] * len(part.texts) if isinstance(part, Items) else [_kind(part)]
    assert kinds == expected


def _kind(part) -> str:
    return "table" if hasattr(part, "rows") else "paragraph"


def _notice(sections, **values) -> Notice:
    unit = Unit(name="滨江支行")
    return Notice("plan_notice", "标题", "滨银综", unit, (Unit(name="北门网点"),), sections, date(2026, 1, 7), **values)


@given(LINES, LINES, st.binary(max_size=5), st.binary(max_size=5))
def test_the_digest_binds_the_words_and_each_file(text, other, one, two):
    content, changed = (content_of(_notice((lead(words),)), number="号") for words in (text, other))
    digest = digest_of(content, one, two)
    assert digest == digest_of(dict(reversed(content.items())), one, two)
    assert (digest == digest_of(changed, one, two)) == (content == changed)
    assert (digest == digest_of(content, two, one)) == (one == two)
