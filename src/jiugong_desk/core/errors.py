"""Refusals and misuse, mapped to HTTP answers in one place (`core.middleware.AnswerRefusals`)."""

from __future__ import annotations

from .verdict import Reason, Verdict


class DeskError(Exception):
    """Anything the desk raises on purpose. Its text never holds a name, a phone number or an account."""


class Refused(DeskError):
    """A rule said no. Staff read `verdict`; nothing was written. Answered with 409."""

    def __init__(self, verdict: Verdict) -> None:
        assert not verdict.allowed
        self.verdict = verdict
        super().__init__(",".join(verdict.codes))


def hold(verdict: Verdict) -> None:
    """Go on if the verdict allows it; otherwise raise the refusal."""
    if not verdict.allowed:
        raise Refused(verdict)


class Stale(Refused):
    """Somebody else was faster: the row is no longer in the state that the caller saw. Answered with 409."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(Verdict((reason,)))


class UnscopedAccess(DeskError):
    """A query on a scoped model did not say who is looking (`visible_to`) or why everyone may (`everyone`)."""
