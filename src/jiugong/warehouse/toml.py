"""Plain values as TOML: what `tomllib` reads back. No library that is here writes it, and a mapping needs little."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(document: Mapping[str, Any], *above: str) -> Iterator[str]:
    """Lines; plain keys first, then tables, then lists of tables. Values: text, whole numbers, truths, lists of them."""
    tables = {key: value for key, value in document.items() if isinstance(value, Mapping)}
    lists = {key: value for key, value in document.items() if _of_tables(value)}
    for key, value in document.items():
        if key not in tables and key not in lists:
            yield f"{_key(key)} = {_value(value)}"
    for key, table in tables.items():
        yield from ("", f"[{_path(*above, key)}]", *to_toml(table, *above, key))
    for key, items in lists.items():
        for item in items:
            yield from ("", f"[[{_path(*above, key)}]]", *to_toml(item, *above, key))
    if not above:
        yield ""


def _of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _path(*keys: str) -> str:
    return ".".join(_key(key) for key in keys)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"[{', '.join(_value(item) for item in value)}]" if isinstance(value, list) else str(value)


def _text(text: str) -> str:
    """JSON escapes what TOML does, but for the character 7F, and it escapes surrogates, which TOML does not know."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
