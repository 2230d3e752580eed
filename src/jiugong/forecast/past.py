"""What is known of a campaign that is over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ..errors import MisuseError

# Each step and what it is a part of (domain.md, section 4).
PART_OF = {
    "eligible": "audience", "attempted": "eligible", "reached": "attempted", "valid": "reached", "interested": "reached",
    "invited": "interested", "visited": "due", "converted": "visited", "complaints": "reached", "do_not_call": "reached",
}  # fmt: skip


@dataclass(frozen=True)
class PastCampaign:
    """Counts of customers at the end of a campaign; None: not known, and nothing is learned from it.

    starts_on : its first day, for the sentence that says what a forecast rests on
    due : appointments due; None: as many as invited
    attempts : allowed for each customer
    still_open : attempted, never reached, and yet not out of attempts when it ended: calls that nobody had time for
    calls : made in all
    agreed : yuan agreed on in visits
    deposits, deposits_error : yuan of average daily balance that it brought in all, as measured against its hold-out,
        with the standard error
    levels : customers attempted, by level (0: unscored); empty: not known
    simulated : it ran in the fictional bank only
    """

    starts_on: date | None = None
    audience: int | None = None
    eligible: int | None = None
    attempted: int | None = None
    reached: int | None = None
    valid: int | None = None
    interested: int | None = None
    invited: int | None = None
    due: int | None = None
    visited: int | None = None
    converted: int | None = None
    complaints: int | None = None
    do_not_call: int | None = None
    attempts: int = 3
    still_open: int = 0
    calls: int | None = None
    agreed: float | None = None
    deposits: float | None = None
    deposits_error: float | None = None
    levels: Mapping[int, int] = field(default_factory=dict)
    simulated: bool = False

    def __post_init__(self) -> None:
        for step in PART_OF:
            of = PART_OF[step]
            part, whole = getattr(self, step), self.base(step)
            if part is not None and (part < 0 or (whole is not None and part > whole)):
                raise MisuseError(
                    f"a past campaign has {part:,} {step} of {'?' if whole is None else format(whole, ',')} {of}; "
                    "a step is a part of the one it is counted from: count customers, each once"
                )
        if self.attempts < 1:
            raise MisuseError(f"a past campaign allowed {self.attempts} attempts; give 1 or more")
        never = None if self.attempted is None or self.reached is None else self.attempted - self.reached
        if self.still_open < 0 or (never is not None and self.still_open > never):
            raise MisuseError(
                f"a past campaign has {self.still_open:,} still open; they are a part of those attempted and never reached"
            )
        for name in ("calls", "agreed", "deposits_error"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise MisuseError(f"a past campaign has {name} {value}; give a number of 0 or more, or nothing")

    @property
    def cut_short(self) -> float:
        """Share of those attempted whom more time would have tried again."""
        return self.still_open / self.attempted if self.attempted else 0.0

    def base(self, step: str) -> int | None:
        """The count that `step` is a part of."""
        of = PART_OF[step]
        count: int | None = getattr(self, of)
        return self.invited if of == "due" and count is None else count

    def share(self, step: str) -> tuple[int, int] | None:
        """(how many, of how many); None where either is unknown or there was nobody."""
        part, whole = getattr(self, step), self.base(step)
        return (part, whole) if part is not None and whole else None

    @property
    def measured(self) -> tuple[float, float] | None:
        """What it brought over what was agreed on, with the standard error; None where it was not measured."""
        if not self.agreed or self.deposits is None or not self.deposits_error or math.isinf(self.deposits_error):
            return None
        return self.deposits / self.agreed, self.deposits_error / self.agreed
