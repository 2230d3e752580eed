"""Scripts: the list, one version, and the builder, which always writes a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..approvals import queries as approvals
from ..core.errors import Refused, Stale
from ..core.http import DeskRequest
from ..core.pages import page_of, requires
from ..core.refs import new_ref
from . import bridge, queries, services
from .builder import builder
from .content import Content, plain
from .differences import differences
from .forms import ScriptForm, content_from, done, tidy
from .models import Script
from .rules import script_faults
from .samples import SAMPLES, bare, with_fixed


@require_GET
@requires("campaign.view")
def script_list(request: DeskRequest) -> HttpResponse:
    context = {
        "page": page_of(queries.scripts(), request.GET.get("page")),
        "may_draft": request.user.may("campaign.draft"),
        "samples": SAMPLES.values(),
    }
    return render(request, "scripts/list.html", context)


@require_GET
@requires("campaign.view")
def script(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(queries.scripts(), ref=ref)
    content, wording, earlier = found.read, bridge.wording(), queries.earlier(found)
    context = {
        "script": found,
        "earlier": earlier,
        "differences": differences(earlier.read, content) if earlier else [],
        "content": content,
        "versions": queries.scripts().filter(code=found.code),
        "faults": script_faults(content, wording).reasons,
        "words": wording.forbidden,
        "may_draft": request.user.may("campaign.draft"),
        "approvals": approvals.shown(found.ref, request.user),
        "decisions": approvals.decisions(found.ref, request.user, now=request.now),
    }
    return render(request, "scripts/script.html", context)


@require_http_methods(["GET", "POST"])
@requires("campaign.draft")
def script_new(request: DeskRequest, ref: str = "") -> HttpResponse:
    """A new script, or with `ref` the next version of that one. Only `save` saves; every other change draws anew."""
    base = get_object_or_404(queries.scripts(), ref=ref) if ref else None
    if request.method == "GET":
        return _builder(request, base, _begin(request, base), 0)
    content = content_from(request.POST)
    opened = int(shown) if (shown := request.POST.get("opened", "")).isdecimal() and len(shown) < 4 else 0
    if "save" not in request.POST or request.htmx:  # what is redrawn while typing never saves
        content, opened = done(content, request.POST.get("do", ""), opened, new_ref)
        return _builder(request, base, content, opened)
    form = ScriptForm(request.POST)
    if not form.is_valid():
        return _builder(request, base, content, opened, form=form, status=422)
    try:
        saved = services.create_script(
            code=base.code if base else form.cleaned_data["code"],
            title=form.cleaned_data["title"], content=plain(tidy(content)), by=request.user, at=request.now,
        )  # fmt: skip
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _builder(request, base, content, opened, form=form, status=status, problems=refusal.verdict.reasons)
    messages.success(request, _("话术已保存为新版本，待合规消保审定。"))
    return HttpResponseRedirect(reverse("script", args=[saved.ref]), status=303)


def _begin(request: DeskRequest, base: Script | None) -> Content:
    """The version to go on from, a sample, or only what every script must say."""
    if base is not None:
        return with_fixed(base.read)
    sample = SAMPLES.get(request.GET.get("from", ""))
    return sample.content if sample else bare()


def _builder(
    request: DeskRequest, base: Script | None, content: Content, opened: int, *, status: int = 200, **extra: Any
) -> HttpResponse:
    if request.method == "POST":
        typed: dict[str, Any] = request.POST.dict()
    else:
        typed = {"code": base.code, "title": base.title} if base else {}
    form = extra.pop("form", None) or ScriptForm(initial=typed)
    context = {
        "base": base,
        "form": form,
        "samples": SAMPLES.values(),
        **builder(content, opened, request.user),
        **extra,
    }
    return render(request, "scripts/edit.html", context, status=status)
