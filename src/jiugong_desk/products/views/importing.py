"""The product table: uploaded, looked at from old to new, committed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import workbook as workbooks
from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import require, requires
from .. import bridge, queries, services, table, workbook
from ..changes import compare
from ..forms import CommitForm, TableForm
from ..models import Upload

LINES_SHOWN, FAULTS_SHOWN = 500, 200


@require_http_methods(["GET", "POST"])
@requires("product.manage")
def product_import(request: DeskRequest) -> HttpResponse:
    if request.method == "GET":
        return _list(request, TableForm())
    form = TableForm(request.POST, request.FILES, too_large=bool(getattr(request, "too_large", False)))
    if not form.is_valid():
        return _list(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        cells, digest = _read(file)
    except Refused as refusal:
        return _list(request, form, status=409, problems=refusal.verdict.reasons)
    upload = services.keep(cells, name=file.name, digest=digest, by=request.user, at=request.now)
    return HttpResponseRedirect(reverse("product_upload", args=[upload.ref]), status=303)


def _read(file: Any) -> tuple[bridge.Cells, str]:
    """The reader knows a file by its ending; ours lies in the private folder as `….upload` and ends with the request."""
    lying = Path(file.temporary_file_path())
    named = lying.with_suffix(Path(file.name).suffix.lower())
    named.hardlink_to(lying)
    try:
        cells = bridge.read_cells(named, name=file.name, words=table.KNOWN)
        return cells, hashlib.sha256(named.read_bytes()).hexdigest()
    finally:
        named.unlink()


@require_GET
@requires("product.manage")
def product_template(request: DeskRequest) -> HttpResponse:
    return workbooks.download(workbook.template(at=request.now), f"{_('产品表')}-{_('模板')}.xlsx")


@require_GET
def product_upload(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Upload, ref=ref)
    require(request.user, "product.manage")
    return _review(request, found)


@require_POST
def product_commit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_object_or_404(Upload, ref=ref)
    require(request.user, "product.manage")
    form = CommitForm(request.POST)
    if not form.is_valid():
        return _review(request, found, status=422, typed=request.POST.get("reason", ""))
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        services.commit(found, seen=seen, reason=reason, by=request.user, at=request.now)
    except Refused as refusal:
        found.refresh_from_db()
        return _review(request, found, status=409, problems=refusal.verdict.reasons, typed=reason)
    messages.success(request, _("产品表已导入。"))
    return HttpResponseRedirect(reverse("product_upload", args=[found.ref]), status=303)


def _list(request: DeskRequest, form: TableForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    rows = Upload.objects.select_related("by", "committed_by")[:20]
    context = {"form": form, "uploads": rows, "columns": table.COLUMNS, "most": bridge.MOST_ROWS, **extra}
    return render(request, "products/import.html", context, status=status)


def _review(request: DeskRequest, found: Upload, *, status: int = 200, **extra: Any) -> HttpResponse:
    is_in = found.state == Upload.State.COMMITTED
    comparison = None if is_in else compare(found)
    context = {
        "upload": found,
        "comparison": comparison,
        "lines": comparison.lines[:LINES_SHOWN] if comparison else (),
        "faults": comparison.faults[:FAULTS_SHOWN] if comparison else (),
        "counts": queries.counted(found.counts),
        "today": bank_date(request.now),
        **extra,
    }
    return render(request, "products/upload.html", context, status=status)
