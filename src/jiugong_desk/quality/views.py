"""The work list; one check with its form, its result and its objection; one pattern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..core.errors import Refused
from ..core.http import DeskRequest
from ..core.pages import get_visible, require, requires
from . import form as forms_in_force
from . import queries, rules, services
from .forms import AnswerForm, CallBackForm, CheckForm, LookForm, ObjectionForm
from .models import Check, Flag


@require_GET
@requires("quality.view")
def quality(request: DeskRequest) -> HttpResponse:
    staff = request.user
    flags = [(one, rules.PATTERNS[one.kind], queries.sentence(one)) for one in queries.open_flags(staff)]
    context = {
        "to_check": list(queries.to_check(staff)[: queries.SHOWN]),
        "to_call_back": list(queries.to_call_back(staff)[: queries.SHOWN]),
        "flags": flags,
        "looked": [(one, rules.PATTERNS[one.kind]) for one in queries.looked_at(staff)],
        "results": queries.results(staff),
        "colours": forms_in_force.COLOURS,
        "checks": staff.may("quality.check"),
        "calls_back": staff.may("quality.call_back"),
    }
    return render(request, "quality/quality.html", context)


@require_GET
def check(request: DeskRequest, ref: str) -> HttpResponse:
    return _page(request, get_visible(Check, request.user, ref))


def _page(request: DeskRequest, found: Check, *, status: int = 200, **extra: Any) -> HttpResponse:
    staff, state, others = request.user, found.state, found.caller_id != request.user.pk
    form_kind = found.kind == Check.Kind.FORM
    context = {
        "check": found,
        "call": found.call,
        "seen": queries.seen(found),
        "fills": form_kind and others and state == Check.State.WAITING and staff.may("quality.check"),
        "answers": form_kind and others and state == Check.State.OBJECTED and staff.may("quality.check"),
        "reacts": form_kind and not others and state == Check.State.CHECKED,
        "asks": not form_kind and others and state == Check.State.WAITING and staff.may("quality.call_back"),
        "colour": forms_in_force.COLOURS.get(found.result, "secondary"),
        "back": reverse("quality") if staff.may("quality.view") else reverse("home"),
        **extra,
    }
    if context["asks"]:
        context["against"] = queries.may_be_asked(found).reasons
    for name, make in (
        ("fills", CheckForm),
        ("answers", AnswerForm),
        ("reacts", ObjectionForm),
        ("asks", CallBackForm),
    ):
        if context[name]:
            context.setdefault("form", make())
    return render(request, "quality/check.html", context, status=status)


def _step(
    request: DeskRequest, ref: str, permission: str, form: django_forms.Form, do: Callable[[Check], None], done: str
) -> HttpResponse:
    """One step of a check: 404, 403, the form, the service; what was typed stays where it was refused."""
    found = get_visible(Check, request.user, ref)
    require(request.user, permission)
    if not form.is_valid():
        return _page(request, found, status=422, form=form)
    try:
        do(found)
    except Refused as refusal:
        found = get_visible(Check, request.user, ref)
        return _page(request, found, status=409, form=form, problems=refusal.verdict.reasons)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("quality" if request.user.may("quality.view") else "home"), status=303)


@require_POST
def check_record(request: DeskRequest, ref: str) -> HttpResponse:
    form, by, at = CheckForm(request.POST), request.user, request.now
    done = _("质检结果已登记，已送达本人和负责人。")
    return _step(request, ref, "quality.check", form, lambda found: services.record_check(found, **form.said(), by=by, at=at), done)  # fmt: skip


@require_POST
def check_acknowledge(request: DeskRequest, ref: str) -> HttpResponse:
    by, at = request.user, request.now
    none = django_forms.Form(request.POST)
    return _step(
        request, ref, "call.work", none, lambda found: services.acknowledge(found, by=by, at=at), _("已确认。")
    )


@require_POST
def check_object(request: DeskRequest, ref: str) -> HttpResponse:
    form, by, at = ObjectionForm(request.POST), request.user, request.now
    done = _("异议已送质检人员，答复后您会看到。")
    return _step(request, ref, "call.work", form, lambda found: services.object_to(found, **form.cleaned_data, by=by, at=at), done)  # fmt: skip


@require_POST
def check_answer(request: DeskRequest, ref: str) -> HttpResponse:
    form, by, at = AnswerForm(request.POST), request.user, request.now
    return _step(request, ref, "quality.check", form, lambda found: services.answer(found, **form.cleaned_data, by=by, at=at), _("已答复。"))  # fmt: skip


@require_POST
def check_call_back(request: DeskRequest, ref: str) -> HttpResponse:
    form, by, at = CallBackForm(request.POST), request.user, request.now
    return _step(request, ref, "quality.call_back", form, lambda found: services.record_call_back(found, **form.cleaned_data, by=by, at=at), _("回访已登记。"))  # fmt: skip


@require_GET
def flag(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Flag, request.user, ref)
    require(request.user, "quality.view")
    return _flag_page(request, found)


def _flag_page(request: DeskRequest, found: Flag, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "flag": found,
        "pattern": rules.PATTERNS[found.kind],
        "sentence": queries.sentence(found),
        "innocent": rules.INNOCENT[found.kind],
        "calls": queries.calls_named(found),
        "looks": found.state == Flag.State.OPEN and request.user.may("quality.check"),
        "form": LookForm(),
        **extra,
    }
    return render(request, "quality/flag.html", context, status=status)


@require_POST
def flag_look(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Flag, request.user, ref)
    require(request.user, "quality.check")
    form = LookForm(request.POST)
    if not form.is_valid():
        return _flag_page(request, found, status=422, form=form)
    try:
        services.look_at(found, **form.cleaned_data, by=request.user, at=request.now)
    except Refused as refusal:
        found = get_visible(Flag, request.user, ref)
        return _flag_page(request, found, status=409, form=form, problems=refusal.verdict.reasons)
    messages.success(request, _("已登记查看结论。"))
    return HttpResponseRedirect(reverse("quality"), status=303)
