"""One's tasks, those of the outlet, and what is done about one."""

from __future__ import annotations

from typing import Any

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
from ..customers.models import Customer
from . import queries, services
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
    said: dict[str, Any] = {"customer": customer, "form": form}
    if not form.is_valid():
        return render(request, "tasks/new.html", said, status=422)
    try:
        services.add(customer, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        return render(request, "tasks/new.html", said | {"problems": refusal.verdict.reasons}, status=409)
    messages.success(request, _("已添加任务。"))
    return HttpResponseRedirect(f"{reverse('customer', args=[customer.ref])}#tasks", status=303)


@require_POST
def task_done(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.work")
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _close_again(request, found, form, label=_("完成"))
    services.finish(found, **form.cleaned_data, by=request.user, at=request.now)
    return _back(request, _("已完成。"))


@require_POST
def task_drop(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Task, request.user, ref)
    require(request.user, "task.work")
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _close_again(request, found, form, label=_("不再需要"))
    services.drop(found, reason=form.cleaned_data["outcome"], by=request.user, at=request.now)
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


def _close_again(request: DeskRequest, task: Task, form: OutcomeForm, *, label: str) -> HttpResponse:
    """What came of it cannot be kept as it was typed; it stands there to be shortened."""
    context = {"task": task, "form": form, "label": label, "back": _from(request)}
    return render(request, "tasks/close.html", context, status=422)


def _back(request: DeskRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(_from(request), status=303)


def _from(request: DeskRequest) -> str:
    """The page that the form stood on; only one of ours."""
    address = request.POST.get("next", "")
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else reverse("tasks")
