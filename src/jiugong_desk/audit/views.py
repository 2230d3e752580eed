"""The audit log, for those who may read it; nobody changes it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from ..core.errors import hold
from ..core.http import DeskRequest
from ..core.pages import page_of, requires
from . import queries
from .forms import FilterForm
from .rules import may_verify

LAST_VERIFIED = "audit_verified"


@require_GET
@requires("audit.read")
def audit_log(request: DeskRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    page = page_of(queries.records(form.filters()), request.GET.get("page"))
    return render(request, "audit/audit_log.html", {"form": form, "page": page, "lines": queries.lines(page)})


@require_POST
@requires("audit.read")
def audit_verify(request: DeskRequest) -> HttpResponse:
    last = request.session.get(LAST_VERIFIED)
    hold(may_verify(last=datetime.fromisoformat(last) if last else None, now=request.now))
    request.session[LAST_VERIFIED] = request.now.isoformat()
    template = "audit/audit_verified.html#result" if request.htmx else "audit/audit_verified.html"
    return render(request, template, {"found": queries.integrity(request.now)})
