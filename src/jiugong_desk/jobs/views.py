"""One's own work in the background: the list, one piece with its progress, cancelling it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.http import DeskRequest
from ..core.pages import get_visible, page_of
from . import queries, services
from .models import Job


@require_GET
def job_list(request: DeskRequest) -> HttpResponse:
    page = page_of(queries.of_staff(request.user), request.GET.get("page"))
    context = {"page": page, "rows": [queries.shown(found) for found in page]}
    return render(request, "jobs/list.html", context)


@require_GET
def job(request: DeskRequest, ref: str) -> HttpResponse:
    return render(request, "jobs/job.html", {"shown": queries.shown(get_visible(Job, request.user, ref))})


@require_GET
def job_progress(request: DeskRequest, ref: str) -> HttpResponse:
    return progress(request, get_visible(Job, request.user, ref), poll=request.path)


@require_POST
def job_cancel(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Job, request.user, ref)
    services.cancel(found, by=request.user, at=request.now)
    messages.success(request, _("已要求取消。"))
    return redirect(reverse("job", kwargs={"ref": ref}), permanent=False)


def progress(request: DeskRequest, found: Job, *, poll: str) -> HttpResponse:
    """The bar of a job for a page that polls `poll`; when it has ended, the page is drawn anew. Other rooms use it."""
    answer = render(request, "jobs/_progress.html", {"shown": queries.shown(found), "poll": poll})
    if request.htmx and not found.is_open:
        answer["HX-Refresh"] = "true"
    return answer
