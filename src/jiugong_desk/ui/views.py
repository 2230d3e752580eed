"""Home (the room where one's day begins), the language switch, and the answer to a lost form token."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from .menu import home_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    address = home_of(request)
    return redirect(address) if address else render(request, "ui/no_room.html")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    return set_language(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is lost (signed out meanwhile, or an old tab): say what to do next; nothing was saved."""
    context: dict[str, Any] = {}
    return render(request, "ui/token_lost.html", context, status=403)
