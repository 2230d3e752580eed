"""Words and ties that may not be used, found in texts however they are spaced. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Protocol

# These end a thought. A word is not looked for across them, or 由我们代保。本行 would be a promise.
STOPS = "。！？!?；;，,：:"
WITHIN = r"[^。！？!?；;]{0,40}?"  # what … of a pattern stands for: within a sentence, and not endlessly
BEFORE, BEHIND = 4, 6  # characters beside a pattern in which a negation still belongs to it
SENTENCE_ENDS, CLAUSE_ENDS = "[。！？!?；;]", "[，,：:]"


class Ties(Protocol):
    """The words of the policy by which a sentence is known to tie a loan to deposits."""

    @property
    def deposits(self) -> tuple[str, ...]: ...
    @property
    def loans(self) -> tuple[str, ...]: ...
    @property
    def gains(self) -> tuple[str, ...]: ...
    @property
    def follows(self) -> tuple[str, ...]: ...
    @property
    def apart(self) -> tuple[str, ...]: ...
    @property
    def harmless(self) -> tuple[str, ...]: ...


class Wording(Protocol):
    """What the policy forbids to say; `jiugong.policy.Wording` says what each is."""

    @property
    def forbidden(self) -> tuple[str, ...]: ...
    @property
    def ties(self) -> Ties: ...
    @property
    def linking(self) -> tuple[str, ...]: ...
    @property
    def promises(self) -> tuple[str, ...]: ...
    @property
    def negations(self) -> tuple[str, ...]: ...


def unsayable(text: str, wording: Wording) -> Iterator[tuple[str, str]]:
    """What no text of ours may say, as code and words: `forbidden_words`, each; the first `loan_and_deposit`, `promise`."""
    yield from (("forbidden_words", word) for word in found_words([text], wording.forbidden))
    ties = tied([text], wording.ties)
    for code, found, patterns in (("loan_and_deposit", ties, wording.linking), ("promise", (), wording.promises)):
        known = filter(None, (_described(text, one, wording.negations) for one in patterns))
        if first := next(chain(found, known), None):
            yield code, first


def _described(text: str, pattern: str, negations: tuple[str, ...]) -> str:
    """The first words that the pattern describes and nothing turns round; empty where there are none."""
    even = "".join(unicodedata.normalize("NFKC", text).split())
    compiled, begin = _compiled(pattern), 0
    while match := compiled.search(even, begin):
        beside = (
            even[max(match.start() - BEFORE, 0) : match.end()]
            + re.split(rf"[{STOPS}]", even[match.end() : match.end() + BEHIND])[0]
        )
        last_clause = re.split(rf"[{STOPS}]", beside)[-1]
        if not any(word in last_clause for word in negations):
            return match[0]
        begin = match.start() + 1
    return ""


@lru_cache(maxsize=200)
def _compiled(pattern: str) -> re.Pattern[str]:
    even = unicodedata.normalize("NFKC", pattern.replace("…", "\0"))
    parts = (
        part if part in "(|)" else WITHIN if part == "\0" else re.escape(part) for part in re.split(r"([(|)\0])", even)
    )
    return re.compile("".join(parts))


def found_words(texts: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    """The forbidden words in the texts. Blanks, wide letters and marks between the characters hide none (保 本, 保·本)."""
    looked_at = [_closed_up(text) for text in texts]
    return tuple(word for word in words if any(_closed_up(word) in text for text in looked_at))


def tied(texts: Iterable[str], ties: Ties) -> tuple[str, ...]:
    """The sentences that tie a loan to deposits, as they are written but for blanks and marks.

    A deposit, a loan and a gain in one sentence do, in whatever order and however far apart; clauses that deny the tie are
    left out of it. Words that so often mean nothing (可以, 就) count only behind the deposit and in the clause of the loan.
    """
    sentences = (one for text in texts for one in re.split(SENTENCE_ENDS, _closed_up(text)))
    return tuple(dict.fromkeys(one for one in sentences if _is_tied(one, ties)))


def _is_tied(sentence: str, ties: Ties) -> bool:
    clauses = [one for one in re.split(CLAUSE_ENDS, sentence) if not _has(one, ties.apart)]
    said = _without("，".join(clauses), ties.harmless)
    if not (_has(said, ties.deposits) and _has(said, ties.loans)):
        return False
    if _has(said, ties.gains):
        return True
    behind = said[min(said.index(word) for word in ties.deposits if word in said) :]
    return any(_has(clause, ties.loans) and _has(clause, ties.follows) for clause in behind.split("，"))


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, "·")
    return text


def _closed_up(text: str) -> str:
    even = unicodedata.normalize("NFKC", text)
    return "".join(one for one in even if one in STOPS or unicodedata.category(one)[0] not in "ZPSC")
