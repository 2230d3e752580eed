"""Watch lists: all of them, and one of a month with its customers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.http import DeskRequest
from ...core.pages import page_of, requires
from ...exports.views import deliver
from .. import listing, services, watching
from ..models import WatchList


@require_GET
@requires("customer.view")
def watch_lists(request: DeskRequest) -> HttpResponse:
    context = {"lists": watching.overview(request.user), "may_freeze": request.user.may("data.load")}
    return render(request, "grid/watch_lists.html", context)


@require_POST
@requires("data.load")
def watch_freeze(request: DeskRequest) -> HttpResponse:
    """The newest snapshot's month-end: what a load by command does of itself."""
    frozen = services.freeze_newest(by=request.user, at=request.now)
    said = _("已冻结 {count} 份名单。") if frozen else _("最近月末的名单都已冻结，没有变化。")
    messages.success(request, said.format(count=len(frozen)))
    return HttpResponseRedirect(reverse("watch_lists"), status=303)


@require_GET
@requires("customer.view")
def watch_list(request: DeskRequest, ref: str) -> HttpResponse:
    """A list is known to everybody who sees customers; of its customers each sees his own."""
    found = get_object_or_404(WatchList.objects.select_related("frozen_by"), ref=ref)
    page = page_of(watching.entries(request.user, found), request.GET.get("page"))
    names, rows = watching.facts_of(found, list(page))
    context = {
        "found": found,
        "page": page,
        "names": names,
        "rows": rows,
        "parameters": watching.parameters_of(found),
        "months": watching.months_of(found),
        "may_draft": request.user.may("campaign.draft"),
    }
    return render(request, "grid/watch_list.html", context)


@require_POST
@requires("customer.view")
def watch_export(request: DeskRequest, ref: str) -> HttpResponse:
    """Those of the list whom one may see, as a workbook. By POST: taking them out is recorded."""
    found = get_object_or_404(WatchList, ref=ref)
    return deliver(request, listing.WATCH, {"list": found.ref})
