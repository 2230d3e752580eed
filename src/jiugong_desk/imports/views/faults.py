"""The error grid: what is wrong where, corrected in place, left out, or taken home as a workbook and brought back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import page_of
from ...core.verdict import refused
from .. import bridge, folder, queries, rules, services, workbooks
from ..models import Batch
from .batch import found
from .lists import attachment


@require_GET
def import_faults(request: DeskRequest, ref: str) -> HttpResponse:
    return _grid(request, found(request, ref))


@require_POST
def import_cell(request: DeskRequest, ref: str) -> HttpResponse:
    """One personal cell, in a field to correct it."""
    batch = found(request, ref)
    row, header = _where(request, batch)
    text = services.show_cell(batch, row=row, header=header, by=request.user, at=request.now)
    return _grid(request, batch, opened=(row, header), text=text)


@require_POST
def import_correct(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    row, header = _where(request, batch)
    text = request.POST.get("text", "")
    left = services.correct(batch, row=row, header=header, text=text, by=request.user, at=request.now)
    if left:
        said = _("第 {row} 行还有 {left} 处错误。").format(row=row, left=left)
        messages.warning(request, said)
    else:
        messages.success(request, _("第 {row} 行已更正，可以导入。").format(row=row))
    return _after(request, batch)


@require_POST
def import_row(request: DeskRequest, ref: str) -> HttpResponse:
    """Leave a row out for a reason, or take it in after all."""
    batch = found(request, ref)
    row = _row(request)
    if "take_in" in request.POST:
        services.take_in(batch, row=row, by=request.user, at=request.now)
        messages.success(request, _("第 {row} 行恢复导入。").format(row=row))
    else:
        reason = request.POST.get("reason", "")
        try:
            services.leave_out(batch, row=row, reason=reason, by=request.user, at=request.now)
        except Refused as refusal:  # said beside the field, which keeps what was typed
            return _grid(request, batch, status=422, leaving=row, typed=reason, not_left=refusal.verdict)
        messages.success(request, _("第 {row} 行不导入。").format(row=row))
    return _after(request, batch)


@require_POST
def import_faulty(request: DeskRequest, ref: str) -> HttpResponse:
    """The rows at fault as a workbook: values in the clear, so a reason is asked for and audited."""
    batch, reason = found(request, ref), request.POST.get("reason", "")
    try:
        content = services.take_home(batch, reason=reason, by=request.user, at=request.now)
    except Refused as refusal:
        return _grid(request, batch, status=422, purpose=reason, not_taken=refusal.verdict)
    return attachment(content, _("批次{number}-错误行.xlsx").format(number=batch.pk))


@require_POST
def import_mend(request: DeskRequest, ref: str) -> HttpResponse:
    batch = found(request, ref)
    try:
        count = _mend(request, batch)
    except Refused as refusal:
        return _grid(request, batch, status=422, not_mended=refusal.verdict)
    messages.success(request, _("读入更正 {count} 处，正在重新检查。").format(count=count))
    return redirect("import_batch", ref=ref)


def _mend(request: DeskRequest, batch: Batch) -> int:
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise Refused(refused(rules.NO_FILE))
    with tempfile.TemporaryDirectory(dir=folder.root(), prefix=".mend-") as inside:
        path = Path(inside) / f"mended{os.path.splitext(file.name)[1].lower()}"
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        rows = bridge.read_mended(
            path, row_header=workbooks.ROW, ignored=(workbooks.ROW, workbooks.WHY), batch_table=batch.table,
            matched={line["header"]: line["column"] for line in batch.detected.get("columns", [])}, name=file.name,
        )  # fmt: skip
    if rows is None:
        raise Refused(refused(rules.NOT_THE_FAULTY_ROWS))
    return services.mend_from_file(batch, rows=rows, by=request.user, at=request.now)


def _row(request: DeskRequest) -> int:
    text = request.POST.get("row", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _where(request: DeskRequest, batch: Batch) -> tuple[int, str]:
    return _row(request), queries.header_at(batch, request.POST.get("place", ""))


def _after(request: DeskRequest, batch: Batch) -> HttpResponse:
    """Back to the grid as it was filtered: a fragment for htmx, the page otherwise."""
    if request.htmx:
        return _grid(request, batch)
    query = request.POST.get("query", "")
    address = reverse("import_faults", kwargs={"ref": batch.ref})
    return redirect(f"{address}?{_kept(query)}" if query else address)


def _kept(query: str) -> str:
    """Only what the grid's filter knows goes into an address."""
    from django.http import QueryDict

    asked, kept = QueryDict(query[:200]), QueryDict(mutable=True)
    for name in ("column", "code", "page"):
        if asked.get(name):
            kept[name] = asked[name]
    return kept.urlencode()


def _grid(request: DeskRequest, batch: Batch, *, status: int = 200, **extra: Any) -> HttpResponse:
    from django.http import QueryDict

    asked = request.GET if request.method == "GET" else QueryDict(request.POST.get("query", "")[:200])
    kinds = queries.fault_kinds(batch)
    column = asked.get("column", "") if asked.get("column") in {kind["column"] for kind in kinds} else ""
    code = asked.get("code", "") if asked.get("code") in {kind["code"] for kind in kinds} else ""
    page = page_of(queries.faults(batch, column=column, code=code), asked.get("page"), size=queries.FAULTS_PER_PAGE)
    context = {
        "opened": None,  # a name that a template does not know makes a condition false as a whole
        "leaving": None,
        "batch": batch, "kinds": kinds, "column": column, "code": code, "page": page,
        "rows": queries.grid(batch, page), "left_out": batch.left_out.select_related("by").order_by("row")[:200],
        "query": _kept(asked.urlencode()),
    }  # fmt: skip
    template = "imports/faults.html#grid" if request.htmx else "imports/faults.html"
    return render(request, template, context | extra, status=status)
