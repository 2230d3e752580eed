"""Scripts: the list, one version, its editor (which always writes a new version), and the review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...approvals import queries as approvals
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import page_of, requires
from .. import bridge, queries, services
from ..models import Script
from ..rules import script_faults
from ..script_form import ScriptForm, StepRow, content_from, step_rows


@require_GET
@requires("campaign.view")
def script_list(request: DeskRequest) -> HttpResponse:
    context = {
        "page": page_of(queries.scripts(), request.GET.get("page")),
        "may_draft": request.user.may("campaign.draft"),
    }
    return render(request, "campaigns/scripts.html", context)


@require_GET
@requires("campaign.view")
def script(request: DeskRequest, ref: str) -> HttpResponse:
    return _script_page(request, get_object_or_404(queries.scripts(), ref=ref))


def _script_page(request: DeskRequest, found: Script, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "script": found,
        "versions": queries.scripts().filter(code=found.code),
        "faults": script_faults(found.content, bridge.forbidden_words()).reasons,
        "words": bridge.forbidden_words(),
        "may_draft": request.user.may("campaign.draft"),
        "approvals": approvals.shown(found.ref, request.user),
        "decisions": approvals.decisions(found.ref, request.user, now=request.now),
        **extra,
    }
    return render(request, "campaigns/script.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires("campaign.draft")
def script_new(request: DeskRequest, ref: str = "") -> HttpResponse:
    """A new script, or with `ref` the next version of that one."""
    base = get_object_or_404(queries.scripts(), ref=ref) if ref else None
    if request.method == "GET":
        form = ScriptForm(initial={"code": base.code, "title": base.title} if base else None)
        return _page(request, base, form, step_rows(base.content if base else {"steps": [{}]}))
    content = content_from(request.POST, base.content if base else {})
    if "save" not in request.POST:
        return _page(request, base, ScriptForm(initial=request.POST.dict()), step_rows(content))
    form = ScriptForm(request.POST)
    if not form.is_valid():
        return _page(request, base, form, step_rows(content), status=422)
    try:
        code = base.code if base else form.cleaned_data["code"]
        saved = services.create_script(
            code=code, title=form.cleaned_data["title"], content=content, by=request.user, at=request.now
        )
    except Refused as refusal:
        return _page(request, base, form, step_rows(content), status=422, problems=refusal.verdict.reasons)
    messages.success(request, _("话术已保存为新版本，待合规消保审定。"))
    return _to(saved)


def _page(
    request: DeskRequest, base: Script | None, form: ScriptForm, rows: list[StepRow], *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"base": base, "form": form, "rows": rows, "words": bridge.forbidden_words(), **extra}
    return render(request, "campaigns/script_edit.html", context, status=status)


def _to(found: Script) -> HttpResponse:
    return HttpResponseRedirect(reverse("script", args=[found.ref]), status=303)
