"""All batches, the upload, the templates."""

from __future__ import annotations

from typing import Any

from django.conf import settings as desk_settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.clock import bank_date
from ...core.http import DeskRequest
from ...core.pages import page_of, requires
from ...customers.loading import newest_date
from .. import bridge, labels, queries, services, workbooks
from ..forms import UploadForm
from ..services.uploading import Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires("data.load")
def import_list(request: DeskRequest) -> HttpResponse:
    form = UploadForm(today=bank_date(request.now), initial={"as_of": newest_date() or bank_date(request.now)})
    return _list(request, form)


@require_POST
@requires("data.load")
def import_upload(request: DeskRequest) -> HttpResponse:
    too_large = bool(getattr(request, "too_large", False))
    form = UploadForm(request.POST, request.FILES, today=bank_date(request.now), too_large=too_large)
    if not form.is_valid():
        return _list(request, form, status=422)
    file, cleaned = form.cleaned_data["file"], form.cleaned_data
    said = Upload(file.name, cleaned["table"], cleaned["source"], cleaned["as_of"])
    batch, new = services.upload(file.chunks(), said=said, by=request.user, at=request.now)
    if not new:
        messages.info(request, _("这个文件已经上传过，没有重复导入。这是第一次上传时的批次。"))
    return redirect("import_batch", ref=batch.ref)


@require_GET
@requires("data.load")
def import_template(request: DeskRequest, table: str) -> HttpResponse:
    if table not in bridge.TABLES:
        raise Http404
    return attachment(workbooks.template(table), f"{labels.table(table)}-{_('模板')}.xlsx")


def attachment(content: bytes, name: str) -> HttpResponse:
    """A workbook to be saved under this name."""
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = _disposition(name)
    return answer


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"


def _list(request: DeskRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "page": page_of(queries.batches(request.user), request.GET.get("page")),
        "sources": queries.sources(request.user),
        "tables": labels.TABLES.items(),
        "most": desk_settings.UPLOAD_MOST_MEGABYTES,
    }
    return render(request, "imports/list.html", context, status=status)
