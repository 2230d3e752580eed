"""Quality in the demo: the nights' lots, the checker's first results, an objection, and a pattern worth a look."""

from __future__ import annotations

from datetime import date, timedelta

from ..calls import services as calls
from ..campaigns.models import Campaign
from ..quality import form, queries, services
from ..quality.models import Check
from . import story
from .people import People

IN_A_HURRY = 3  # calls that somebody writes up together
FINE = {item.key: form.PASS for item in form.items_of(form.CURRENT)}
BRIEF = "开头没有报工号，其余规范。建议开场先报姓名和工号。"
UNSAID = "录音里客户问过贷款，请核对备注是否写全。"


def written_up_late(campaign: Campaign, people: People, *, on: date) -> None:
    """A manager records three talks within a minute before going home: nothing wrong, and worth a question."""
    manager, at = people.managers[1], story.moment(on, 18, 40)
    for place in range(IN_A_HURRY):
        begun = at + timedelta(seconds=20 * place)
        entry = calls.claim_next(campaign, by=manager, at=begun)
        if entry is not None:
            calls.show_number(entry, by=manager, at=begun)
            calls.record_outcome(
                entry, submission=f"demo-late-{entry.ref}", outcome="not_interested", talk_seconds=95 + 10 * place,
                purpose_disclosed=True, by=manager, at=begun + timedelta(seconds=15),
            )  # fmt: skip


def looked_at(people: People, *, seed: int) -> None:
    """Two nights' lots; on the afternoon between them the checker fills in three forms."""
    _night(story.TODAY - timedelta(days=1), seed)
    _results(people)
    _night(story.TODAY, seed)


def _night(day: date, seed: int) -> None:
    """As the worker does it, with a seed of the demo's own."""
    at = story.moment(day, 1, 30)
    for back in range(7, 0, -1):
        over = day - timedelta(days=back)
        made = services.draw_day(over, at=at, seed=f"demo-{seed}-{over}")
        if made is not None:
            services.find_patterns(made, at=at)


def _results(people: People) -> None:
    """The first manager's waits for his word; of the others one has read it, and one sees it otherwise."""
    checker, at = people["quality_checker"], story.moment(story.TODAY - timedelta(days=1), 15)
    forms = sorted(queries.to_check(checker), key=lambda check: (check.caller.staff_no, check.pk))
    first = [check for check in forms if check.caller == people.managers[0]][:1]
    others = [check for check in forms if check.caller != people.managers[0]][:2]
    for check in first:
        _record(check, people, BRIEF, identity=form.MINOR)
    for place, check in enumerate(others):
        if place == 0:
            _record(check, people, "")
            services.acknowledge(check, by=check.caller, at=at + timedelta(hours=2))
        else:
            _record(check, people, UNSAID, note=form.MINOR)
            services.object_to(check, reason="客户只问了还款日，与本次活动无关，所以没有记。", by=check.caller, at=at + timedelta(hours=2))  # fmt: skip


def _record(check: Check, people: People, comment: str, **marks: str) -> None:
    at = story.moment(story.TODAY - timedelta(days=1), 15, 10)
    services.record_check(check, marks=FINE | marks, comment=comment, by=people["quality_checker"], at=at)
