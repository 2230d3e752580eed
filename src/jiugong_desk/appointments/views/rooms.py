"""The talk rooms of the outlets that somebody heads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from .. import queries, services
from ..forms import RoomAtForm, RoomForm
from ..models import Room


@require_http_methods(["GET", "POST"])
@requires("appointment.rooms")
def rooms(request: DeskRequest) -> HttpResponse:
    """What there is; a POST adds one."""
    form = RoomAtForm(request.POST or None, outlets=queries.outlets(request.user))
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=200 if request.method == "GET" else 422)
    try:
        services.add_room(**form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, form, status=409, reasons=refusal.verdict.reasons)
    messages.success(request, _("已添加洽谈室。"))
    return _back()


@require_POST
def room_rename(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Room, request.user, ref)
    require(request.user, "appointment.rooms")
    form = RoomForm(request.POST)
    if not form.is_valid():
        adding = RoomAtForm(outlets=queries.outlets(request.user))
        return _page(request, adding, status=422, renamed=found, renaming=form)
    services.rename_room(found, name=form.cleaned_data["name"], by=request.user, at=request.now)
    messages.success(request, _("已更名。"))
    return _back()


@require_POST
def room_close(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Room, request.user, ref)
    require(request.user, "appointment.rooms")
    services.close_room(found, by=request.user, at=request.now)
    messages.success(request, _("已停用，不再安排新的预约。"))
    return _back()


def _page(
    request: DeskRequest, form: RoomAtForm, *, status: int = 200, reasons: object = (), **extra: Any
) -> HttpResponse:  # fmt: skip
    context = {"rooms": queries.rooms(request.user, now=request.now), "form": form, "problems": reasons, **extra}
    return render(request, "appointments/rooms.html", context, status=status)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("visit_rooms"), status=303)
