"""What a page asks of the database more than once is asked once, while it is read.

Only reading requests remember (`core.middleware.OncePerPage`): what writes, and everything outside a page, asks anew. What
comes back is shared by all who asked; nobody may change it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Inside, every function marked `once_a_page` is asked once for the same arguments."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once_a_page(ask: Callable[P, T]) -> Callable[P, T]:
    """For functions that only read; their arguments must be hashable."""

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _answers.get()
        if kept is None:
            return ask(*args, **kwargs)
        question = (ask, args, *kwargs.items())
        if question not in kept:
            kept[question] = ask(*args, **kwargs)
        found: T = kept[question]
        return found

    return answer
