"""The only importer of the library here: the bank's policy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

from jiugong.policy import Policy, Role, load_policy


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy in force for this desk (`JIUGONG_POLICY`, or the default bank's)."""
    return load_policy(settings.POLICY_FILE)


def roles() -> Mapping[str, Role]:
    return policy().roles


@lru_cache(maxsize=1)
def known_permissions() -> frozenset[str]:
    return frozenset(permission for role in roles().values() for permission in role.permissions)
