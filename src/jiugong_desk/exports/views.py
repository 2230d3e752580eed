"""One's own requests and what was taken out, a new request, one request, and its file."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..approvals import queries as approvals
from ..core import workbook
from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from ..core.verdict import refused
from . import queries, rules, services
from .forms import RequestForm
from .models import ExportRequest
from .sources import Terms

SHOWN = 20


@require_GET
@requires("customer.view")
def exports(request: DeskRequest) -> HttpResponse:
    """What one asked for, and every file that was taken out, as far as one may know."""
    context = {
        "mine": queries.mine(request.user)[:SHOWN],
        "page": page_of(queries.files(request.user), request.GET.get("page")),
        "watches": queries.watches(request.user),
        "terms": queries.terms(),
        "taken": queries.taken_today(request.user, now=request.now),
        "today": bank_date(request.now),
    }
    return render(request, "exports/exports.html", context)


def deliver(request: DeskRequest, source: str, terms: Terms) -> HttpResponse:
    """For the button on a list's page: the workbook, or the form of a request where more is wanted than goes at once."""
    if "ask" in request.POST:
        return _form(request, _empty(request, source, terms))
    try:
        taken = services.take(source, terms, by=request.user, at=request.now)
    except Refused as refusal:
        if not rules.needs_approval(refusal.verdict):
            raise
        return _form(request, _empty(request, source, terms), status=409, over=refusal.verdict.reasons)
    return workbook.download(taken.content, taken.name)


def _empty(request: DeskRequest, source: str, terms: Terms) -> RequestForm:
    given = {"source": source, "terms": json.dumps(dict(terms), ensure_ascii=False)}
    return RequestForm(initial=given, may_reveal=request.user.may(services.REVEAL))


def _form(request: DeskRequest, form: RequestForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    source, terms = form["source"].value() or "", form["terms"].value() or "{}"
    try:
        found = services.listed(source, json.loads(terms), by=request.user)
    except ValueError:
        raise Refused(refused(rules.NOT_FOUND)) from None
    context = {
        "form": form,
        "found": found,
        "about": found.source.about(found.subject),
        "rows": len(found.refs),
        "terms": queries.terms(),
        **extra,
    }
    return render(request, "exports/new.html", context, status=status)


@require_POST
@requires("customer.view")
def export_new(request: DeskRequest) -> HttpResponse:
    form = RequestForm(request.POST, may_reveal=request.user.may(services.REVEAL))
    if not form.is_valid():
        if {"source", "terms"} & set(form.errors):
            raise Refused(refused(rules.NOT_FOUND))
        return _form(request, form, status=422)
    given = form.cleaned_data
    try:
        made = services.ask(
            given["source"], given["terms"], clear=given.get("clear", ()), purpose=given["purpose"],
            reason=given["reason"], by=request.user, at=request.now,
        )  # fmt: skip
    except Refused as refusal:
        return _form(request, form, status=422, problems=refusal.verdict.reasons)
    messages.success(request, _("已提交，名单已按现在的内容固定。批准后请在期限内下载。"))
    return _to(made)


@require_GET
def export_request(request: DeskRequest, ref: str) -> HttpResponse:
    return _page(request, get_visible(ExportRequest, request.user, ref))


def _page(request: DeskRequest, found: ExportRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    standing = rules.Standing(
        mine=found.asked_by_id == request.user.pk, until=found.usable_until if found.state == ExportRequest.State.APPROVED else None,
        downloads=found.downloads, most=found.most_downloads,
    )  # fmt: skip
    context = {
        "found": found,
        "clear": queries.columns(found),
        "places": queries.places(found, request.user),
        "files": queries.files(request.user).filter(request=found),
        "may_download": rules.may_download(standing, today=bank_date(request.now)).allowed,
        "waits": found.state == ExportRequest.State.SUBMITTED,
        "approvals": approvals.shown(found.ref, request.user),
        "decisions": approvals.decisions(found.ref, request.user, now=request.now),
        **extra,
    }
    return render(request, "exports/request.html", context, status=status)


@require_POST
def export_download(request: DeskRequest, ref: str) -> HttpResponse:
    """The file is made now and kept nowhere. By POST: taking it out is recorded."""
    found = get_visible(ExportRequest, request.user, ref)
    require(request.user, "customer.view")
    try:
        taken = services.download(found, by=request.user, at=request.now)
    except Refused as refusal:
        return _refused(request, ref, refusal)
    return workbook.download(taken.content, taken.name)


def _refused(request: DeskRequest, ref: str, refusal: Refused) -> HttpResponse:
    """The request as it is now, with the reasons."""
    found = get_visible(ExportRequest, request.user, ref)
    return _page(request, found, status=409, problems=refusal.verdict.reasons)


def _to(found: ExportRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("export_request", args=[found.ref]), status=303)
