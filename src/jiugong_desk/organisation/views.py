"""Sign-in and the list of staff."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ..core.http import DeskRequest
from ..core.pages import page_of, requires
from .models import Posting, Staff
from .permissions import role_name


@require_GET
@requires("staff.manage")
def staff_list(request: DeskRequest) -> HttpResponse:
    postings = Prefetch("postings", Posting.objects.filter(ended_on=None).select_related("unit"))
    page = page_of(Staff.objects.prefetch_related(postings), request.GET.get("page"))
    rows = [(staff, [(role_name(p.role), p.unit.name) for p in staff.postings.all()]) for staff in page]
    return render(request, "organisation/staff_list.html", {"page": page, "rows": rows})
