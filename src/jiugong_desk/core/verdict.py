"""May this happen now? A rule answers with a `Verdict`; screen text, audit facts and statistics are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Reason:
    """One reason why not: a stable `code`, the sentence staff read, its facts, what can be done, and who can do it.

    `who` is a role, the customer, nobody, or whoever reads it; empty where the remedy says it.
    """

    code: str
    text: str | Promise
    facts: Mapping[str, Any] = field(default_factory=dict)
    remedy: str | Promise = ""
    who: str | Promise = ""

    def __str__(self) -> str:
        sentence = str(self.text)
        return sentence.format(**self.facts) if self.facts else sentence


@dataclass(frozen=True)
class Verdict:
    """Allowed exactly when there is no reason against it. The first reason is the one a person should read first."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)

    @property
    def advice(self) -> str:
        """Each sentence with what can be done about it, for a message over another page."""
        return " ".join(f"{reason}{reason.remedy}" for reason in self.reasons)


ALLOWED = Verdict()


def refused(*reasons: Reason) -> Verdict:
    """A verdict against; at least one reason is needed, since a refusal without a reason helps nobody."""
    assert reasons
    return Verdict(tuple(reasons))
