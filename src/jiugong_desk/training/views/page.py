"""The page of one course, for whoever may see it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from ...core.http import DeskRequest
from .. import queries, rules
from ..extension import held_for
from ..forms import MaterialForm
from ..models import Course, Enrolment


def course_page(request: DeskRequest, found: Course, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Reading and quiz for whoever takes it; who has passed for whoever answers for them; the draft for planners."""
    version, mine = queries.newest(found), queries.enrolment(found, request.user)
    content = queries.content_of(version) if version else rules.from_json(found.draft)
    manages = queries.manages(request.user, found)
    people = queries.people_of(found, request.user) if not _only_takes(request, mine) else []
    needed, questions = queries.pass_words(content)
    context = {
        "course": found,
        "version": version,
        "content": content,
        "mine": mine,
        "needed": needed,
        "questions": questions,
        "people": people,
        "passed": sum(one.passed for one in people),
        "missing": [one.staff for one in people if not one.passed],
        "materials": queries.materials_of(found) if manages else queries.published_materials(version),
        "manages": manages and found.state != Course.State.CLOSED,
        "held": manages and held_for(found, request.now) is not None,
        "unpublished": manages and queries.is_changed(found, version),
        "faults": rules.faults(rules.from_json(found.draft)).reasons if manages else (),
        "versions": queries.history_of(found) if manages else [],
        "file_form": MaterialForm(),
        **extra,
    }
    return render(request, "training/course.html", context, status=status)


def _only_takes(request: DeskRequest, mine: Enrolment | None) -> bool:
    """A caller sees his own part, not who else has passed."""
    return mine is not None and queries.sees_only_himself(request.user)


def my_part(request: DeskRequest, found: Course) -> Enrolment:
    """His enrolment in the newest version; for whoever need not take it there is nothing to read and answer."""
    mine = queries.enrolment(found, request.user)
    if mine is None:
        raise Http404
    return mine


def to_course(found: Course) -> HttpResponse:
    return HttpResponseRedirect(reverse("course", args=[found.ref]), status=303)
