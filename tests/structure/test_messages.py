"""Every Chinese text has its English, with the same placeholders, and one English for one text."""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict

import pytest

from tests.structure.source import ROOT

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”][,:;?!(]|[,;)][\u4e00-\u9fff]")

spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
messages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(messages)


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_every_text_has_its_english(room):
    assert list(messages.problems(room)) == []


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_chinese_is_written_with_chinese_marks(room):
    """，：；？！（） and not their half-width cousins, beside a Chinese character."""
    texts = {str(message.id) for message in messages.read(room) if message.id}
    assert {text for text in texts if HALF_WIDTH.search(text)} == set()


def test_one_text_has_one_english():
    """Django merges the rooms' catalogues, so of two translations one would win by chance."""
    found = defaultdict(set)
    for room in messages.rooms():
        for message in messages.read(room):
            if message.id:
                found[(message.context, str(message.id))].add(str(message.string))
    assert not {key: strings for key, strings in found.items() if len(strings) > 1}


def test_extracting_again_changes_nothing(tmp_path):
    """Also proves that the files hold no text that is gone."""
    for room in messages.rooms():
        file = messages.file_of(room)
        if file.exists():
            kept = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in messages.read(room) if m.id}
            assert kept == set(messages.texts(room)), room.name


def test_templates_and_python_are_read(tmp_path):
    room = tmp_path / "room"
    (room / "templates").mkdir(parents=True)
    (room / "views.py").write_text(
        '_("一")\nngettext("{n} 户", "{n} 户们", 2)\npgettext("动词", "关")\n_(variable)\n', encoding="utf-8"
    )
    (room / "templates" / "page.html").write_text(
        '{% load i18n %}{% translate "二" %}<p title="{% translate \'三\' %}">'
        "{% blocktranslate with a=b %}四 {{ a }}{% endblocktranslate %}{{ _('五')|upper }}{{ x|default:_('六') }}</p>",
        encoding="utf-8",
    )
    found = messages.texts(room)
    assert {key[1] for key in found} == {"一", "{n} 户", "关", "二", "三", "四 %(a)s", "五", "六"}
    assert found[(None, "{n} 户")] == ("{n} 户", "{n} 户们")
    assert ("动词", "关") in found
    messages.extract(room)
    assert [m for m in messages.problems(room) if "placeholders" in m] == []
    assert sum(1 for m in messages.problems(room) if m.startswith("no English")) == 8
