"""The builder by itself: named audiences, their versions, and the counts that a form waits for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused, Stale
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from ..customers.history import shown
from ..customers.models import Customer
from ..exports.views import deliver
from ..organisation.models import Unit
from ..organisation.scope import places_of
from . import exclusions, listing, overlaps, queries, services, taking
from .builder import builder, counts
from .counting import count_in_pieces, estimate
from .forms import blocks_from
from .matching import matching
from .models import Audience
from .reading import WrongRule, read, sentences

SAMPLED = 50


@require_GET
@requires("audience.view")
def audiences(request: DeskRequest) -> HttpResponse:
    context = {
        "page": page_of(queries.audiences_for(request.user), request.GET.get("page")),
        "may_draft": request.user.may("campaign.draft"),
    }
    return render(request, "audiences/list.html", context)


@require_GET
def audience(request: DeskRequest, ref: str) -> HttpResponse:
    """One version: its rules, who falls out where, the profile, some customers, where else they are."""
    found = get_visible(Audience, request.user, ref)
    on = bank_date(request.now)
    counted = estimate(found.definition, found.unit, on=on)
    steps = [line.step for line in counted.lines]
    rows = matching(found.definition, found.unit, on=on)
    seen = Customer.objects.visible_to(request.user)
    context = {
        "audience": found,
        "blocks": [sentences(block, found.unit) for block in read(found.definition, found.unit)],
        "counted": counted,
        "data_date": queries.data_date(),
        "profile": queries.profile(counted),
        "overlaps": overlaps.of(rows, request.user),
        "customers": shown(
            listing.callable_customers(found.definition, found.unit, on=on).filter(pk__in=seen.values("pk"))
        ).order_by("customer_no")[:SAMPLED],
        "versions": queries.versions_of(found),
        "may_draft": request.user.may("campaign.draft"),
        "may_export": request.user.may("customer.view"),
        "secret": {step.code for step in steps if step.seen_by and not request.user.may(step.seen_by)},
    }
    return render(request, "audiences/audience.html", context)


@require_http_methods(["GET", "POST"])
def audience_new(request: DeskRequest, ref: str = "") -> HttpResponse:
    """A new name, or with `ref` the next version of that one. Only `save` saves; every other change draws anew."""
    base = get_visible(Audience, request.user, ref) if ref else None
    require(request.user, "campaign.draft")
    units = places_of(request.user)
    unit = base.unit if base else units.filter(pk=_number(request.POST.get("unit")) or 0).first() or units.first()
    if request.method == "GET":
        return _editor(request, base, unit, base.definition if base else [])
    saving = "save" in request.POST
    raw = blocks_from(request.POST, as_sent=saving)
    if not saving or unit is None:
        return _editor(request, base, unit, raw)
    name, note = request.POST.get("name", base.name if base else ""), request.POST.get("note", "")
    try:
        made = services.keep(unit=unit, name=name, note=note, raw=raw, by=request.user, at=request.now)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _editor(request, base, unit, raw, status=status, problems=refusal.verdict.reasons)
    messages.success(request, _("客群已保存为 v{version}。").format(version=made.version))
    return HttpResponseRedirect(reverse("audience", args=[made.ref]), status=303)


def _editor(
    request: DeskRequest, base: Audience | None, unit: Unit | None, raw: Any, *, status: int = 200, **extra: Any
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else {}
    context = {
        "base": base,
        "units": places_of(request.user),
        "unit": unit,
        "name": typed.get("name", base.name if base else ""),
        "note": typed.get("note", ""),
        **builder(raw, unit),
        **counts(raw, unit, on=bank_date(request.now), plan_id=None),
        **extra,
    }
    fragment = request.htmx and "save" not in request.POST
    template = "audiences/edit.html#work" if fragment else "audiences/edit.html"
    return render(request, template, context | {"beside": fragment}, status=status)


@require_POST
@requires("campaign.draft")
def audience_exact(request: DeskRequest) -> HttpResponse:
    """The exact figures for what the form holds now; 204 where the person has asked for others meanwhile."""
    units = places_of(request.user)
    unit = units.filter(pk=_number(request.POST.get("unit")) or 0).first()
    if unit is None:
        return render(request, "audiences/_counts.html", {"unfinished": [services.NO_UNIT]}, status=422)
    raw = blocks_from(request.POST)
    wanted = services.ask(request.user)
    try:
        plan_id = _number(request.POST.get("plan"))
        found = count_in_pieces(raw, unit, on=bank_date(request.now), plan_id=plan_id, still_wanted=wanted)
    except WrongRule as refusal:
        return render(request, "audiences/_counts.html", {"unfinished": refusal.verdict.reasons})
    if found is None:
        return HttpResponse(status=204)
    context = {"counted": found, "profile": queries.profile(found), "beside": True, "data_date": queries.data_date()}
    return render(request, "audiences/_counts.html", context)


@require_http_methods(["GET", "POST"])
def audience_stopped(request: DeskRequest, ref: str, code: str) -> HttpResponse:
    """Who fell out at one step, as far as one may see them; by POST as a workbook, which is recorded."""
    found = get_visible(Audience, request.user, ref)
    services.require_step(request.user, code)
    if request.method == "POST":
        return deliver(request, taking.STOPPED, taking.terms_of(found, code, bank_date(request.now)))
    seen = Customer.objects.visible_to(request.user).values("pk")
    rows = listing.stopped_at(found.definition, found.unit, code, on=bank_date(request.now)).filter(pk__in=seen)
    page = page_of(rows.select_related("unit", "manager").order_by("customer_no"), request.GET.get("page"))
    label = listing.label_of(found.definition, found.unit, code, on=bank_date(request.now))
    context = {"audience": found, "page": page, "label": label, "may_export": not exclusions.seen_by(code)}
    return render(request, "audiences/stopped.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 15 else None
