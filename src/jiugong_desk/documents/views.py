"""The archive, a document with its files and receipts, and the templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of, require, requires
from ..core.verdict import Reason, Verdict
from . import kinds, queries, rules, services
from .forms import ArchiveForm, TemplateForm
from .models import Document, Template

TYPES = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
TOUCHED = Reason(
    "document_touched", gettext_lazy("文件与印发时不一致，不能提供。"), remedy=gettext_lazy("请联系系统管理员与审计。")
)


@require_GET
@requires("document.view")
def documents(request: DeskRequest) -> HttpResponse:
    codes, years = queries.kinds_and_years(request.user)
    form = ArchiveForm(request.GET, kinds=codes, years=years)
    page = page_of(queries.archive(request.user, **form.chosen()), request.GET.get("page"))
    listed = [(row, kinds.label_of(row.kind)) for row in page]
    may_template = request.user.may("document.template")
    context = {"page": page, "listed": listed, "form": form, "may_template": may_template}
    return render(request, "documents/archive.html", context)


@require_GET
def document(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Document, request.user, ref)
    require(request.user, "document.view")
    return _page(request, found)


def _page(request: DeskRequest, found: Document, *, status: int = 200, **extra: Any) -> HttpResponse:
    seen = Document.objects.visible_to(request.user).defer(*queries.FILES)
    lines = queries.receipts(found, request.user, now=request.now)
    context = {
        "document": found,
        "label": kinds.label_of(found.kind),
        "subject": kinds.address_of(found.kind, found.about, request.user),
        "untouched": found.is_untouched,
        "lines": lines,
        "outstanding": sum(line.days is not None for line in lines),
        "mine": queries.mine(found, request.user),
        "replaces": seen.filter(pk=found.supersedes_id).first(),
        "replaced_by": seen.filter(supersedes=found).first(),
        **extra,
    }
    return render(request, "documents/document.html", context, status=status)


@require_GET
def document_file(request: DeskRequest, ref: str, kind: str) -> HttpResponse:
    """The file as it was issued; refused where it is not that any more."""
    found = get_visible(Document, request.user, ref)
    require(request.user, "document.view")
    if not found.is_untouched:
        raise Refused(Verdict((TOUCHED,)))
    return _file(bytes(getattr(found, kind)), kind, f"{found.number}.{kind}", attached=kind == "docx")


def _file(data: bytes, kind: str, name: str, *, attached: bool = True) -> HttpResponse:
    response = HttpResponse(data, content_type=TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(attached, name) or ""
    return response


@require_POST
def acknowledge(request: DeskRequest, ref: str) -> HttpResponse:
    """For every addressee that this person speaks for; nearly always one."""
    found = get_visible(Document, request.user, ref)
    require(request.user, "document.acknowledge")
    waiting = queries.mine(found, request.user)
    try:
        if not waiting:
            raise Refused(Verdict((rules.NOT_HERE,)))
        for receipt in waiting:
            services.acknowledge(found, unit=receipt.unit, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("已确认收到。"))
    return HttpResponseRedirect(reverse("document", args=[found.ref]), status=303)


@require_http_methods(["GET", "POST"])
@requires("document.template")
def templates(request: DeskRequest) -> HttpResponse:
    """What may stand in a template, the versions so far, and the way to bring in another."""
    if request.method == "GET":
        return _templates(request, TemplateForm())
    form = TemplateForm(request.POST, request.FILES, too_large=bool(getattr(request, "too_large", False)))
    if not form.is_valid():
        return _templates(request, form, status=422)
    data = form.cleaned_data["file"].read()
    try:
        made = services.upload(data, note=form.cleaned_data["note"], by=request.user, at=request.now)
    except Refused as refusal:
        return _templates(request, form, status=422, problems=refusal.verdict.reasons)
    messages.success(request, _("模板已上传并试排。请核对后启用。"))
    return _to(made)


def _templates(request: DeskRequest, form: TemplateForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "form": form,
        "page": page_of(queries.templates(), request.GET.get("page")),
        "in_force": queries.in_force(),
        "variables": rules.VARIABLES.items(),
        "how": rules.HOW,
        **extra,
    }
    return render(request, "documents/templates.html", context, status=status)


@require_GET
@requires("document.template")
def template(request: DeskRequest, ref: str) -> HttpResponse:
    """The trial, to be looked at before it is put in force."""
    found = get_object_or_404(Template, ref=ref)
    context = {"found": found, "lines": queries.outline(found), "in_force": queries.in_force()}
    return render(request, "documents/template.html", context)


@require_POST
@requires("document.template")
def template_activate(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Template, ref=ref)
    services.activate(found, by=request.user, at=request.now)
    messages.success(request, _("模板已启用，此后印发的文件用它排版。"))
    return _to(found)


@require_GET
@requires("document.template")
def template_file(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Template, ref=ref)
    return _file(bytes(found.docx), "docx", f"公文模板v{found.version}.docx")


@require_GET
@requires("document.template")
def template_trial(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Template, ref=ref)
    return _file(bytes(found.trial), "docx", f"公文模板v{found.version}试排.docx")


@require_GET
@requires("document.template")
def template_default(request: DeskRequest) -> HttpResponse:
    """The one that comes with the installation: what a bank's own begins with."""
    return _file(queries.template_bytes(None), "docx", "公文模板.docx")


def _to(found: Template) -> HttpResponse:
    return HttpResponseRedirect(reverse("document_template", args=[found.ref]), status=303)
