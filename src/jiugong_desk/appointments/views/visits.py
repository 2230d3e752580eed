"""The day list, one visit, and its changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ...core.clock import bank_date
from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from ...core.verdict import ALLOWED, Verdict
from ...customers.models import Customer
from ...customers.queries import answers
from ...tasks.queries import of_source
from ...tasks.queries import owners as task_owners
from .. import queries, services
from ..forms import BookingForm, CancelForm, FinishForm, MoveForm, day_of
from ..models import Appointment

CHANGES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "arrive": services.arrive,
        "miss": services.miss,
        "undo-arrival": services.take_arrival_back,
        "undo-miss": services.take_miss_back,
    }
)


@require_GET
@requires("appointment.view")
def visits(request: DeskRequest) -> HttpResponse:
    day = day_of(request.GET.get("day", "")) or bank_date(request.now)
    listed = queries.day_list(request.user, day, now=request.now)
    context = {
        "list": listed, "today": bank_date(request.now), "receives": request.user.may("appointment.book"), "may_keep_rooms": request.user.may("appointment.rooms"),
    }  # fmt: skip
    return render(request, "appointments/visits.html", context)


@require_GET
def visit(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    return _page(request, found)


@require_POST
def visit_change(request: DeskRequest, ref: str, change: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    if change not in CHANGES:
        raise Http404
    CHANGES[change](found, by=request.user, at=request.now)
    if request.htmx:
        row = queries.row_of(found, request.user, now=request.now)
        counts = queries.counts_of(request.user, bank_date(found.starts_at))
        context = {"row": row, "list": {"counts": counts}, "swapped": True}
        return HttpResponse(
            render_to_string("appointments/visits.html#row", context, request)
            + render_to_string("appointments/visits.html#counts", context, request)
        )
    return _to_visit(found) if change == "miss" else _to_day(found)


@require_POST
def visit_cancel(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.receive")
    form = CancelForm(request.POST)
    form.is_valid()  # without a reason the service says so
    try:
        services.cancel(found, reason=form.cleaned_data.get("reason", ""), by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, found, status=409, refusal=refusal.verdict)
    messages.success(request, _("已取消，时段已经释放。"))
    return _to_day(found)


@require_POST
def visit_move(request: DeskRequest, ref: str) -> HttpResponse:
    """Another time, and where it is said another receiver."""
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.receive")
    form = MoveForm(request.POST, receivers=queries.receivers(found))
    if not form.is_valid():
        return _page(request, found, status=422, problem=_("请选择新的时段。"))
    said = {"starts_at": form.cleaned_data["starts_at"], "manager": form.cleaned_data["receiver"]}
    try:
        services.move(found, **said, by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, found, status=409, refusal=refusal.verdict)
    messages.success(request, _("已改期。请把新的时间告诉客户。"))
    seen = Appointment.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return _to_visit(found) if seen else _to_day(found)  # whom he gave to a colleague, he may not see any more


@require_POST
def visit_again(request: DeskRequest, ref: str) -> HttpResponse:
    """The customer did not come: a new visit."""
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.book")
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, problem=_("请选择到店时段。"))
    try:
        made = services.book_again(found, starts_at=form.cleaned_data["starts_at"], by=request.user, at=request.now)
    except Refused as refusal:
        return _page(request, found, status=409, refusal=refusal.verdict)
    messages.success(request, _("已重新预约。"))
    return _to_visit(made)


@require_POST
def visit_finish(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Appointment, request.user, ref)
    require(request.user, "appointment.finish")
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422, unread=True)
    try:
        services.finish(found, **form.said(), by=request.user, at=request.now)
    except Refused as refusal:
        if found.state != Appointment.State.ARRIVED:
            raise
        asked = isinstance(refusal, services.Unsuitable) or form.cleaned_data["as_fact"]
        left = form.placed(refusal.verdict)
        return _page(
            request, found, form, status=409, verdict=left, unread=not left.reasons, ask_fact=asked
        )  # what was typed stays
    messages.success(request, _("已登记面谈结果。"))
    return _to_day(found)


@require_POST
def visit_book(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "appointment.book")
    form = BookingForm(request.POST)
    back = HttpResponseRedirect(reverse("customer", args=[customer.ref]), status=303)
    if not form.is_valid():
        messages.error(request, _("请选择到店时段。"))
        return back
    starts_at = form.cleaned_data["starts_at"]
    try:
        services.book(customer, manager=request.user, starts_at=starts_at, by=request.user, at=request.now)
    except Refused as refusal:  # back to where the free slots are
        messages.error(request, refusal.verdict.advice)
        return back
    messages.success(request, _("已预约。请提醒客户携带身份证件。"))
    return back


def _form(request: DeskRequest, found: Appointment, data: Any = None) -> FinishForm:
    staff = request.user
    owners = task_owners(found.customer.unit) if staff.may("task.work") else None
    return FinishForm(data, suited=queries.suited(found, staff, now=request.now), owners=owners)


def _page(
    request: DeskRequest,
    found: Appointment,
    form: FinishForm | None = None,
    *,
    status: int = 200,
    verdict: Verdict = ALLOWED,
    refusal: Verdict = ALLOWED,
    **extra: Any,
) -> HttpResponse:
    """`verdict`: what stands against the result that was typed; `refusal`: against another change of the visit."""
    if refusal.reasons:
        found = get_visible(Appointment, request.user, found.ref)  # as it is now
    row = queries.row_of(found, request.user, now=request.now)
    context: dict[str, Any] = {
        "row": row,
        "visit": found,
        "form": form or _form(request, found),
        "verdict": verdict,
        "refusal": refusal,
        "times": queries.times(row, request.GET.get("receiver", ""), by=request.user, now=request.now),
        "reasons": Appointment.Cancelled.choices,
        "answers": answers(found.customer) if row.sees_customer else [],
        "discussed": found.discussed.select_related("product"),
        "tasks": of_source("visit", found.ref, request.user),
        "reminders": found.reminders.select_related("by"),
        "moves": found.moves.select_related("by", "from_manager"),
        **extra,
    }
    return render(request, "appointments/visit.html", context, status=status)


def _to_day(found: Appointment) -> HttpResponse:
    day = bank_date(found.starts_at)
    return HttpResponseRedirect(f"{reverse('visits')}?day={day.isoformat()}", status=303)


def _to_visit(found: Appointment) -> HttpResponse:
    return HttpResponseRedirect(reverse("visit", args=[found.ref]), status=303)
