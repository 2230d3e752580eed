"""A campaign's course: its plan and the rules of calling, to be read and passed by everybody who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from ..core.clock import bank_date
from ..documents.content import chinese_date
from ..duty.models import Absence
from ..organisation.models import Staff
from ..scripts.content import Objection, Step
from ..training import queries as training
from ..training import ready, services
from ..training.models import Course
from ..training.rules import LONGEST_TEXT, LONGEST_TITLE, Question, Section
from .amending import needs_review
from .changes import in_words
from .marks import in_force, parts_of
from .models import Amendment, Campaign
from .plan import LABELS, held_out_in_words, payload
from .plan import sections as sections_of
from .staffing import callers_of
from .taught import PREFIX

State = Campaign.State
PLAN, AMENDED, SCRIPT = "活动方案", "方案变更", "话术"  # headings of the course's own text, like the plan's


def about(campaign: Campaign) -> str:
    """How the room of training names this campaign."""
    return f"{PREFIX}{campaign.ref}"


def open_training(campaign: Campaign, *, by: Staff, at: datetime) -> Course:
    """Give all who will call the plan as it stands to read, with the rules of calling and a quiz to pass.

    Plan and rules of calling are made anew and stand first. The first time the quiz is the ready one of deposit calls;
    what a planner has made of it since, and the sections that he added, are kept.
    The same plan again changes only who takes it; another plan is read anew. The caller has checked the right.
    """
    rules, quiz, own = _beside_the_plan(campaign)
    with translation.override(settings.LANGUAGE_CODE):  # the same content, whatever language the opener reads in
        plan = [f"【{label}】\n{text}" for label, text in (*sections_of(campaign), *_arranged(campaign))]
        amended = [_in_words(campaign, one) for one in in_force(campaign) if needs_review(one.changes)]
    parts = [Section(PLAN, page, fixed=True) for page in pages(plan, most=LONGEST_TEXT)]
    parts += [Section(AMENDED, page, fixed=True) for page in pages(amended, most=LONGEST_TEXT)]
    parts += [Section(SCRIPT, page, fixed=True) for page in pages(_spoken(campaign), most=LONGEST_TEXT)]
    sections = (*parts, *rules, *own)
    return services.open_course(
        about(campaign), title=campaign.title[:LONGEST_TITLE], sections=sections, quiz=quiz,
        staff=callers_of(campaign, bank_date(at)), unit=campaign.unit, by=by, at=at,
    )  # fmt: skip


def _arranged(campaign: Campaign) -> Iterator[tuple[Any, str]]:
    """What the plan fixes beside its written parts: whom, when, how far, with what, and who is left alone."""
    plan = payload(campaign)
    yield LABELS["audience"], in_words("audience", plan, campaign.unit)
    yield "活动期", f"{chinese_date(campaign.starts_on)}至{chinese_date(campaign.ends_on)}"
    for name in ("goals", "offers"):
        if plan[name]:
            yield LABELS[name], in_words(name, plan, campaign.unit)
    yield "保留组", held_out_in_words(campaign)
    if campaign.complaint_contact:
        yield LABELS["complaint_contact"], campaign.complaint_contact
    if campaign.script:
        yield LABELS["script"], campaign.script.title


def _spoken(campaign: Campaign) -> list[str]:
    """What is to be said, step by step, and what answers an objection: word for word, as compliance approved it."""
    if not campaign.script:
        return []
    content = campaign.script.read
    said = [
        "\n".join((f"【{number}．{step.title}】", step.say, *_asked(step), *_answered(step.objections)))
        for number, step in enumerate(content.steps, start=1)
    ]
    anywhere = "\n".join(_answered(content.objections))
    return [*said, *([f"【随时】\n{anywhere}"] if anywhere else [])]


def _asked(step: Step) -> Iterator[str]:
    for question in step.questions:
        choices = f"（{'／'.join(question.choices)}）" if question.choices else ""
        yield f"问：{question.label}{choices}"


def _answered(objections: Iterable[Objection]) -> Iterator[str]:
    for one in objections:
        yield f"客户说“{one.says}”，答：{one.answer}"


def _beside_the_plan(campaign: Campaign) -> tuple[list[Section], tuple[Question, ...], list[Section]]:
    """The rules of calling, the quiz, and the sections that a planner added."""
    begin, course = ready.deposit_by_telephone(campaign.purpose), training.course_about(about(campaign))
    rules = [replace(one, fixed=True) for one in begin.sections]
    if course is None:
        return rules, begin.quiz, []
    kept = training.content_of_draft(course)
    return rules, kept.quiz, [one for one in kept.sections if not one.fixed]


def _in_words(campaign: Campaign, one: Amendment) -> str:
    """What an amendment changed of what is said and done, as it stands from then on, and why."""
    assert one.result is not None
    assert one.ended_at is not None
    since = chinese_date(bank_date(one.ended_at))
    texts = [f"{LABELS[name]}：{in_words(name, one.result.plan, campaign.unit)}" for name in parts_of(one.changes)]
    return "\n".join((f"【变更{one.number}，自{since}起】", *texts, f"原因：{one.reason}"))


def untrained(campaign: Campaign, *, stand_ins: Iterable[int] = ()) -> list[Staff]:
    """Which of its participants, and of those who stand in for them, have not passed its course in the newest version."""
    return training.untrained(about(campaign), {*campaign.participants.values_list("staff", flat=True), *stand_ins})


def callers_held(subject: str, at: datetime) -> frozenset[int] | None:
    """Who has to take the course of a campaign that is approved and not over; None for any other subject."""
    if not subject.startswith(PREFIX):
        return None
    campaign = Campaign.objects.everyone().filter(ref=subject.removeprefix(PREFIX), state__in=Campaign.BINDING).first()
    return None if campaign is None else frozenset(person.pk for person in callers_of(campaign, bank_date(at)))


def teach_stand_in(absence: Absence, at: datetime) -> None:
    """Whoever is named as cover takes the courses of the campaigns in which the absent one takes part on these days."""
    if absence.cover is None:
        return
    rows = Campaign.objects.everyone().filter(
        participants__staff=absence.staff, state__in=Campaign.BINDING,
        starts_on__lte=absence.last_day, ends_on__gte=absence.first_day,
    )  # fmt: skip
    for campaign in rows:
        services.also_takes(about(campaign), staff=absence.cover, at=at)


def also_teach(campaign: Campaign, *, at: datetime) -> None:
    """Whoever will call until another last day takes the course as it is; what was passed stays passed."""
    for person in callers_of(campaign, bank_date(at)):
        services.also_takes(about(campaign), staff=person, at=at)


def pages(parts: Iterable[str], *, most: int) -> list[str]:
    """The parts in order on as few pages of `most` characters as keep each part whole; a longer part alone is cut on."""
    found: list[str] = []
    for part in parts:
        pieces = [part[at : at + most] for at in range(0, len(part), most)]
        if found and len(found[-1]) + 2 + len(part) <= most:
            found[-1] += f"\n\n{part}"
        else:
            found += pieces
    return found
