"""A call that was made: its record, taking it back within seconds, correcting it later."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...appointments.queries import slots_by_day
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require
from .. import services
from ..forms import NOTE_MOST, CorrectionForm
from ..history import record_of
from ..models import Call
from ..outcomes import GROUPS, OUTCOMES
from ..services.drafts import typed_of
from ..workbench import outlet_for, slots_for
from .ways import tell_hidden, to_entry


@require_GET
def call_record(request: DeskRequest, ref: str) -> HttpResponse:
    """Whoever sees the customer may read what he said; the others see the call in their counts only."""
    made = get_visible(Call, request.user, ref)
    require(request.user, "customer.view")
    return _page(request, made)


@require_POST
def call_undo(request: DeskRequest, ref: str) -> HttpResponse:
    made = get_visible(Call, request.user, ref)
    require(request.user, "call.work")
    entry = services.take_back(made, by=request.user, at=request.now)
    messages.success(request, _("已撤销，这位客户仍在您手上，刚才的内容已填回。"))
    return to_entry(request, entry)


@require_POST
def call_correct(request: DeskRequest, ref: str) -> HttpResponse:
    made = get_visible(Call, request.user, ref)
    require(request.user, "call.work")
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _page(request, made, status=422, form=form)
    try:
        corrected = services.correct(made, **form.values(), by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, made, status=409, form=form, verdict=refusal.verdict)  # what was typed stays
    messages.success(request, _("已更正，原来的内容一并保留。"))
    tell_hidden(request, corrected, form)
    return HttpResponseRedirect(reverse("call_record", args=[made.ref]), status=303)


def _page(request: DeskRequest, made: Call, *, status: int = 200, **extra: Any) -> HttpResponse:
    record = record_of(made, request.user, request.now)
    context = {
        "record": record,
        "call": made,
        "customer": made.entry.customer,
        "sees_customer": request.user.may("customer.view"),
        "typed": request.POST if "seen" in request.POST else typed_of(made, {}),
        "groups": [(label, [o for o in OUTCOMES.values() if o.group == group]) for group, label in GROUPS.items()],
        "note_most": NOTE_MOST,
        "days": slots_by_day(slots_for(made.entry, request.user, request.now)) if record.against.allowed else [],
        "outlet": outlet_for(made.entry, request.user),
        **extra,
    }
    return render(request, "calls/record.html", context, status=status)
