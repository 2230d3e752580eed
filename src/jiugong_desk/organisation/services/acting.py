"""Who acts: a member of staff, or the command line (`None`), which whoever holds the desk's folder may use."""

from __future__ import annotations

from ...core.pages import require
from ..models import Staff

COMMAND_LINE = "system"


def staff_no_of(by: Staff | None) -> str:
    return by.staff_no if by else COMMAND_LINE


def require_if_staff(by: Staff | None, permission: str) -> None:
    if by is not None:
        require(by, permission)
