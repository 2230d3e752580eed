"""A TOML file whose keys know their lines: `tomllib` says where a file cannot be parsed, but not where a key stands."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Keys = tuple[str | int, ...]
_BARE = r"[A-Za-z0-9_-]+"
_KEY = rf"""(?:{_BARE}|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE = re.compile(rf"^\s*\[\s*({_DOTTED})\s*\]")
_ARRAY = re.compile(rf"^\s*\[\[\s*({_DOTTED})\s*\]\]")
_PAIR = re.compile(rf"^\s*({_DOTTED})\s*=")
_AT = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


class NotToml(ValueError):
    """The text is no TOML: what the parser said, and the line."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Document:
    """A parsed file. `lines`: where each table and key begins, as (`calling`, `hours`) or (`file`, 0, `match`)."""

    file: str
    data: dict[str, Any]
    lines: Mapping[Keys, int]

    def line(self, *keys: str | int) -> int | None:
        """The line of the key, or of the nearest table around it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys)


def read_document(path: str | Path) -> Document:
    """Parse a TOML file; decimals stay decimals. Raises NotToml, OSError."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotToml(f"byte {error.start:,} is not UTF-8; save the file as UTF-8", None) from None
    return parse_document(text, path.name)


def parse_document(text: str, file: str) -> Document:
    """The same of a text; `file` names it in messages. Raises NotToml."""
    try:
        return Document(file, tomllib.loads(text, parse_float=Decimal), key_lines(text))
    except RecursionError:
        raise NotToml("tables or lists stand too deep in each other", None) from None
    except ValueError as error:  # TOMLDecodeError, and numbers that are too long
        message = str(error)
        found = _AT.search(message)
        raise NotToml(_AT.sub("", message).strip(), int(found[1]) if found and found[1] else None) from None


def key_lines(text: str) -> dict[Keys, int]:
    """Where each table and key begins, for text that is valid TOML."""
    lines: dict[Keys, int] = {}
    repeats: Counter[Keys] = Counter()
    table: Keys = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not depth and not quote:
            if found := _ARRAY.match(line):
                name = _split(found[1])
                table = (*name, repeats[name])
                repeats[name] += 1
                lines[table] = number
                lines.setdefault(name, number)
                continue
            if found := _TABLE.match(line):
                table = _inside(_split(found[1]), repeats)
                lines[table] = number
                continue
            if found := _PAIR.match(line):
                keys = _split(found[1])
                for end in range(1, len(keys) + 1):
                    lines.setdefault((*table, *keys[:end]), number)
                line = line[found.end() :]
        depth, quote = _open_at_end(line, depth, quote)
    return lines


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(tomllib.loads(f"k = {part}")["k"] if part[0] in "\"'" else part for part in re.findall(_KEY, dotted))


def _inside(name: tuple[str, ...], repeats: Counter[Keys]) -> Keys:
    """[file.columns] belongs to the last [[file]]."""
    for end in range(len(name) - 1, 0, -1):
        if repeats[name[:end]]:
            return (*name[:end], repeats[name[:end]] - 1, *name[end:])
    return name


def _open_at_end(line: str, depth: int, quote: str) -> tuple[int, str]:
    """How many brackets, and which multi-line string, are still open after this line."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return depth, quote if len(quote) == 3 else ""
            escaped = quote[0] == '"' and (end - len(line[:end].rstrip("\\"))) % 2 == 1
            at, quote = (end + 1, quote) if escaped else (end + len(quote), "")
        elif line[at] == "#":
            break
        elif line[at] in "\"'":
            quote = line[at] * 3 if line.startswith(line[at] * 3, at) else line[at]
            at += len(quote)
        else:
            depth += (line[at] in "[{") - (line[at] in "]}")
            at += 1
    return depth, quote
