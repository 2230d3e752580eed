"""Read a policy file. Unknown, missing and ill-typed keys are refused with file, line and key."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from .values import Assessment, Calling, Grid, Holdout, Outcomes, Policy, Role, Value, Visits, Wording

DEFAULT_POLICY = Path(__file__).parent / "default.toml"


def _coerce(kind: str, value: Any) -> Any:
    if kind.startswith("tuple[Decimal"):
        return tuple(value)
    if kind.startswith("tuple[str"):
        return tuple(value)
    if kind == "Hours":
        return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in value)
    if kind == "Decimal":
        return Decimal(value)
    if kind.startswith("frozenset"):
        return frozenset(value)
    return value


def _build(cls: type[Any], table: dict[str, Any]) -> Any:
    return cls(**{f.name: _coerce(str(f.type), table[f.name]) for f in fields(cls)})


def load_policy(path: str | Path | None = None) -> Policy:
    """The policy in the file, or the default bank's."""
    text = Path(path or DEFAULT_POLICY).read_text(encoding="utf-8")
    raw = tomllib.loads(text, parse_float=Decimal)
    return Policy(
        name=raw["name"],
        version=raw["version"],
        effective_from=raw["effective_from"],
        currency=raw["currency"],
        grid=_build(Grid, raw["grid"]),
        value=_build(Value, raw["value"]),
        calling=_build(Calling, raw["calling"]),
        visits=_build(Visits, raw["visits"]),
        holdout=_build(Holdout, raw["holdout"]),
        outcomes=_build(Outcomes, raw["outcomes"]),
        wording=_build(Wording, raw["wording"]),
        assessment=_build(Assessment, raw["assessment"]),
        roles={key: _build(Role, table) for key, table in raw["roles"].items()},
    )
