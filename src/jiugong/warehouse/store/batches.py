"""A batch: what one load did, as the manifest keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

MODES = ("replace", "update", "new")
NEW, CHANGED, UNCHANGED, LEFT = "new", "changed", "unchanged", "left"
KINDS = (NEW, CHANGED, UNCHANGED, LEFT)


@dataclass(frozen=True)
class Counts:
    """Rows of a load by what they meant to a table. `left`: of keys that stood already, in the mode `new`."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0

    @property
    def written(self) -> int:
        return self.new + self.changed


@dataclass(frozen=True)
class FileReport:
    """What became of one file: read = loaded + quarantined. `unused`: headers that no column was made of."""

    file: str
    table: str
    read: int
    loaded: int
    quarantined: int
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """One load. `as_of`: the date it was loaded into; `at`: when, as the caller said; `content`: digest of what came in.

    `tables`: for each table what the load did to it. `quarantine`: name of the file below `quarantine/`, or "".
    """

    id: str
    as_of: date
    content: str
    mode: str = MODES[0]
    at: str = ""
    files: tuple[FileReport, ...] = ()
    tables: Mapping[str, Counts] = field(default_factory=dict)
    quarantine: str = ""
    undone: bool = False

    @property
    def written(self) -> int:
        """Rows that the load inserted or changed."""
        return sum(counts.written for counts in self.tables.values())

    def taken_back(self) -> Batch:
        return replace(self, undone=True)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        plain = asdict(self) | {"as_of": self.as_of.isoformat()}
        plain["files"] = [file | {"unused": list(file["unused"])} for file in plain["files"]]
        return plain

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Batch:
        files = tuple(FileReport(**file | {"unused": tuple(file["unused"])}) for file in plain["files"])
        tables = {name: Counts(**counts) for name, counts in plain["tables"].items()}
        as_of = date.fromisoformat(plain["as_of"])
        return cls(**{**plain, "as_of": as_of, "files": files, "tables": tables})
