"""The only importer of the library here: the bank's policy, and versions of its bands and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.conf import settings

from jiugong.errors import PolicyError
from jiugong.policy import Policy, Role, load_policy, revisable_text, revised_policy
from jiugong.policy.rules import known_permissions as every_permission

__all__ = ["Policy", "PolicyError", "known_permissions", "policy", "revised", "roles", "written"]


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy in force for this desk (`JIUGONG_POLICY`, or the default bank's)."""
    return load_policy(settings.POLICY_FILE)


def roles() -> Mapping[str, Role]:
    return policy().roles


@lru_cache(maxsize=1)
def known_permissions() -> frozenset[str]:
    """Every permission there is, whether this bank grants it to anybody or not."""
    return frozenset(every_permission())


@lru_cache(maxsize=32)
def revised(text: str, version: str, effective_from: date) -> Policy:
    """The policy file's, with bands and values of this text; raises PolicyError with the line that is wrong."""
    return revised_policy(policy(), text, version=version, effective_from=effective_from, file=version)


def written() -> str:
    """The bands and values as the policy file has them: what a first revision begins with."""
    return revisable_text(settings.POLICY_FILE)
