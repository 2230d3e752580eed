"""The steps of a campaign's life. Each names the version that the person saw; a step on an older page is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ...core.errors import Stale
from ...core.http import DeskRequest
from ...core.pages import get_visible, require
from .. import services
from ..forms import DecisionForm, StepForm
from ..models import Campaign
from ..services.steps import MOVED_ON


def seen_version(request: DeskRequest) -> int:
    """The version that the form was filled from; 0, which never exists, where it is none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def back_to(found: Campaign) -> HttpResponse:
    return HttpResponseRedirect(reverse("campaign", args=[found.ref]), status=303)


def _as_seen(request: DeskRequest, ref: str, permission: str) -> Campaign:
    """404, 403, then 409 where the page that was sent is not the newest."""
    found = get_visible(Campaign, request.user, ref)
    require(request.user, permission)
    if seen_version(request) != found.version:
        raise Stale(MOVED_ON)
    return found


def _step(permission: str, said: Any, verb: Callable[..., Any], *, explained: bool) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: DeskRequest, ref: str) -> HttpResponse:
        found = _as_seen(request, ref, permission)
        form = StepForm(request.POST)
        form.is_valid()  # an over-long reason is cut to nothing, which the verb refuses where it needs one
        reason = {"reason": form.cleaned_data.get("reason", "")} if explained else {}
        verb(found, by=request.user, at=request.now, **reason)
        messages.success(request, said)
        return back_to(found)

    return view


submit = _step("campaign.draft", _("已提交审批。"), services.submit, explained=False)
launch = _step("campaign.launch", _("活动已启动,名单已冻结并分配到人。"), services.launch, explained=False)
pause = _step("campaign.pause", _("活动已暂停,停止外呼。"), services.pause, explained=True)
resume = _step("campaign.launch", _("活动已恢复。"), services.resume, explained=True)
close = _step("campaign.launch", _("活动已结束。"), services.close, explained=True)


@require_POST
def decide(request: DeskRequest, ref: str) -> HttpResponse:
    found = _as_seen(request, ref, "campaign.approve")
    form = DecisionForm(request.POST)
    if form.is_valid():
        services.decide(found, by=request.user, at=request.now, **form.cleaned_data)
        messages.success(request, _("审批意见已记录。"))
    else:
        messages.error(request, _("请选择同意或退回;意见不超过 500 字。"))
    return back_to(found)
