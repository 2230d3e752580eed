"""People by what they do this minute."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ..core.http import DeskRequest
from ..core.pages import page_of, requires
from .board import board
from .bridge import supervision as policy
from .scope import SEES


@require_GET
@requires(SEES)
def supervision(request: DeskRequest) -> HttpResponse:
    """The whole page, or what changes on it every half minute."""
    found = board(request.user, request.now)
    unit, state = request.GET.get("unit", ""), request.GET.get("state", "")
    rows = found.narrowed(unit=unit, state=state)
    context = {
        "board": found,
        "page": page_of(rows, request.GET.get("page")),
        "unit": unit,
        "state": state,
        "silence_minutes": policy().silence_minutes,
        "may_cover": request.user.may("duty.manage"),
    }
    name = "supervision/board.html#figures" if request.htmx else "supervision/board.html"
    return render(request, name, context)
