"""The mapping file: how one bank's extracts reach the canonical tables. docs/reference/ingest.md shows every key."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from ..errors import InputError
from ..nearest import suggest
from ..policy.document import Document, NotToml, read_document
from .contracts import READABLE, TableContract
from .headers import NULLS, UNITS
from .reading.header import plain
from .refusals import refusal
from .toml import to_toml

_DATE_KINDS = frozenset({"date", "month", "instant"})
_FORMAT = re.compile(r"(?:%[YymdHMS]|[^%])*")


@dataclass(frozen=True)
class Source:
    """What the bank says about the files whose names match.

    columns : plain header -> canonical column ("" : leave it out); before the learned headers
    remembered : the same, of what people said about earlier files of the source; after `columns`, before the learned
    units : canonical money column -> units of currency in one (万元: 10000)
    dates : canonical date column -> strptime format of %Y %y %m %d %H %M %S
    constants : canonical column -> the value of every row, as text
    values : canonical column -> what the file says -> what we say
    """

    match: str = "*"
    table: str = ""
    encoding: str = ""
    separator: str = ""
    header_row: int = 0
    sheet: str = ""
    nulls: tuple[str, ...] = NULLS
    columns: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def with_remembered(self, other: Source) -> Source:
        """This mapping, and where it says nothing what is remembered of the source."""
        values = {
            name: {**other.values.get(name, {}), **self.values.get(name, {})} for name in {*other.values, *self.values}
        }
        return replace(
            self,
            table=self.table or other.table,
            encoding=self.encoding or other.encoding,
            separator=self.separator or other.separator,
            header_row=self.header_row or other.header_row,
            sheet=self.sheet or other.sheet,
            nulls=tuple(dict.fromkeys((*self.nulls, *other.nulls))),
            remembered={**other.remembered, **other.columns, **self.remembered},
            units={**other.units, **self.units},
            dates={**other.dates, **self.dates},
            constants={**other.constants, **self.constants},
            values=values,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with the keys of a `[[file]]` entry; what is not said is left out. `remembered` is among `columns`."""
        said: dict[str, Any] = {
            "match": self.match,
            "table": self.table,
            "encoding": self.encoding,
            "separator": self.separator,
            "header_row": self.header_row,
            "sheet": self.sheet,
            "nulls": [word for word in self.nulls if word not in NULLS],
            "columns": {**self.remembered, **self.columns},
            "units": {name: next((word for word, unit in UNITS.items() if unit == size), size) for name, size in self.units.items()},
            "dates": dict(self.dates),
            "constants": dict(self.constants),
            "values": {name: dict(words) for name, words in self.values.items() if words},
        }  # fmt: skip
        return {key: value for key, value in said.items() if value}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any], *, file: str = "") -> Source:
        """The entry that `as_dict` gave, checked like one of a mapping file. Raises InputError."""
        return _Entry(Document(file, {"file": [dict(said)]}, {}), ("file", 0)).source()


_KEYS = tuple(item.name for item in fields(Source) if item.name != "remembered")
_MOST = 1 << 20  # bytes; a mapping of a thousand files has not half of it


def read_mapping(path: str | Path | None) -> tuple[Source, ...]:
    """The `[[file]]` entries of a mapping file, in its order; none without one."""
    if path is None:
        return ()
    _is_small_file(Path(path))
    try:
        document = read_document(path)
    except NotToml as error:
        raise InputError(f"is not TOML: {error}", file=Path(path).name, row=error.line) from None
    for key in document.data:
        if key != "file":
            _Entry(document, ()).refuse(f"unknown key '{key}'; a mapping holds [[file]] entries", key)
    entries = document.data.get("file", [])
    if not isinstance(entries, list):
        _Entry(document, ()).refuse("'file' stands in single brackets; write [[file]]", "file")
    return tuple(_Entry(document, ("file", place)).source() for place in range(len(entries)))


def write_mapping(sources: Iterable[Source]) -> str:
    """The text of a mapping file that says what the sources say."""
    return "\n".join(to_toml({"file": [source.as_dict() for source in sources]}))


def _is_small_file(path: Path) -> None:
    """Not a device that never ends, nor a list taken for a mapping."""
    if not path.exists():
        raise refusal("no_such_file", file=str(path))
    if not path.is_file() or path.stat().st_size > _MOST:
        raise refusal("no_mapping", file=str(path), most=_MOST >> 20)


def source_for(file_name: str, sources: tuple[Source, ...]) -> Source:
    """The first entry whose `match` fits the file's name; one that says nothing if none does."""
    return next((source for source in sources if fnmatchcase(file_name, source.match)), Source())


