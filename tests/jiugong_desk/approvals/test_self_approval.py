"""No role path leads to approving one's own work."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.campaigns import services
from jiugong_desk.core.errors import Refused
from jiugong_desk.organisation.models import Posting, Staff
from tests.support import plans
from tests.support.cast import NOW, make_staff

pytestmark = pytest.mark.django_db
DECIDES = {"plan": "management", "plan_review": "compliance"}


def with_post(staff: Staff, role: str) -> Staff:
    """The same login with one post more."""
    Posting.objects.create(staff=staff, unit=staff.home, role=role, began_on=date(2026, 1, 1))
    return Staff.objects.get(pk=staff.pk)


def refused(approval: Approval, by: Staff) -> str:
    with pytest.raises(Refused) as refusal:
        approvals.decide(approval, approve=True, comment="", by=by, at=NOW)
    approval.refresh_from_db()
    assert approval.is_open
    return refusal.value.verdict.codes[0]


@pytest.mark.parametrize("kind", DECIDES)
@pytest.mark.parametrize("path", ["second post", "second login", "editor", "editor's second login", "people"])
def test_no_path(cast, kind, path):
    plans.customers(cast)
    campaign = plans.drafted(cast)
    maker = cast.planner
    if path in ("editor", "editor's second login"):
        maker = make_staff("9105", "何策", "planner", cast.branch)
        services.edit(campaign, version=campaign.version, by=maker, at=NOW, goal="改")
    if path == "people":
        maker = make_staff("9105", "何策", "planner", cast.branch)
        services.set_participants(campaign, daily_calls={cast.wang: 40, cast.li: 40}, by=maker, at=NOW)
    plans.assess(campaign)
    services.submit(campaign, by=cast.planner, at=NOW)
    if path in ("second login", "editor's second login"):
        decider = make_staff("9106", "换号", DECIDES[kind], cast.branch, person_key=maker.person_key)
    else:
        decider = with_post(maker, DECIDES[kind])
    assert refused(waiting.open_for(kind, campaign.ref), decider) == "own_work"


@pytest.mark.parametrize("kind", DECIDES)
def test_the_one_decision_does_not_open_the_other(cast, kind):
    """Compliance does not approve a plan, nor management review it."""
    plans.customers(cast)
    campaign = plans.submitted(cast)
    wrong = cast.compliance if kind == "plan" else cast.management
    with pytest.raises(PermissionDenied):
        approvals.decide(waiting.open_for(kind, campaign.ref), approve=True, comment="", by=wrong, at=NOW)


def test_the_database_refuses_it_too(cast):
    plans.customers(cast)
    asked = waiting.open_for("plan", plans.submitted(cast).ref)
    rows = Approval.objects.everyone().filter(pk=asked.pk)
    for wrong in (
        {"state": "approved", "decided_by": asked.asked_by, "decided_at": NOW},
        {"state": "approved", "decided_by": cast.management},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            kind="plan", about=asked.about, unit=asked.unit, digest="0", asked_by=cast.planner, asked_at=NOW
        )


def test_who_wrote_the_script_decides_on_no_plan_that_uses_it(cast):
    plans.customers(cast)
    author = make_staff("9105", "何稿", "planner", cast.branch)
    script = plans.make_script()
    type(script).objects.filter(pk=script.pk).update(drafted_by=author)
    script.refresh_from_db()
    campaign = plans.submitted(cast, script=script)
    decider = make_staff("9106", "换号", "compliance", cast.branch, person_key=author.person_key)
    assert refused(waiting.open_for("plan_review", campaign.ref), decider) == "own_work"


def test_only_who_asked_takes_back(cast):
    plans.customers(cast)
    editor = make_staff("9105", "何策", "planner", cast.branch)
    campaign = plans.drafted(cast)
    services.edit(campaign, version=campaign.version, by=editor, at=NOW, goal="改")
    plans.assess(campaign)
    services.submit(campaign, by=cast.planner, at=NOW)
    asked = waiting.open_for("plan", campaign.ref)
    with pytest.raises(PermissionDenied):
        approvals.withdraw(asked, by=editor, at=NOW)
    approvals.withdraw(asked, by=cast.planner, at=NOW)
