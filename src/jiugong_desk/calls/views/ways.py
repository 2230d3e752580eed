"""Where a page of calls leads to next; for htmx the whole page goes there, not a part of it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from ...campaigns.models import ListEntry
from ...core.http import DeskRequest


def to_entry(request: DeskRequest, entry: ListEntry) -> HttpResponse:
    return _to(request, reverse("call", args=[entry.ref]))


def to_today(request: DeskRequest) -> HttpResponse:
    return _to(request, reverse("today"))


def _to(request: DeskRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address, status=303)
