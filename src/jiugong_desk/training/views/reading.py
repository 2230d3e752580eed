"""Read, answer, see the result; and the list of courses with who has still to pass."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core.errors import Refused
from ...core.http import DeskRequest
from ...core.pages import get_visible, require, requires
from .. import files, queries, services
from ..models import Course, Enrolment, Material
from ..rules import MOST
from ..services.taking import may_attempt
from .page import course_page, my_part, to_course


@require_GET
@requires("training.view")
def trainings(request: DeskRequest) -> HttpResponse:
    """The courses that he sees, his own debts first."""
    context = {
        "rows": queries.courses_for(request.user),
        "may_draft": request.user.may("campaign.draft"),
        "takes": request.user.may("training.take"),
    }
    return render(request, "training/list.html", context)


@require_GET
def course(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Course, request.user, ref)
    require(request.user, "training.view")
    return course_page(request, found)


@require_http_methods(["GET", "POST"])
def course_section(request: DeskRequest, ref: str, number: int) -> HttpResponse:
    """One section to read; 已阅读 leads to the next. Ahead of the first unread one there is nothing to see yet."""
    found = get_visible(Course, request.user, ref)
    require(request.user, "training.take")
    mine = my_part(request, found)
    sections = queries.content_of(mine.version).sections
    if not 1 <= number <= len(sections):
        raise Http404
    if number > mine.sections_read + 1:
        return _to_section(found, mine.sections_read + 1)
    if request.method == "GET":
        return _section(request, found, mine, number)
    try:
        services.confirm_section(mine, number=number, by=request.user, at=request.now)
    except Refused as refusal:
        return _section(request, found, mine, number, status=409, problems=refusal.verdict.reasons)
    return _to_section(found, number + 1) if number < len(sections) else to_course(found)


def _section(
    request: DeskRequest, found: Course, mine: Enrolment, number: int, *, status: int = 200, **extra: Any
) -> HttpResponse:  # fmt: skip
    sections = queries.content_of(mine.version).sections
    context = {
        "course": found,
        "mine": mine,
        "section": sections[number - 1],
        "number": number,
        "total": len(sections),
        "read": number <= mine.sections_read,
        **extra,
    }
    return render(request, "training/section.html", context, status=status)


def _to_section(found: Course, number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("course_section", args=[found.ref, number]), status=303)


@require_http_methods(["GET", "POST"])
def course_quiz(request: DeskRequest, ref: str) -> HttpResponse:
    """The quiz, its options in another order for every attempt; unanswered questions are pointed at, nothing is lost."""
    found = get_visible(Course, request.user, ref)
    require(request.user, "training.take")
    mine = my_part(request, found)
    if request.method == "GET":
        verdict = may_attempt(mine, at=request.now)
        return _quiz(request, found, mine, {}) if verdict.allowed else _stopped(request, found, verdict.reasons, status=200)  # fmt: skip
    picks = {at: [int(one) for one in request.POST.getlist(f"q{at}") if _is_place(one)] for at in range(MOST)}
    try:
        services.attempt(mine, number=_number(request), picks=picks, by=request.user, at=request.now)
    except Refused as refusal:
        if "incomplete" in refusal.verdict.codes:
            return _quiz(request, found, mine, picks, status=422, problems=refusal.verdict.reasons)
        return _stopped(request, found, refusal.verdict.reasons, status=409)
    return HttpResponseRedirect(reverse("course_result", args=[ref]), status=303)


def _is_place(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isdigit()


def _number(request: DeskRequest) -> int:
    text = request.POST.get("attempt", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _quiz(
    request: DeskRequest,
    found: Course,
    mine: Enrolment,
    picks: dict[int, list[int]],
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {
        "course": found,
        "questions": queries.quiz_page(mine, picks, sent=status != 200),
        "attempt": mine.attempts + 1,
        "needed": queries.pass_words(queries.content_of(mine.version))[0],
        **extra,
    }
    return render(request, "training/quiz.html", context, status=status)


def _stopped(request: DeskRequest, found: Course, reasons: Any, *, status: int) -> HttpResponse:
    """Why there is no quiz now: on the course's page, where what is missing can be done."""
    return course_page(request, found, status=status, problems=reasons)


@require_GET
def course_result(request: DeskRequest, ref: str) -> HttpResponse:
    found = get_visible(Course, request.user, ref)
    require(request.user, "training.take")
    result = queries.result(my_part(request, found), request.now)
    if result is None:
        messages.info(request, _("还没有作答。"))
        return to_course(found)
    return render(request, "training/result.html", {"course": found, "result": result})


@require_GET
def material(request: DeskRequest, ref: str) -> HttpResponse:
    """The file itself: saved, never opened in the desk's own pages."""
    found = get_visible(Material, request.user, ref)
    require(request.user, "training.view")
    response = HttpResponse(bytes(found.content), content_type=files.CONTENT_TYPES[Material.Kind(found.kind)])
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response
