"""The inbox, one approval, and the two things that can be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from . import kinds, queries, services
from .forms import DecisionForm
from .models import Approval


@require_GET
@requires("approval.view")
def approvals(request: DeskRequest) -> HttpResponse:
    """What waits for this person, what he asked for himself, and what was decided."""
    context = {
        "waiting": queries.waiting_for(request.user, now=request.now),
        "asked": queries.asked_by(request.user, now=request.now),
        "page": page_of(queries.decided(request.user), request.GET.get("page")),
    }
    return render(request, "approvals/inbox.html", context)


@require_GET
def approval(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Approval, request.user, ref)
    require(request.user, "approval.view")
    return _page(request, found)


def _page(request: DeskRequest, found: Approval, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "approval": found,
        "line": queries.line(found, request.user, now=request.now),
        "summary": queries.summary(found, now=request.now),
        "others": [row for row in queries.shown(found.about, request.user) if row.approval.pk != found.pk],
        "may_withdraw": queries.may_withdraw(found, request.user),
        **extra,
    }
    return render(request, "approvals/approval.html", context, status=status)


@require_POST
def approval_decide(request: DeskRequest, ref: str) -> HttpResponse:
    """From the approval's own page or from the matter's: afterwards one is back at the matter."""
    found = get_visible(Approval, request.user, ref)
    require(request.user, kinds.of(found.kind).permission)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, incomplete=True)
    approve, comment = form.cleaned_data["decision"] == "approve", form.cleaned_data["comment"]
    try:
        services.decide(found, approve=approve, comment=comment, by=request.user, at=request.now)
    except Refused as refusal:
        found = get_visible(Approval, request.user, ref)
        return _page(request, found, status=409, problems=refusal.verdict.reasons, typed=comment)
    messages.success(request, _("审批意见已记录。"))
    return _to_the_matter(found)


@require_POST
def approval_withdraw(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Approval, request.user, ref)
    try:
        services.withdraw(found, by=request.user, at=request.now)
    except Refused as refusal:
        found = get_visible(Approval, request.user, ref)
        return _page(request, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("已撤回，需要时可以重新提交。"))
    return _to_the_matter(found)


def _to_the_matter(found: Approval) -> HttpResponse:
    return HttpResponseRedirect(kinds.of(found.kind).address(found.about), status=303)
