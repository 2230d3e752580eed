"""Read section by section, then answer: each by the person himself, each step once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core.errors import Refused, Stale, hold
from ...core.verdict import Reason, Verdict, refused
from ...organisation.bridge import policy
from ...organisation.models import Staff
from .. import queries, rules
from ..models import Attempt, Course, Enrolment
from .holding import note

CLOSED = Reason("course_closed", _("培训已结束。"), remedy=_("如仍需参加，请联系策划人。"))
IN_ORDER = Reason("in_order", _("请按顺序阅读。"), remedy=_("先读完前一节。"))
ANSWERED = Reason("answered", _("这次作答已提交过。"), remedy=_("请查看结果，或重新进入测验。"))
INCOMPLETE = Reason("incomplete", _("请回答每一题。"), remedy=_("未答的题已标出。"))


@transaction.atomic
def confirm_section(enrolment: Enrolment, *, number: int, by: Staff, at: datetime) -> None:
    """He has read section `number` (from 1). Confirmed twice is confirmed once; the last one ends the reading."""
    _must_be_his(enrolment, by)
    if number <= enrolment.sections_read:
        return
    total = len(enrolment.version.content["sections"])
    if number > total or number != enrolment.sections_read + 1:
        raise Refused(refused(IN_ORDER))
    read_at = at if number == total else None
    seen = Enrolment.objects.everyone().filter(pk=enrolment.pk, sections_read=number - 1)
    if not seen.update(sections_read=number, read_at=read_at):
        return  # his other window was faster
    enrolment.sections_read, enrolment.read_at = number, read_at
    if read_at:
        note(enrolment.course, "course.read", by=by, at=at, facts={"version": enrolment.version.number})


@transaction.atomic
def attempt(
    enrolment: Enrolment, *, number: int, picks: Mapping[int, Iterable[int]], by: Staff, at: datetime
) -> Attempt:  # fmt: skip
    """Answer the quiz. `number`: of the attempt whose page he saw; `picks`: the places picked there, by question."""
    _must_be_his(enrolment, by)
    found = Enrolment.objects.everyone().select_for_update().get(pk=enrolment.pk)
    if number != found.attempts + 1:
        raise Stale(ANSWERED)
    hold(may_attempt(found, at=at))
    answers = [
        rules.picked(picks.get(at_question, ()), shown)
        for at_question, shown in enumerate(queries.orders(enrolment, number))
    ]
    if not all(answers):
        raise Refused(refused(INCOMPLETE))
    content = queries.content_of(enrolment.version)
    scored = rules.score(content.quiz, answers, pass_mark=content.pass_mark)
    passed_at = at if scored.passed else None
    seen = Enrolment.objects.everyone().filter(pk=found.pk, attempts=number - 1, passed_at=None)
    if not seen.update(attempts=number, score=scored.share, passed_at=passed_at):
        raise Stale(ANSWERED)
    enrolment.attempts, enrolment.score, enrolment.passed_at = number, scored.share, passed_at
    made = Attempt.objects.create(
        enrolment=enrolment, number=number, at=at, answers=[sorted(one) for one in answers], score=scored.share,
        passed=scored.passed,
    )  # fmt: skip
    facts = {"version": enrolment.version.number, "score": f"{scored.share:.2f}"}
    note(enrolment.course, "course.passed" if scored.passed else "course.failed", by=by, at=at, facts=facts)
    return made


def may_attempt(enrolment: Enrolment, *, at: datetime) -> Verdict:
    """Whether he may answer now: read, not passed, not too often today."""
    return rules.may_attempt(
        read=enrolment.read_at is not None, passed=enrolment.passed_at is not None,
        today=queries.attempts_today(enrolment, at), most=policy().training.attempts_per_day,
    )  # fmt: skip


def _must_be_his(enrolment: Enrolment, by: Staff) -> None:
    """Nobody reads or answers for another; and not when it is over."""
    if enrolment.staff_id != by.pk:
        raise PermissionDenied("training.take")
    if enrolment.dropped_at is not None or enrolment.course.state != Course.State.OPEN:
        raise Refused(refused(CLOSED))
