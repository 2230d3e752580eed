"""Visits taken along as a calendar file. Why that is no export: docs/decisions/0032-a-calendar-file-is-no-export.md."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from ...core.clock import bank_date
from ...core.http import DeskRequest
from ...core.pages import get_visible, requires
from .. import queries
from ..forms import day_of
from ..ics import TYPE, ics
from ..models import Appointment

DAYS = {"day": 1, "week": 7}


@require_GET
def visit_ics(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    return _file(request, [found], f"visit-{bank_date(found.starts_at)}")


@require_GET
@requires("appointment.view")
def visits_ics(request: DeskRequest, span: str) -> HttpResponse:
    """One's own booked visits of a day, or of seven days from it on."""
    if span not in DAYS:
        raise Http404
    first = day_of(request.GET.get("day", "")) or bank_date(request.now)
    found = queries.own(request.user, first, DAYS[span])
    return _file(request, found, f"visits-{first}")


def _file(request: DeskRequest, visits: Iterable[Appointment], name: str) -> HttpResponse:
    content = ics(visits, at=request.now)
    return HttpResponse(
        content, content_type=TYPE, headers={"Content-Disposition": f'attachment; filename="{name}.ics"'}
    )
