"""The steps of a campaign's life. Each names the version that the person saw; a step on an older page is refused.

A refusal shows the plan as it is now, with the reasons and with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ...core.errors import Refused, Stale
from ...core.http import DeskRequest
from ...core.pages import get_visible, require_at
from ...organisation.models import Staff
from .. import services
from ..forms import StepForm
from ..models import Campaign
from ..services.steps import MOVED_ON
from .page import back_to, plan_page, seen_version


def _try(request: DeskRequest, found: Campaign, said: Any, verb: Callable[[], Any], *, typed: str) -> HttpResponse:
    """Do it and say so; or 409 with the plan page, nothing typed being lost."""
    try:
        if seen_version(request) != found.version:
            raise Stale(MOVED_ON)
        verb()
    except Refused as refusal:
        found.refresh_from_db()
        return plan_page(request, found, status=409, problems=refusal.verdict.reasons, typed=typed)
    messages.success(request, said)
    return back_to(found)


def _step(
    permission: str | Callable[[Campaign, Staff], str], said: Any, verb: Callable[..., Any], *, explained: bool
) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: DeskRequest, ref: str) -> HttpResponse:
        found = get_visible(Campaign, request.user, ref)
        right = permission if isinstance(permission, str) else permission(found, request.user)
        require_at(request.user, right, found.unit)
        form = StepForm(request.POST)
        form.is_valid()  # an over-long reason is cut to nothing, which the verb refuses where it needs one
        text = form.cleaned_data.get("reason", "")
        reason = {"reason": text} if explained else {}
        return _try(request, found, said, lambda: verb(found, by=request.user, at=request.now, **reason), typed=text)

    return view


submit = _step("campaign.draft", _("已提交审批。"), services.submit, explained=False)
launch = _step("campaign.launch", _("活动已启动，名单已冻结并分配到人。"), services.launch, explained=False)
pause = _step("campaign.pause", _("活动已暂停，停止外呼。"), services.pause, explained=True)
resume = _step(services.right_to_resume, _("活动已恢复。"), services.resume, explained=True)
close = _step("campaign.launch", _("活动已结束。"), services.close, explained=True)
