"""Why a file cannot be read: a code and the facts; `warehouse/refusals.py` makes sentences of them."""

from __future__ import annotations


class Refused(Exception):
    """`place` may hold sheet, row, column (a header); further facts belong to the sentence."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts
