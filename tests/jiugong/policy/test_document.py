"""Lines of keys: what `tomllib` does not tell."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugong.policy.document import NotToml, key_lines, parse_document, read_document

TEXT = '''\
name = "x"   # [not.a.table]
"客户 号" = 1

[grid]
bands = [
  1,
  # key = 2
  [2, 3],
]
text = """
a = 1
[b]
\\"""
"""
literal = \'\'\'
c = 1\'\'\'
last.inner = 2

[[file]]
match = "a"
[file.columns]
"x = y" = "z"
[[file]]
match = "b"
[file.columns]
q = "z"
'''


def test_every_key_stands_on_its_line() -> None:
    lines = key_lines(TEXT)
    assert lines == {
        ("name",): 1,
        ("客户 号",): 2,
        ("grid",): 4,
        ("grid", "bands"): 5,
        ("grid", "text"): 10,
        ("grid", "literal"): 15,
        ("grid", "last"): 17,
        ("grid", "last", "inner"): 17,
        ("file",): 19,
        ("file", 0): 19,
        ("file", 0, "match"): 20,
        ("file", 0, "columns"): 21,
        ("file", 0, "columns", "x = y"): 22,
        ("file", 1): 23,
        ("file", 1, "match"): 24,
        ("file", 1, "columns"): 25,
        ("file", 1, "columns", "q"): 26,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_keys_found_are_those_that_tomllib_reads(end: str) -> None:
    text = TEXT.replace("\n", end)
    assert {keys[0] for keys in key_lines(text)} == set(tomllib.loads(text))


scalars = st.one_of(st.integers(), st.booleans(), st.text(st.characters(codec="ascii", categories=["L", "P"])))
names = st.text("abcdefgh_", min_size=1, max_size=6)


@given(st.dictionaries(names, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=5), st.data())
def test_each_key_of_a_written_table_is_found_on_its_line(table: dict, data: st.DataObject) -> None:
    lines, where = ["[t]"], {}
    for key, value in table.items():
        lines += [""] * data.draw(st.integers(0, 2))
        where[key] = len(lines) + 1
        lines += _toml(key, value, data.draw(st.booleans()))
    text = "\n".join(lines)
    assert tomllib.loads(text)["t"] == table
    assert {keys[1]: line for keys, line in key_lines(text).items() if len(keys) == 2} == where


def _toml(key: str, value: object, spread: bool) -> list[str]:
    if isinstance(value, list):
        items = [_toml("", item, False)[0].removeprefix(" = ") for item in value]
        return [f"{key} = [", *(f"{item}," for item in items), "]"] if spread else [f"{key} = [{', '.join(items)}]"]
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f'{key} = "{escaped}"']
    return [f"{key} = {str(value).lower()}"]


def test_no_toml_says_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a = 1\nb = \n", encoding="utf-8")
    with pytest.raises(NotToml) as caught:
        read_document(path)
    assert caught.value.line == 2
    path.write_bytes("a = '张'\n".encode("gb18030"))
    with pytest.raises(NotToml, match="byte 5 is not UTF-8; save the file as UTF-8"):
        read_document(path)


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "x = " + "{a=" * 3_000, "n = " + "1" * 5_000])
def test_what_no_parser_takes_is_refused_too(text: str) -> None:
    with pytest.raises(NotToml):
        parse_document(text, "policy.toml")