@dataclass(frozen=True)
class _Entry:
    """One `[[file]]` while it is checked."""

    document: Document
    at: tuple[str | int, ...]

    def refuse(self, message: str, *keys: str) -> NoReturn:
        raise InputError(
            message, file=self.document.file, row=self.document.line(*self.at, *keys), column=".".join(keys)
        )

    def source(self) -> Source:
        raw: dict[str, Any] = self.document.data["file"][self.at[1]]
        for key in raw:
            if key not in _KEYS:
                self.refuse(f"unknown key; {suggest(key, _KEYS)}", key)
        for key in ("match", "table"):
            if not isinstance(raw.get(key), str) or not raw[key]:
                self.refuse(f'missing, or no text; write {key} = "…"', key)
        if raw["table"] not in READABLE:
            self.refuse(f"'{raw['table']}' is no canonical table; {suggest(raw['table'], READABLE)}", "table")
        contract = READABLE[raw["table"]]
        return Source(
            match=raw["match"],
            table=raw["table"],
            encoding=self._encoding(raw),
            separator=self._text(raw, "separator", lambda text: len(text) == 1, "one character, such as ';'"),
            header_row=self._header_row(raw),
            sheet=self._text(raw, "sheet", bool, "the sheet's name"),
            nulls=(*NULLS, *self._nulls(raw)),
            columns={plain(header): name for header, name in self._columns(raw, contract).items()},
            units={name: self._unit(name, value) for name, value in self._named(raw, "units", contract, {"money"})},
            dates={name: self._format(name, value) for name, value in self._named(raw, "dates", contract, _DATE_KINDS)},
            constants={name: self._constant(name, value) for name, value in self._named(raw, "constants", contract)},
            values={name: self._values(name, value) for name, value in self._named(raw, "values", contract)},
        )

    def _text(self, raw: dict[str, Any], key: str, fits: Callable[[str], bool], right: str) -> str:
        if key not in raw:
            return ""
        value = raw[key]
        if not isinstance(value, str) or not fits(value):
            self.refuse(f"is {value!r}; give {right}", key)
        return value

    def _encoding(self, raw: dict[str, Any]) -> str:
        def known(name: str) -> bool:
            try:
                codecs.lookup(name)
            except LookupError:
                return False
            return True

        return self._text(raw, "encoding", known, "an encoding's name, such as 'gb18030' or 'utf-8'")

    def _header_row(self, raw: dict[str, Any]) -> int:
        value = raw.get("header_row", 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < ("header_row" in raw):
            self.refuse(f"is {value!r}; give the row's number, counted from 1", "header_row")
        return value

    def _nulls(self, raw: dict[str, Any]) -> list[str]:
        value = raw.get("nulls", [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse('is no list of texts; write nulls = ["-", "不详"]', "nulls")
        return value

    def _table(self, raw: dict[str, Any], key: str) -> dict[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            self.refuse(f"is {value!r}; write it as a table [file.{key}]", key)
        return value

    def _columns(self, raw: dict[str, Any], contract: TableContract) -> dict[str, str]:
        table = self._table(raw, "columns")
        for header, name in table.items():
            if name != "" and name not in contract.names:
                self.refuse(
                    f"'{name}' is no column of {contract.name}; {suggest(str(name), contract.names)}", "columns", header
                )
        return table

    def _named(self, raw: dict[str, Any], key: str, contract: TableContract, kinds: Any = None) -> Any:
        table = self._table(raw, key)
        for name in table:
            if name not in contract.names:
                self.refuse(f"no column of {contract.name}; {suggest(name, contract.names)}", key, name)
            if kinds and contract.column(name).kind not in kinds:
                right = ", ".join(column.name for column in contract.columns if column.kind in kinds) or "none"
                self.refuse(f"takes no {key}; those of {contract.name} that do: {right}", key, name)
        return table.items()

    def _unit(self, name: str, value: Any) -> int:
        unit = UNITS.get(value) if isinstance(value, str) else value
        if not isinstance(unit, int) or isinstance(unit, bool) or not 0 < unit <= 10**9:
            self.refuse(f"is {value!r}; give one of {', '.join(UNITS)}, or a whole number from 1 on", "units", name)
        return unit

    def _format(self, name: str, value: Any) -> str:
        written = value if isinstance(value, str) and _FORMAT.fullmatch(value) else ""
        letters = re.findall(r"%(.)", written)
        once = len({letter.lower() if letter in "Yy" else letter for letter in letters}) == len(letters)
        if not once or "m" not in letters or not {"Y", "y"} & set(letters):
            self.refuse(
                f"is {value!r}; give a format of %Y (or %y), %m, %d, %H, %M, %S, such as '%Y%m%d'", "dates", name
            )
        return written

    def _constant(self, name: str, value: Any) -> str:
        if isinstance(value, dict | list):
            self.refuse(f"is {value!r}; give one value", "constants", name)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _values(self, name: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            self.refuse(f"is {value!r}; write it as a table [file.values.{name}]", "values", name)
        return {said: self._constant(name, ours) for said, ours in value.items()}
