"""A policy with other bands and values: its `[grid]` and `[value]` from a text of just these, the rest as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..errors import PolicyError
from .document import NotToml, parse_document
from .reader import DEFAULT_POLICY, refuse_broken, section_of
from .values import Grid, Policy, Value

REVISABLE = ("grid", "value")
_HEADER = re.compile(r"^\s*\[+\s*([A-Za-z0-9_-]+)")


def revised_policy(policy: Policy, text: str, *, version: str, effective_from: date, file: str = "revision") -> Policy:
    """`policy` with the tables of `text`, under another version.

    Parameters
    ----------
    text : TOML with all of `[grid]`, `[value]` and `[value.margin]`, and nothing else
    version, effective_from : of the result; `effective_from` is recorded, nothing is switched by it
    file : how messages name the text

    Raises
    ------
    PolicyError: no TOML; a table that may not be revised; a key unknown, missing, ill-typed or out of range
    """
    try:
        document = parse_document(text, file)
    except NotToml as error:
        raise PolicyError(f"is not TOML: {error}", file=file, line=error.line) from None
    for key in document.data:
        if key not in REVISABLE:
            raise PolicyError(
                f"{key}: may not be revised; write only the tables [grid], [value] and [value.margin]",
                file=file, line=document.line(key), key=key,
            )  # fmt: skip
    made = replace(
        policy,
        version=version,
        effective_from=effective_from,
        grid=section_of(document, Grid, "grid"),
        value=section_of(document, Value, "value"),
    )
    refuse_broken(document, made)
    return made


def revisable_text(path: str | Path | None = None) -> str:
    """The tables of a policy file that `revised_policy` takes, as they are written there; None: the default bank's."""
    kept, inside = [], False
    for line in Path(path or DEFAULT_POLICY).read_text(encoding="utf-8-sig").splitlines():
        header = _HEADER.match(line)
        inside = header[1] in REVISABLE if header else inside
        if inside:
            kept.append(line)
    return "\n".join(kept).strip() + "\n"
