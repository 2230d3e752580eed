"""What every template may ask: the menu, the desk's time, whether it is demo time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ..core import clock
from .menu import menu_for


def desk(request: HttpRequest) -> dict[str, Any]:
    staff = getattr(request, "user", None)
    signed_in = bool(staff and staff.is_authenticated)
    return {
        "menu": menu_for(request) if signed_in else [],
        "now": getattr(request, "now", None),
        "demo_time": clock.is_shifted(),
    }
