"""What happens to every request: the language, the desk's time, session limits, no caching, refusals turned into answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation

from . import clock
from .errors import Refused
from .once import one_page

Handler = Callable[[HttpRequest], HttpResponse]


class DeskLanguage:
    """Chinese, unless the person chose another language with the switch (its cookie).

    Not by the browser's Accept-Language: bank PCs with an English Windows would greet Chinese staff in English.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.setdefault("Content-Language", language)
            return response


class DeskTime:
    """Puts `now` on the request, so that one request has one time, and on who looks: some things are seen by the day."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = request.user.looks_at = clock.now()  # type: ignore[attr-defined,union-attr]
        return self.get_response(request)


class OncePerPage:
    """Whoever only reads is not told the same twice (`core.once`)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_page():
            return self.get_response(request)


class NoHiddenZero:
    """Refuses the NUL character anywhere: no person types it, PostgreSQL stores no text that holds it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _holds_zero(request.GET):
            raise Http404
        if _holds_zero(request.POST):
            return render(request, "ui/unreadable.html", status=400)
        return self.get_response(request)


def _holds_zero(data: QueryDict) -> bool:
    return any("\0" in key or any("\0" in value for value in values) for key, values in data.lists())


class SessionLimits:
    """Ends a session after SESSION_IDLE_SECONDS without a request, and after SESSION_ABSOLUTE_SECONDS in any case.

    The time of the last request is written at most once a minute, so that reading pages does not write.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            moment = int(request.now.timestamp())  # type: ignore[attr-defined]
            began = request.session.setdefault("began", moment)
            seen = request.session.setdefault("seen", moment)
            idle, age = moment - seen, moment - began
            if idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_ABSOLUTE_SECONDS or age < 0:
                logout(request)
            elif idle >= 60:
                request.session["seen"] = moment
        return self.get_response(request)


class NoStore:
    """Nothing that a signed-in person saw stays in a cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
            response.setdefault("Referrer-Policy", "same-origin")
        return response


class AnswerRefusals:
    """A `Refused` from a service becomes 409 with its sentences: a fragment for htmx, a page otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        fragment = bool(getattr(request, "htmx", False))
        template = "ui/refused.html#fragment" if fragment else "ui/refused.html"
        context: dict[str, Any] = {"verdict": exception.verdict}
        return render(request, template, context, status=409)
