"""Write a course and its quiz, attach files, say who takes it, publish and close it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from ...organisation.bridge import policy
from .. import builder, queries, ready, rules, services
from ..extension import held_for
from ..forms import BeginForm, MaterialForm
from ..models import Course, Material
from .page import course_page, to_course


@require_http_methods(["GET", "POST"])
@requires("campaign.draft")
def course_new(request: DeskRequest) -> HttpResponse:
    """A course that nobody has to take yet; the editor follows."""
    form = BeginForm(request.POST or None, staff=request.user)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "training/new.html", {"form": form}, status=status)
    given = form.cleaned_data
    try:
        content = ready.begin(given["begin"], title=given["title"], pass_mark=policy().training.pass_mark)
        made = services.draft(unit=given["unit"], content=content, by=request.user, at=request.now)
    except Refused as refusal:
        context = {"form": form, "problems": refusal.verdict.reasons}
        return render(request, "training/new.html", context, status=409)
    return HttpResponseRedirect(reverse("course_edit", args=[made.ref]), status=303)


@require_http_methods(["GET", "POST"])
def course_edit(request: DeskRequest, ref: str) -> HttpResponse:
    """Title, sections and questions on one page; buttons add and drop, 保存 keeps."""
    found = get_visible(Course, request.user, ref)
    require(request.user, "campaign.draft")
    if request.method == "GET":
        typed = builder.typed_of(queries.content_of_draft(found))
        return _editor(request, found, typed, edition=found.edition)
    typed, edition = builder.read(request.POST), _edition(request)
    if request.POST.get("do") != "save":
        return _editor(request, found, typed, edition=edition)
    try:
        content = typed.content(policy().training.pass_mark, fixed=queries.content_of_draft(found).fixed)
        services.edit(found, content=content, edition=edition, by=request.user, at=request.now)
    except Refused as refusal:
        return _editor(request, found, typed, edition=edition, status=409, problems=refusal.verdict.reasons)
    messages.success(request, _("草稿已保存，发布后生效。"))
    return to_course(found)


def _editor(
    request: DeskRequest, found: Course, typed: builder.Typed, *, edition: int, status: int = 200, **extra: Any
) -> HttpResponse:
    fixed = queries.content_of_draft(found).fixed
    context = {
        "course": found,
        "typed": typed,
        "fixed": fixed,
        "edition": edition,
        "fewest": rules.FEWEST,
        "most": rules.MOST,
        "may_add_section": len(fixed) + len(typed.sections) < rules.MOST_SECTIONS,
        "may_add_question": len(typed.questions) < rules.MOST,
        **extra,
    }
    return render(request, "training/edit.html", context, status=status)


def _edition(request: DeskRequest) -> int:
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _try(request: DeskRequest, found: Course, said: str, verb: Callable[[], Any]) -> HttpResponse:
    """Do it and say so; or 409 with the course's page and the reasons."""
    try:
        verb()
    except Refused as refusal:
        found.refresh_from_db()
        return course_page(request, found, status=409, problems=refusal.verdict.reasons)
    messages.success(request, said)
    return to_course(found)


@require_POST
def course_publish(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Course, request.user, ref)
    require(request.user, "campaign.draft")
    how = {"edition": _edition(request), "by": request.user, "at": request.now}
    return _try(request, found, _("已发布；原先参加的人须重新阅读并测验。"), lambda: services.publish(found, **how))


@require_POST
def course_close(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Course, request.user, ref)
    require(request.user, "campaign.draft")
    how = {"edition": _edition(request), "by": request.user, "at": request.now}
    return _try(request, found, _("培训已结束。"), lambda: services.close(found, **how))


@require_http_methods(["GET", "POST"])
def course_people(request: DeskRequest, ref: str) -> HttpResponse:
    """Who takes it: a tick for each caller at or below the course's unit. Whom its subject needs stays on it."""
    found = get_visible(Course, request.user, ref)
    require(request.user, "campaign.draft")
    needed = held_for(found, request.now) or frozenset()
    possible = queries.callers_below(found.unit, more=needed)
    if request.method == "GET":
        taking = {one.staff.pk for one in queries.people_of(found, request.user)}
        context = {"course": found, "possible": possible, "taking": taking, "needed": needed}
        return render(request, "training/people.html", context)
    ticked = set(request.POST.getlist("take"))
    staff = [person for person in possible if person.ref in ticked or person.pk in needed]
    how = {"staff": staff, "by": request.user, "at": request.now}
    return _try(request, found, _("参加人员已更新。"), lambda: services.set_people(found, **how))


@require_POST
def material_add(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Course, request.user, ref)
    require(request.user, "campaign.draft")
    form, most = MaterialForm(request.POST, request.FILES), policy().training.material_megabytes
    if getattr(request, "too_large", False) or (form.is_valid() and form.cleaned_data["file"].size > most << 20):
        form.add_error("file", _("文件超过 {most} MB，请压缩或拆分后再上传。").format(most=most))
    if not form.is_valid():
        return course_page(request, found, status=422, file_form=form)
    file = form.cleaned_data["file"]
    how = {"name": file.name, "content": file.read(), "by": request.user, "at": request.now}
    return _try(request, found, _("材料已附上，发布后可供阅读。"), lambda: services.attach(found, **how))


@require_POST
def material_remove(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Material, request.user, ref)
    require(request.user, "campaign.draft")
    how = {"by": request.user, "at": request.now}
    return _try(request, found.course, _("材料已移除，重新发布后生效。"), lambda: services.remove(found, **how))
