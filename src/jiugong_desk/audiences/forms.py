"""The builder's rows: what a form holds, as blocks of rules, and blocks of rules as rows to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from ..organisation.models import Unit
from .catalogue import FIELDS, Field
from .reading import BARE, KINDS, MOST_BLOCKS, MOST_RULES, OPERATORS, SEVERAL, in_blocks


@dataclass(frozen=True)
class RuleRow:
    """One condition as the builder shows it; `field` is None in the blank row that adds one."""

    name: str  # of its inputs: rule-<block>-<place>
    step: str  # of its counts: the code of the waterfall's step
    field: Field | None = None
    op: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    with_unknown: bool = False

    @property
    def operators(self) -> list[tuple[str, Any]]:
        return [(op, OPERATORS[op]) for op in self.field.operators] if self.field else []

    @property
    def widget(self) -> str:
        """none, several, one, amount or date."""
        if self.field is None or self.op in BARE:
            return "none"
        if self.field.kind != "choice":
            return self.field.kind
        return "several" if self.op in SEVERAL else "one"

    @property
    def asks_unknown(self) -> bool:
        """Whether it has to be said if the unknown are meant too."""
        return self.field is not None and self.field.may_be_unknown and self.op not in BARE

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class BlockRow:
    """A block with its rows, the last of them blank. `step`: of its counts, where it is one step of the waterfall."""

    number: int
    kind: str
    rows: list[RuleRow]

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    @property
    def step(self) -> str:
        return "" if self.kind == "all" else f"block-{self.number}"


def block_rows(raw: Any, unit: Unit | None) -> list[BlockRow]:
    """The rows of these blocks, wrong rules as far as they make sense; at least one block."""
    blocks = in_blocks(raw) or [{"kind": "all", "rules": []}]
    return [_block(number, block, unit) for number, block in enumerate(blocks)]


def _block(number: int, block: Mapping[str, Any], unit: Unit | None) -> BlockRow:
    rows: list[RuleRow] = []
    for rule in block.get("rules") or ():
        field = FIELDS.get(str(rule.get("field")))
        if field is None:
            continue
        op = rule["op"] if rule.get("op") in field.operators else field.operators[0]
        value = rule.get("value")
        values = tuple(str(item) for item in (value if isinstance(value, list | tuple) else [value]) if item)
        place = len(rows)
        rows.append(
            RuleRow(
                f"rule-{number}-{place}",
                f"rule-{number}-{place}",
                field,
                op,
                values,
                tuple(field.choices(unit)),
                bool(rule.get("unknown")),
            )
        )
    if len(rows) < MOST_RULES:
        rows.append(RuleRow(f"rule-{number}-{len(rows)}", ""))
    kind = str(block.get("kind"))
    return BlockRow(number, kind if kind in KINDS else "all", rows)


def blocks_from(data: QueryDict, *, as_sent: bool = False) -> list[dict[str, Any]]:
    """The blocks of a sent form, as a plan keeps them; rows without a field, or removed, are gone.

    A field or a comparison that the catalogue does not know is left out of a count. `as_sent` keeps it, so that a plan
    which is to be saved is refused for it rather than saved without it.
    """
    blocks: list[dict[str, Any]] = []
    for number in range(MOST_BLOCKS + 1):
        kind = data.get(f"block-{number}-kind", "")
        if not kind or data.get("remove_block") == str(number):
            continue
        rules = list(_rules(data, number, as_sent=as_sent))
        blocks.append({"kind": kind, "rules": rules})
    if data.get("add_block") in KINDS and len(blocks) < MOST_BLOCKS:
        blocks.append({"kind": data["add_block"], "rules": []})
    return [block for block in blocks if block["rules"]] if as_sent else blocks


def _rules(data: QueryDict, number: int, *, as_sent: bool) -> Iterable[dict[str, Any]]:
    for place in range(MOST_RULES + 1):
        row = f"rule-{number}-{place}"
        name, op = data.get(f"{row}-field", ""), data.get(f"{row}-op", "")
        field = FIELDS.get(name)
        if not name or data.get("remove") == f"{number}-{place}" or (field is None and not as_sent):
            continue
        if field and op not in field.operators and not (as_sent and op):
            op = field.operators[0]
        rule: dict[str, Any] = {"field": name, "op": op}
        values = data.getlist(f"{row}-value")
        if op in SEVERAL:
            rule["value"] = values
        elif op not in BARE:
            rule["value"] = values[0] if values else ""
        if data.get(f"{row}-unknown"):
            rule["unknown"] = True
        yield rule
