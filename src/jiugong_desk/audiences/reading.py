"""Rules as values: read from what a form or a plan holds, refused with the reason, said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..core.errors import Refused
from ..core.verdict import Reason, refused
from ..organisation.models import Unit
from .catalogue import FIELDS, Field

OPERATORS: Mapping[str, Any] = {
    "is": _("是"),
    "in": _("属于"),
    "lacks": pgettext_lazy("比较", "没有"),
    "at_least": _("不低于"),
    "at_most": _("不高于"),
    "below": _("低于"),
    "before": _("早于"),
    "since": _("不早于"),
    "excludes": _("不含"),
    "known": _("已知"),
    "unknown": _("未知"),
}
BARE = ("known", "unknown")  # take no value
SEVERAL = ("in", "lacks", "excludes")
KINDS: Mapping[str, Any] = {"all": _("全部满足"), "any": _("任一满足"), "none": _("排除以下任一")}
MOST_RULES, MOST_BLOCKS = 20, 8
YEARS = range(1900, 2101)  # of a day in a rule, or on which a rule is asked
PLAIN_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")  # no exponent: 1e-200000 is short here and long in a query


class WrongRule(Refused):
    """A rule that the catalogue does not know. Nothing of it has reached a query."""

    def __init__(self, text: Any, remedy: Any, **facts: Any) -> None:
        super().__init__(refused(Reason("wrong_rule", text, facts, remedy)))


@dataclass(frozen=True)
class Rule:
    """One condition. `values`: none for known/unknown, several for 属于/没有/不含, else one; as text.

    `with_unknown`: customers of whom nobody knows the field meet it too.
    """

    field: Field
    op: str
    values: tuple[str, ...]
    with_unknown: bool = False

    def as_json(self) -> dict[str, Any]:
        """As a plan keeps it: value is absent, a text, or a list of texts."""
        plain: dict[str, Any] = {"field": self.field.key, "op": self.op}
        if self.op in SEVERAL:
            plain["value"] = list(self.values)
        elif self.op not in BARE:
            plain["value"] = self.values[0]
        if self.with_unknown:
            plain["unknown"] = True
        return plain


@dataclass(frozen=True)
class Block:
    """Rules that belong together: all of them hold, any of them does, or none may. Every block must be met."""

    kind: str
    rules: tuple[Rule, ...]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "rules": [rule.as_json() for rule in self.rules]}


Definition = tuple[Block, ...]


def read(raw: Any, unit: Unit | None) -> Definition:
    """The blocks, checked against the catalogue; raises `WrongRule`. `unit`: whose outlets may be named.

    Plans of earlier versions hold a plain list of rules: they are one block, all of which must hold.
    """
    blocks = tuple(_block(row, unit) for row in in_blocks(raw))
    found = sum(len(block.rules) for block in blocks)
    if found > MOST_RULES or len(blocks) > MOST_BLOCKS:
        raise WrongRule(
            _("客群规则有 {found} 条、{blocks} 组，最多 {most} 条、{most_blocks} 组。"), _("请合并规则。"),
            found=found, most=MOST_RULES, blocks=len(blocks), most_blocks=MOST_BLOCKS,
        )  # fmt: skip
    return tuple(block for block in blocks if block.rules)


def in_blocks(raw: Any) -> list[Mapping[str, Any]]:
    """What a plan or a form holds, as blocks; nothing of it is checked yet."""
    rows = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list | tuple) else []
    if any("field" in row for row in rows) or not all("rules" in row for row in rows):
        return [{"kind": "all", "rules": rows}]
    return rows


def as_json(definition: Definition) -> list[dict[str, Any]]:
    """As a plan keeps it."""
    return [block.as_json() for block in definition]


def _block(row: Mapping[str, Any], unit: Unit | None) -> Block:
    kind, rules = str(row.get("kind")), row.get("rules")
    if kind not in KINDS or not isinstance(rules, list | tuple):
        raise WrongRule(_("客群规则的分组方式不对。"), _("请选择全部满足、任一满足或排除。"))
    return Block(kind, tuple(_rule(rule, unit) for rule in rules if isinstance(rule, Mapping)))


def _rule(row: Mapping[str, Any], unit: Unit | None) -> Rule:
    field = FIELDS.get(str(row.get("field")))
    if field is None:
        raise WrongRule(_("客群规则用了目录中没有的字段。"), _("请从下拉列表中选择字段。"))
    op = str(row.get("op"))
    if op not in field.operators:
        raise WrongRule(
            _("“{field}”不支持这种比较。"),
            _("可用的比较：%(allowed)s。") % {"allowed": "、".join(str(OPERATORS[name]) for name in field.operators)},
            field=field.label,
        )
    with_unknown = bool(row.get("unknown")) and field.may_be_unknown and op not in BARE
    return Rule(field, op, () if op in BARE else _values(field, op, row.get("value"), unit), with_unknown)


def _values(field: Field, op: str, raw: Any, unit: Unit | None) -> tuple[str, ...]:
    given = [
        str(value).strip() for value in (raw if isinstance(raw, list | tuple) else [raw]) if value not in (None, "")
    ]
    if not given or (len(given) > 1 and op not in SEVERAL):
        raise WrongRule(_("“{field}”缺少取值。"), _("请填写或选择取值。"), field=field.label)
    if field.kind == "choice":
        allowed = [value for value, _label in field.choices(unit)]
        if not set(given) <= set(allowed):
            raise WrongRule(_("“{field}”的取值不在可选范围。"), _("请从列表中选择。"), field=field.label)
        return tuple(value for value in allowed if value in given)  # in the catalogue's order: one rule, one text
    return (_amount(field, given[0]) if field.kind == "amount" else _day(field, given[0]),)


def _amount(field: Field, text: str) -> str:
    plain = text.replace(",", "").replace("，", "")
    if not PLAIN_AMOUNT.fullmatch(plain):
        raise WrongRule(
            _("“{field}”须是以元为单位的金额。"), _("例如 50000；整数最多 15 位，小数最多 2 位。"), field=field.label
        )
    return format(Decimal(plain).normalize(), "f")


def _day(field: Field, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongRule(_("“{field}”须是日期。"), _("例如 2024-01-31。"), field=field.label) from None
    if day.year not in YEARS:
        facts = {"field": field.label, "first": YEARS[0], "last": YEARS[-1]}
        raise WrongRule(_("“{field}”须在 {first} 年至 {last} 年之间。"), _("例如 2024-01-31。"), **facts)
    return day.isoformat()


def sentence(rule: Rule, unit: Unit | None) -> str:
    """贷款种类 属于 一手楼按揭、二手楼按揭; of a flag 代发工资：是, without a verb."""
    words = [str(rule.field.label), str(OPERATORS[rule.op])]
    names = dict(rule.field.choices(unit))
    if rule.field.is_flag and rule.values:
        answer = names[rule.values[0]] + (gettext("（含未知）") if rule.with_unknown else "")
        return gettext("{field}：{answer}").format(field=rule.field.label, answer=answer)
    shown = [names.get(value, f"{Decimal(value):,}" if rule.field.kind == "amount" else value) for value in rule.values]
    if shown:
        words.append(gettext("、").join(shown) + str(rule.field.unit))
    return " ".join(words) + (gettext("（含未知）") if rule.with_unknown else "")


def sentences(block: Block, unit: Unit | None) -> list[str]:
    """Of a block of which all rules hold, one for each; else one for the block."""
    return [sentence(rule, unit) for rule in block.rules] if block.kind == "all" else [block_sentence(block, unit)]


def block_sentence(block: Block, unit: Unit | None) -> str:
    """任一满足：A；B. Of a block of which all rules hold only the rules are said."""
    said = gettext("；").join(sentence(rule, unit) for rule in block.rules)
    return said if block.kind == "all" else f"{KINDS[block.kind]}：{said}"
