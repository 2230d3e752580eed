"""What a date consists of: the stacks of its tables and the batches that made them, in `DATE/manifest.json`.

Replacing the manifest (one atomic rename) is the moment at which a load or an undo counts. The one before stays beside
it, so that a reader who opened it still finds its files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ...errors import InputError
from .batches import Batch
from .files import replace_text, sync_folder
from .stacks import Fold, Layer, Stack

MANIFEST, BEFORE = "manifest.json", "manifest-before.json"
FORMAT = 2
_PARQUET = re.compile(r'"([^"/]+\.parquet)"')

Stacks = Mapping[str, Mapping[str, Stack]]  # by table and part


@dataclass(frozen=True)
class Onto:
    """What a date began as: an earlier one, with the digest that that had then, but for the tables `afresh`."""

    as_of: date
    digest: str
    afresh: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """One date: its tables, its batches in the order in which they came, those that it inherited among them."""

    as_of: date
    tables: Stacks = field(default_factory=dict)
    batches: tuple[Batch, ...] = ()
    onto: Onto | None = None

    @property
    def digest(self) -> str:
        """Names the layers in their order: equal digests, equal tables. How they are folded is no part of it."""
        content = {
            name: {
                part: files
                for part, stack in parts.items()
                if (files := [layer.file for layer in stack.layers if layer.rows])
            }
            for name, parts in self.tables.items()
        }
        return hashlib.sha256(json.dumps([self.as_of.isoformat(), content], sort_keys=True).encode()).hexdigest()

    @property
    def files(self) -> frozenset[str]:
        return frozenset(file for parts in self.tables.values() for stack in parts.values() for file in stack.files)

    def batch(self, name: str) -> Batch | None:
        return next((batch for batch in self.batches if batch.id == name), None)


def read_manifest(warehouse: Path, as_of: date) -> Manifest | None:
    """The manifest of a date, or None.

    Raises
    ------
    InputError: it was written by another version, or is damaged
    """
    path = warehouse / as_of.isoformat() / MANIFEST
    try:
        return _parsed(path)
    except FileNotFoundError:
        return None


def write_manifest(warehouse: Path, manifest: Manifest) -> None:
    """Make it the one that counts."""
    folder = warehouse / manifest.as_of.isoformat()
    if not folder.exists():
        folder.mkdir(parents=True)
        sync_folder(warehouse)
    if (folder / MANIFEST).exists():
        replace_text(folder / BEFORE, (folder / MANIFEST).read_text(encoding="utf-8"))
    replace_text(folder / MANIFEST, json.dumps(_plain(manifest), ensure_ascii=False, sort_keys=True, indent=1))


def dates(warehouse: Path) -> list[date]:
    """Dates that have a manifest, oldest first."""
    return sorted(date.fromisoformat(found.parent.name) for found in warehouse.glob(f"????-??-??/{MANIFEST}"))


def named_files(warehouse: Path) -> set[str]:
    """Every Parquet file that a manifest of any date names, the ones before and those of other versions included."""
    found: set[str] = set()
    for path in warehouse.glob("????-??-??/manifest*.json"):
        found.update(_PARQUET.findall(path.read_text(encoding="utf-8")))
    return found


def _parsed(path: Path) -> Manifest:
    text = path.read_text(encoding="utf-8")
    try:
        content = json.loads(text)
    except ValueError:
        raise InputError("is damaged; bring it back from a backup", file=str(path)) from None
    if _format(content) != FORMAT:
        raise InputError(_another_version(content, path), file=str(path))
    tables = {name: {part: _stack(plain) for part, plain in parts.items()} for name, parts in content["tables"].items()}
    batches = tuple(Batch.of(plain) for plain in content["batches"])
    return Manifest(date.fromisoformat(content["as_of"]), tables, batches, _onto(content["onto"]))


def _another_version(content: Any, path: Path) -> str:
    if _format(content) == 1:
        day = path.parent.name
        return (
            f"was written by an earlier version (format 1), and this one keeps snapshots otherwise; its Parquet files are "
            f"extracts, so load them into a new folder: `jiugong ingest {path.parent} --as-of {day} --warehouse NEW`"
        )
    return (
        f"has format {_format(content)}, and this version reads {FORMAT}; use the version that wrote it, or a newer one"
    )


def _format(content: Any) -> Any:
    return content.get("format") if isinstance(content, dict) else None


def _onto(plain: Mapping[str, Any] | None) -> Onto | None:
    return Onto(date.fromisoformat(plain["as_of"]), plain["digest"], tuple(plain["afresh"])) if plain else None


def _stack(plain: Mapping[str, Any]) -> Stack:
    return Stack(tuple(Layer(**layer) for layer in plain["layers"]), tuple(Fold(**fold) for fold in plain["folds"]))


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "as_of": manifest.as_of.isoformat(),
        "digest": manifest.digest,
        "onto": manifest.onto and asdict(manifest.onto) | {"as_of": manifest.onto.as_of.isoformat()},
        "tables": {
            name: {part: asdict(stack) for part, stack in parts.items()} for name, parts in manifest.tables.items()
        },
        "batches": [batch.as_dict() for batch in manifest.batches],
    }
