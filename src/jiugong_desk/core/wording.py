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
# Before a denial these turn it round: 并非不保本, 不会让您不保本, 除非保本.
DOUBLED = re.compile(r"[不非无没莫除岂谁怎](?:[是能会得有可说一].{0,3})?$")
# They show the characters behind them in another order: 本保 is read as 保本, and no word would be found.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TURNS = "改变文字方向的控制符"


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
    def onward(self) -> tuple[str, ...]: ...
    @property
    def harmless(self) -> tuple[str, ...]: ...


class Wording(Protocol):
    """What the policy forbids to say; `jiugong.policy.Wording` says what each is."""

    @property
    def forbidden(self) -> tuple[str, ...]: ...
    @property
    def denials(self) -> tuple[str, ...]: ...
    @property
    def between(self) -> tuple[str, ...]: ...
    @property
    def harmless(self) -> tuple[str, ...]: ...
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
    if not TURNING.isdisjoint(text):
        yield "forbidden_words", TURNS
    even = _closed_up(text)
    said = _without(even, wording.harmless)
    yield from (("forbidden_words", word) for word in wording.forbidden if _is_said(_closed_up(word), said, wording))
    if tie := next(chain(tied([text], wording.ties), _linked(even, wording)), None):
        yield "loan_and_deposit", tie
    if promise := next(_promised(said, wording), None):
        yield "promise", promise


def _is_said(word: str, text: str, wording: Wording) -> bool:
    return any(not _denied(text[: match.start()], word, wording) for match in re.finditer(re.escape(word), text))


def _promised(text: str, wording: Wording) -> Iterator[str]:
    """What the patterns describe and nothing right before denies: what comes behind (不受市场影响) makes it no smaller."""
    for pattern in wording.promises:
        for match in _matches(text, pattern):
            if not _denied(text[: match.start()], match[0], wording):
                yield match[0]


def _denied(before: str, word: str, wording: Wording) -> bool:
    """Whether the clause denies the word that follows it: 非, 不得使用; but not 并非不, nor the question 保不(保本)."""
    clause = re.split(f"[{STOPS}]", before)[-1]
    match = _denying(wording.denials, wording.between, wording.forbidden).search(clause)
    if not match:
        return False
    ahead, denial = clause[: match.start()], match[1] or match[2]
    return not (DOUBLED.search(ahead) or ahead.endswith((word[0], denial[-1])))


@lru_cache(maxsize=20)
def _denying(denials: tuple[str, ...], between: tuple[str, ...], forbidden: tuple[str, ...]) -> re.Pattern[str]:
    """A denial at the end of a text. One character denies the next word only: 非保本稳赚 still says 稳赚."""
    short = _one_of(word for word in denials if len(word) == 1)
    long = _one_of(word for word in denials if len(word) > 1)
    return re.compile(f"(?:({long}){_one_of((*between, *forbidden))}*|({short}){_one_of(between)}*)$")


def _one_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(_closed_up(word)) for word in words) or '(?!)'})"


def _linked(text: str, wording: Wording) -> Iterator[str]:
    """What the patterns of loan and deposit describe and no negation inside or right beside turns round."""
    for pattern in wording.linking:
        for match in _matches(text, pattern):
            behind = re.split(f"[{STOPS}]", text[match.end() : match.end() + BEHIND])[0]
            beside = text[max(match.start() - BEFORE, 0) : match.end()] + behind
            if not _has(re.split(f"[{STOPS}]", beside)[-1], wording.negations):
                yield match[0]


def _matches(text: str, pattern: str) -> Iterator[re.Match[str]]:
    """Every match, also those inside of others: what is turned round may hold what is not."""
    compiled, begin = _compiled(pattern), 0
    while match := compiled.search(text, begin):
        yield match
        begin = match.start() + 1


@lru_cache(maxsize=200)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (
        part if part in "(|)" else WITHIN if part == "…" else re.escape(_closed_up(part))
        for part in re.split("([(|)…])", pattern)
    )  # fmt: skip
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
    onward = _one_of(ties.onward)
    whole = re.sub(f"{CLAUSE_ENDS}(?={onward})", "", sentence)  # 不影响用钱，还能…: the clause goes on
    clauses = [one for one in re.split(CLAUSE_ENDS, whole) if not _keeps_apart(one, ties)]
    said = _without("，".join(clauses), ties.harmless)
    if not (_has(said, ties.deposits) and _has(said, ties.loans)):
        return False
    if _has(said, ties.gains):
        return True
    behind = said[min(said.index(word) for word in ties.deposits if word in said) :]
    return any(_has(clause, ties.loans) and _has(clause, ties.follows) for clause in behind.split("，"))


def _keeps_apart(clause: str, ties: Ties) -> bool:
    """Whether the clause denies the tie, and promises no gain in the same breath: 不影响您用钱还能让按揭下调 does."""
    denial = re.search(_one_of(ties.apart), clause)
    if not denial:
        return False
    more = re.search(f"{_one_of(ties.onward)}(.*)", _without(clause[denial.end() :], ties.harmless))
    return not (more and _has(more[1], ties.gains))


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, "·")
    return text


def _closed_up(text: str) -> str:
    even = unicodedata.normalize("NFKC", text)
    return "".join(one for one in even if one in STOPS or unicodedata.category(one)[0] not in "ZPSC")
