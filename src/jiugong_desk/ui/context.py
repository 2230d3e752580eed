"""What every template may ask: the menu, the desk's time, whether it is demo time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ..core import clock
from .menu import menu_for


def desk(request: HttpRequest) -> dict[str, Any]:
    staff = getattr(request, "user", None)
    signed_in = bool(staff and staff.is_authenticated)
    return {
        # Only the page asks for it; the panels on it, each a template of its own, do not.
        "menu": SimpleLazyObject(lambda: menu_for(request)) if signed_in else [],
        "now": getattr(request, "now", None),
        "address": _address(request),
        "demo_time": clock.is_shifted(),
    }


def _address(request: HttpRequest) -> str:
    """Where the page can be asked for again: of one that a refused step has answered, the page of its subject."""
    return request.path if request.method in ("GET", "HEAD") else request.path.rstrip("/").rpartition("/")[0] + "/"
