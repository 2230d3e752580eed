"""Units and staff, for the administrator; one's own password, for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..core.http import DeskRequest
from ..core.pages import page_of, requires
from . import queries, services
from .forms import EndPostingForm, OwnPasswordForm, PostingForm, ReasonForm, StaffForm
from .models import Staff, Unit
from .passwords import new_password


@require_GET
@requires("staff.manage")
def staff_list(request: DeskRequest) -> HttpResponse:
    unit = Unit.objects.filter(code=request.GET.get("unit", "")).first()
    words = request.GET.get("q", "").strip()
    page = page_of(queries.people(unit, words), request.GET.get("page"))
    context = {
        "tree": queries.tree(),
        "unit": unit,
        "words": words,
        "page": page,
        "rows": [queries.person(staff) for staff in page],
    }
    return render(request, "organisation/staff_list.html", context)


@require_GET
@requires("staff.manage")
def staff_member(request: DeskRequest, ref: str) -> HttpResponse:
    staff = get_object_or_404(Staff, ref=ref)
    own = staff.is_same_person_as(request.user)
    context = {"staff": staff, "history": queries.history(staff), "own": own, "posting_form": PostingForm()}
    return render(request, "organisation/staff_member.html", context)


@require_http_methods(["GET", "POST"])
@requires("staff.manage")
def staff_new(request: DeskRequest) -> HttpResponse:
    form = StaffForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "organisation/staff_new.html", {"form": form}, status=status)
    password = new_password()
    staff = services.create_staff(**form.cleaned_data, password=password, by=request.user, at=request.now)
    return _show_password(request, staff, password)


@require_POST
@requires("staff.manage")
def staff_password(request: DeskRequest, ref: str) -> HttpResponse:
    staff = get_object_or_404(Staff, ref=ref)
    password = new_password()
    services.set_password(staff, password=password, by=request.user, at=request.now)
    return _show_password(request, staff, password)


@require_POST
@requires("staff.manage")
def staff_post(request: DeskRequest, ref: str) -> HttpResponse:
    staff = get_object_or_404(Staff, ref=ref)
    form = PostingForm(request.POST)
    if not form.is_valid():
        return _back(request, staff, error=_("请选择机构和岗位。"))
    services.begin_posting(staff, **form.cleaned_data, by=request.user, at=request.now)
    return _back(request, staff, done=_("已增加岗位。"))


@require_POST
@requires("staff.manage")
def staff_end_post(request: DeskRequest, ref: str) -> HttpResponse:
    staff = get_object_or_404(Staff, ref=ref)
    form = EndPostingForm(request.POST, staff=staff)
    if not form.is_valid():
        return _back(request, staff, error=_("请写明原因（至少 4 个字）。"))
    services.end_posting(**form.cleaned_data, by=request.user, at=request.now)
    return _back(request, staff, done=_("已结束该岗位。"))


@require_POST
@requires("staff.manage")
def staff_switch(request: DeskRequest, ref: str, verb: str) -> HttpResponse:
    staff = get_object_or_404(Staff, ref=ref)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _back(request, staff, error=_("请写明原因（至少 4 个字）。"))
    switch = services.deactivate if verb == "deactivate" else services.reactivate
    switch(staff, reason=form.cleaned_data["reason"], by=request.user, at=request.now)
    return _back(request, staff, done=_("已停用该工号。") if verb == "deactivate" else _("已恢复该工号。"))


@require_http_methods(["GET", "POST"])
def own_password(request: DeskRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "organisation/own_password.html", {"form": form}, status=status)
    services.change_own_password(request.user, password=form.cleaned_data["new_password1"], at=request.now)
    update_session_auth_hash(request, request.user)  # this session goes on, the others end
    messages.success(request, _("密码已更改，其他设备上的登录已退出。"))
    return HttpResponseRedirect(reverse("home"), status=303)


def _show_password(request: DeskRequest, staff: Staff, password: str) -> HttpResponse:
    """Shown in this answer only: a redirect would have to keep the password somewhere meanwhile."""
    return render(request, "organisation/password_once.html", {"staff": staff, "password": password})


def _back(request: DeskRequest, staff: Staff, *, done: str = "", error: str = "") -> HttpResponse:
    (messages.error if error else messages.success)(request, error or done)
    return HttpResponseRedirect(reverse("staff_member", args=[staff.ref]), status=303)
