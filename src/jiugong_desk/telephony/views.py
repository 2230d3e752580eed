"""The administrator's page of exchanges and extensions; what one's own telephone is doing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import requires
from . import queries, services
from .bridge import telephony as rules_in_force
from .forms import ExtensionForm, PbxForm, RotateForm
from .models import Extension, Pbx

MOST_ASKED = 120  # times that a page asks for a live call by itself: then it waits for a click, and the session may end


@require_GET
@requires("telephony.manage")
def telephony(request: DeskRequest) -> HttpResponse:
    return _page(request)


def _page(request: DeskRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "exchanges": queries.exchanges(request.now),
        "extensions": queries.extensions(),
        "events": queries.last_events(),
        "policy": rules_in_force(),
        "pbx_form": PbxForm(),
        "extension_form": ExtensionForm(),
        "rotate_form": RotateForm(auto_id=False),
        "now": request.now,
        **extra,
    }
    return render(request, "telephony/telephony.html", context, status=status)


@require_POST
@requires("telephony.manage")
def pbx_new(request: DeskRequest) -> HttpResponse:
    form = PbxForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, pbx_form=form)
    try:
        pbx, secret = services.attach(**form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, status=409, pbx_form=form, problems=refusal.verdict.reasons)
    return _show_secret(request, pbx, secret)


@require_POST
@requires("telephony.manage")
def pbx_rotate(request: DeskRequest, ref: str) -> HttpResponse:
    pbx = get_object_or_404(Pbx, ref=ref)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    secret = services.rotate(pbx, **form.cleaned_data, by=request.user, at=request.now)
    overlap = 0 if form.cleaned_data["at_once"] else rules_in_force().overlap_hours
    return _show_secret(request, pbx, secret, overlap=overlap)


def _show_secret(request: DeskRequest, pbx: Pbx, secret: str, *, overlap: int = 0) -> HttpResponse:
    """Shown in this answer only: a redirect would have to keep the secret somewhere meanwhile."""
    address = request.build_absolute_uri(reverse("telephony_events"))
    context = {"pbx": pbx, "secret": secret, "address": address, "overlap": overlap}
    return render(request, "telephony/secret_once.html", context)


@require_POST
@requires("telephony.manage")
def pbx_switch(request: DeskRequest, ref: str, enabled: bool) -> HttpResponse:
    services.switch(get_object_or_404(Pbx, ref=ref), enabled=enabled, by=request.user, at=request.now)
    return _back(request, _("已启用。") if enabled else _("已停用：这台交换机的消息不再接收。"))


@require_POST
@requires("telephony.manage")
def extension_give(request: DeskRequest) -> HttpResponse:
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, extension_form=form)
    try:
        made = services.give_extension(form.cleaned_data["pbx"], **form.said(), by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, status=409, extension_form=form, problems=refusal.verdict.reasons)
    return _back(request, _("分机 {number} 已分给 {name}。").format(number=made.number, name=made.staff.name))


@require_POST
@requires("telephony.manage")
def extension_end(request: DeskRequest, ref: str) -> HttpResponse:
    services.end_extension(get_object_or_404(Extension, ref=ref), by=request.user, at=request.now)
    return _back(request, _("分机已收回，此前的通话记录保留。"))


def _back(request: DeskRequest, done: str) -> HttpResponse:
    messages.success(request, done)
    return HttpResponseRedirect(reverse("telephony"), status=303)


@require_GET
@requires("call.work")
def live_call(request: DeskRequest) -> HttpResponse:
    """What one's own telephone does: a fragment that asks again by itself while something goes on."""
    asked = request.GET.get("asked", "")
    times = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    context = live_context(request.user, request.now) | {"asked": times + 1, "asks_again": times < MOST_ASKED}
    template = "telephony/_live.html" if request.htmx else "telephony/live.html"
    return render(request, template, context)


def live_context(staff: Any, now: Any) -> dict[str, Any]:
    """For `telephony/_live.html`."""
    return {"live": queries.current_call(staff, now), "extension": queries.extension_of(staff)}
