"""The only importer of the library here: the wording that the policy in force allows."""

from __future__ import annotations

from functools import lru_cache

from ..organisation import bridge as organisation


@lru_cache(maxsize=1)
def forbidden_words() -> tuple[str, ...]:
    return organisation.policy().wording.forbidden
