"""From willing to deposited: the board of a campaign."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ...core.http import DeskRequest
from ...core.pages import requires
from .. import pipeline as stages


@require_GET
@requires("customer.view")
def pipeline(request: DeskRequest) -> HttpResponse:
    campaigns = list(stages.campaigns_of(request.user))
    asked = request.GET.get("campaign", "")
    chosen = next((one for one in campaigns if one.ref == asked), campaigns[0] if campaigns else None)
    context = {
        "campaigns": campaigns,
        "chosen": chosen,
        "columns": stages.board(request.user, chosen, request.now) if chosen else [],
        "books": request.user.may("appointment.book"),
        "sees_visits": request.user.may("appointment.view"),
    }
    return render(request, "calls/pipeline.html", context)
