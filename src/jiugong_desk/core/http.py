"""The request that our views receive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class DeskRequest(HttpRequest):
    """`user` is a signed-in member of staff; `now` is the desk's time; `htmx` is true for a fragment request."""

    user: Any
    now: datetime
    htmx: HtmxDetails
