"""What each post may do, and how far it sees: read from the bank's policy, not written here.

A scope says how far a post sees: `own` (his own customers), `unit` (everything at and below its unit), `all`, `none`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import bridge

# Who calls is never told who is left alone, whatever other post he holds; nor does he count customers by rules: of an
# audience of one, the count tells.
NEVER_WITH: Mapping[str, str] = dict.fromkeys(("campaign.see_holdout", "campaign.draft", "audience.view"), "call.work")


def granted(roles: Iterable[str], permission: str) -> bool:
    """Whether one of the roles carries the permission. A permission that no policy knows is a programming error."""
    table = bridge.roles()
    assert permission in bridge.known_permissions(), f"unknown permission {permission!r}"
    return any(permission in table[role].permissions for role in roles if role in table)


def roles_with(permission: str) -> list[str]:
    """The posts that carry the permission: for filters on postings."""
    assert permission in bridge.known_permissions(), f"unknown permission {permission!r}"
    return [role for role, held in bridge.roles().items() if permission in held.permissions]


def role_name(role: str) -> str:
    table = bridge.roles()
    return table[role].name if role in table else role


def scope_of(role: str) -> str:
    """own, unit, all or none; a role that the policy does not know sees nothing."""
    table = bridge.roles()
    return table[role].scope if role in table else "none"
