"""One's tasks, those of the outlet, and what is done about one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.clock import bank_date
from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from ..core.verdict import refused
from ..customers.models import Customer
from . import queries, rules, services
from .forms import DueForm, OutcomeForm, OwnerForm, TaskForm
from .models import Task


@require_GET
@requires("task.work")
def tasks(request: DeskRequest) -> HttpResponse:
    """`whose=outlet`: everybody's, for the head."""
    heads = request.user.may("task.assign")
    of_outlet = heads and request.GET.get("whose") == "outlet"
    context = {
        "heads": heads,
        "of_outlet": of_outlet,
        "today": bank_date(request.now),
        "groups": [] if of_outlet else queries.mine(request.user, now=request.now),
        "people": queries.of_outlets(request.user, now=request.now) if of_outlet else [],
        "closed": queries.closed(request.user, now=request.now),
    }
    return render(request, "tasks/tasks.html", context)


@require_POST
def task_add(request: DeskRequest, ref: str) -> HttpResponse:
    customer = get_visible(Customer, request.user, ref)
    require(request.user, "task.work")
    form = TaskForm(request.POST, owners=queries.owners(customer.unit))
    back = f"{reverse('customer', args=[customer.ref])}#tasks"
    if not form.is_valid():
        messages.error(request, _("请写明要做的事、截止日和负责人。"))
        return HttpResponseRedirect(back, status=303)
    try:
        services.add(customer, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return _refused(request, refusal, back)
    messages.success(request, _("已添加任务。"))
    return HttpResponseRedirect(back, status=303)


@require_POST
def task_done(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.work")
    services.finish(found, outcome=_told(request), by=request.user, at=request.now)
    return _back(request, _("已完成。"))


@require_POST
def task_drop(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.work")
    services.drop(found, reason=_told(request), by=request.user, at=request.now)
    return _back(request, _("已关闭。"))


@require_POST
def task_put_off(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.work")
    form = DueForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择新的截止日。"))
        return HttpResponseRedirect(_from(request), status=303)
    services.put_off(found, due_on=form.cleaned_data["due_on"], by=request.user, at=request.now)
    return _back(request, _("已改期。"))


@require_POST
def task_hand_on(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.assign")
    form = OwnerForm(request.POST, owners=queries.owners(found.customer.unit))
    if not form.is_valid():
        messages.error(request, _("请选择本网点在岗的负责人。"))
        return HttpResponseRedirect(_from(request), status=303)
    services.hand_on(found, owner=form.cleaned_data["owner"], by=request.user, at=request.now)
    return _back(request, _("已改派。"))


def _told(request: DeskRequest) -> str:
    """What came of it; a text that is too long is refused, not left out."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        raise Refused(refused(rules.TOO_LONG))
    told: str = form.cleaned_data["outcome"]
    return told


def _back(request: DeskRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(_from(request), status=303)


def _from(request: DeskRequest) -> str:
    """The page that the form stood on; only one of ours."""
    address = request.POST.get("next", "")
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else reverse("tasks")


def _refused(request: DeskRequest, refusal: Refused, back: str) -> HttpResponse:
    messages.error(request, refusal.verdict.advice)
    return HttpResponseRedirect(back, status=303)
