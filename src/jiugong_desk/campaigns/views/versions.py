"""What the plan was: two versions side by side, files, a new plan from an old one, and unsaved work."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.errors import Refused, Stale
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, require_at
from .. import queries, services
from ..changes import differences
from ..models import Attachment, Campaign
from .page import back_to, plan_page, seen_version


@require_GET
def campaign_versions(request: DeskRequest, ref: str) -> HttpResponse:
    """All versions; the newest against the one before, or the two that are asked for."""
    found = get_visible(Campaign, request.user, ref)
    require(request.user, "campaign.view")
    versions = list(found.plan_versions.select_related("by").order_by("-number"))
    by_number = {str(version.number): version for version in versions}
    after = by_number.get(request.GET.get("after", ""), versions[0] if versions else None)
    earlier = [version for version in versions if after and version.number < after.number]
    before = by_number.get(request.GET.get("before", ""), earlier[0] if earlier else None)
    context = {
        "campaign": found,
        "versions": versions,
        "before": before,
        "after": after,
        "changes": differences(before.plan, after.plan, found.unit) if before and after else [],
        "approved": queries.approved_digests(found),
    }
    return render(request, "campaigns/versions.html", context)


@require_POST
def campaign_clone(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "campaign.draft", found.unit)
    made = services.clone(found, by=request.user, at=request.now)
    messages.success(request, _("已复制为新草稿，请核对日期、目标和人员。"))
    return HttpResponseRedirect(reverse("campaign_edit", args=[made.ref]), status=303)


@require_POST
def campaign_attach(request: DeskRequest, ref: str) -> HttpResponse:
    """A file for the plan; refused with the plan page where it is none that is kept."""
    found = get_visible(Campaign, request.user, ref)
    require_at(request.user, "campaign.draft", found.unit)
    file = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if file is None or kind not in Attachment.Kind.values:
        messages.error(request, _("请选择附件种类和文件（不超过 10 MB）。"))
        return back_to(found)
    too_large = (file.size or 0) > services.LARGEST_ATTACHMENT
    content = b"" if too_large else file.read()
    try:
        services.attach(
            found, kind=kind, name=file.name or "", content=content, version=seen_version(request), by=request.user,
            at=request.now,
        )  # fmt: skip
    except Refused as refusal:
        found.refresh_from_db()
        status = 409 if isinstance(refusal, Stale) else 422
        return plan_page(request, found, status=status, problems=refusal.verdict.reasons)
    messages.success(request, _("附件已保存。"))
    return back_to(found)


@require_GET
def campaign_attachment(request: DeskRequest, ref: str) -> HttpResponse:
    """Always saved, never shown by the browser: it came from somebody's machine."""
    kept = get_visible(Attachment, request.user, ref)
    require(request.user, "campaign.view")
    response = HttpResponse(bytes(kept.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, kept.name) or "attachment"
    return response


@require_POST
def campaign_detach(request: DeskRequest, ref: str) -> HttpResponse:
    kept = get_visible(Attachment, request.user, ref)
    found = kept.campaign
    require_at(request.user, "campaign.draft", found.unit)
    try:
        services.detach(kept, version=seen_version(request), by=request.user, at=request.now)
    except Refused as refusal:
        found.refresh_from_db()
        return plan_page(request, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("附件已删除。"))
    return back_to(found)


@require_POST
def campaign_discard(request: DeskRequest, ref: str = "") -> HttpResponse:
    """Throw away one's unsaved work and begin with what is saved."""
    found = get_visible(Campaign, request.user, ref) if ref else None
    require(request.user, "campaign.draft")
    services.drop_copy(found, by=request.user)
    where = reverse("campaign_edit", args=[found.ref]) if found else reverse("campaign_new")
    return HttpResponseRedirect(where, status=303)
