"""Read a policy file. Unknown, missing, ill-typed and out-of-range keys are refused with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from ..errors import PolicyError
from ..nearest import suggest
from .document import Document, NotToml, read_document
from .rules import broken_rule
from .values import Hours, Policy

DEFAULT_POLICY = Path(__file__).parent / "default.toml"


def load_policy(path: str | Path | None = None) -> Policy:
    """The policy in the file; None: the default bank's.

    Raises
    ------
    PolicyError: no TOML; a key unknown, missing, of another type or out of range. The message names file, line and
    key, what was found and what would be right; `file`, `line` and `key` are attributes too.
    """
    path = Path(path or DEFAULT_POLICY)
    try:
        document = read_document(path)
    except NotToml as error:
        raise PolicyError(f"is not TOML: {error}", file=path.name, line=error.line) from None
    except FileNotFoundError:
        raise PolicyError("no such file; check the path, or leave it out for the default policy", file=str(path)) from None  # fmt: skip
    policy: Policy = _Reader(document).build(Policy, document.data, ())
    refuse_broken(document, policy)
    return policy


def section_of(document: Document, cls: type[Any], name: str) -> Any:
    """One table of a document as frozen values; raises PolicyError."""
    reader = _Reader(document)
    if name not in document.data:
        reader.refuse((name,), "missing", f"write the table [{name}]")
    return reader.build(cls, document.data[name], (name,))


def refuse_broken(document: Document, policy: Policy) -> None:
    """Raise PolicyError where the values, each well typed, break a rule; with the line in the document."""
    if broken := broken_rule(policy):
        _Reader(document).refuse(broken.keys, broken.found, broken.right)


class _Reader:
    """Builds frozen values by their type hints: a new table or key in `values.py` needs no line here."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def refuse(self, keys: tuple[str, ...], found: str, right: str) -> NoReturn:
        key = ".".join(keys)
        line = self._document.line(*keys)
        raise PolicyError(f"{key}: {found}; {right}", file=self._document.file, line=line, key=key)

    def build(self, cls: type[Any], table: Any, at: tuple[str, ...]) -> Any:
        if not isinstance(table, dict):
            self.refuse(at, f"found {_shown(table)}", f"write it as a table [{'.'.join(at)}]")
        hints = get_type_hints(cls)
        names = [field.name for field in fields(cls)]
        for key in table:
            if key not in names:
                self.refuse((*at, key), "unknown key", suggest(key, names))
        for name in names:
            if name not in table:
                self.refuse((*at, name), "missing", f"copy it from the default policy ({DEFAULT_POLICY.name})")
        return cls(**{name: self.value(hints[name], table[name], (*at, name)) for name in names})

    def value(self, kind: Any, raw: Any, at: tuple[str, ...]) -> Any:
        if is_dataclass(kind):
            return self.build(kind, raw, at)  # type: ignore[arg-type]
        if kind == Hours:
            return tuple(self._span(pair, at) for pair in self._list(raw, at))
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Mapping:
            if not isinstance(raw, dict):
                self.refuse(at, f"found {_shown(raw)}", f"write it as a table [{'.'.join(at)}]")
            return {key: self.value(inner[1], value, (*at, key)) for key, value in raw.items()}
        if origin in (tuple, frozenset):
            return origin(self.value(inner[0], item, at) for item in self._list(raw, at))
        return self._single(kind, raw, at)

    def _list(self, raw: Any, at: tuple[str, ...]) -> list[Any]:
        if not isinstance(raw, list):
            self.refuse(at, f"found {_shown(raw)}", "write a list in square brackets")
        return raw

    def _single(self, kind: type, raw: Any, at: tuple[str, ...]) -> Any:
        # A TOML true is a Python int too, and a date-time a date: the type itself has to be right.
        if kind is Decimal and type(raw) is int:
            raw = Decimal(raw)
        if type(raw) is not kind or (isinstance(raw, Decimal) and not raw.is_finite()):
            self.refuse(at, f"found {_shown(raw)}", f"give {_KINDS[kind]}")
        return raw

    def _span(self, pair: Any, at: tuple[str, ...]) -> tuple[time, time]:
        try:
            first, last = (time.fromisoformat(text) for text in pair)
        except (TypeError, ValueError):
            self.refuse(at, f"found {_shown(pair)}", 'give pairs of times, such as ["09:00", "12:00"]')
        return first, last


_KINDS: Mapping[type, str] = {
    str: 'a text in quotation marks, such as "CNY"',
    int: "a whole number",
    bool: "true or false",
    Decimal: "a number",
    date: "a date, such as 2026-01-01",
}


def _shown(raw: Any) -> str:
    text = f'"{raw}"' if isinstance(raw, str) else str(raw).lower() if isinstance(raw, bool) else str(raw)
    return text if len(text) <= 80 else f"{text[:77]}..."
