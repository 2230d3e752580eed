"""The plan notice before it is issued: exactly what would go out, and the word of its number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require_at
from ...documents import queries as documents
from ...documents.content import content_of
from .. import rules, services
from ..forms import NoticeForm
from ..gate import is_approved
from ..models import Campaign
from ..notice import ABOUT, KIND, notice_of


@require_http_methods(["GET", "POST"])
def notice(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "document.issue", found.unit)
    if request.method == "GET":
        return _preview(request, found, NoticeForm(initial={"word": _word(found)}))
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _preview(request, found, form, status=422)
    given = {name: form.cleaned_data[name] for name in ("word", "copies", "replaces")}
    try:
        issued = services.issue_notice(found, **given, by=request.user, at=request.now)
    except Refused as refusal:
        return _preview(request, found, form, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("已印发 {number}。").format(number=issued.number))
    return HttpResponseRedirect(reverse("document", args=[issued.ref]), status=303)


def _word(found: Campaign) -> str:
    """As the unit's last document was numbered; a proposal before the first."""
    return documents.last_word(found.unit_id) or f"{found.unit.name[:1]}银综"


def _preview(
    request: DeskRequest, found: Campaign, form: NoticeForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    standing = documents.standing(ABOUT, found.ref, KIND)
    on = bank_date(request.now)
    word = _word(found)
    replaces = (standing.title, standing.number) if standing else None
    content = content_of(
        notice_of(found, word=word, copies=(), on=on), number=f"{word}〔{on.year}〕×号", replaces=replaces
    )
    verdict = rules.may_notify(approved=is_approved(found))
    context = {
        "campaign": found, "form": form, "content": content, "standing": standing, "may_issue": verdict.allowed,
        "problems": verdict.reasons, **extra,
    }  # fmt: skip
    return render(request, "campaigns/notice.html", context, status=status)
