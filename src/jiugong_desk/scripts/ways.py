"""Which steps some answers lead to. Pure.

A way is followed with what is still possible of each answer, so that two jumps on the same answer contradict each other
here as they do in a call. Ways that meet in the same step with the same possibilities are one.
"""

from __future__ import annotations

from collections.abc import Iterator

from .content import Content

MOST_WAYS = 400  # at one step; a script that branches more than this can be judged by nobody
Possible = frozenset[tuple[str, frozenset[str]]]  # by question, the answers that this way leaves open


class TooManyWays(ValueError):
    """The script branches so much that its ways cannot be looked through."""


def reachable(content: Content) -> set[int]:
    """The positions of the steps that are said with some answers; an answer may always be left out.

    Raises TooManyWays.
    """
    arriving: list[set[Possible]] = [set() for _ in range(len(content.steps) + 1)]
    arriving[0].add(frozenset())
    for number in range(len(content.steps)):
        if len(arriving[number]) > MOST_WAYS:
            raise TooManyWays
        for possible in arriving[number]:
            for target, left in _leaving(content, number, possible):
                arriving[target].add(left)
    return {number for number in range(len(content.steps)) if arriving[number]}


def _leaving(content: Content, number: int, possible: Possible) -> Iterator[tuple[int, Possible]]:
    """Where a way goes on from one step, with what it leaves open; as `Content.after` does with given answers."""
    positions, questions, left = content.positions, content.questions, dict(possible)
    for branch in content.steps[number].branches:
        target = positions.get(branch.go, -1)
        if target <= number:  # refused by the rule on jumps
            continue
        if not branch.question:
            yield target, frozenset(left.items())
            return
        question = questions.get(branch.question)
        open_answers = left.get(branch.question, frozenset(question.options if question else ()) | {""})
        if taken := open_answers & set(branch.answers):
            yield target, frozenset((left | {branch.question: taken}).items())
        if taken == open_answers:
            return
        left[branch.question] = open_answers - taken
    yield number + 1, frozenset(left.items())
