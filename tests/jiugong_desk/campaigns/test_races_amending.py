"""Amendments at once, on real connections: one outcome each, and never a plan that nobody approved."""

from __future__ import annotations

from functools import partial

import pytest

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.gate import is_approved
from jiugong_desk.campaigns.models import Amendment, Campaign
from tests.support import amendments as amended
from tests.support import plans
from tests.support.cast import NOW, make_cast, make_staff
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = [8, pytest.param(300, marks=pytest.mark.long)]


class Desk:
    """A running campaign with an amendment handed in, anew for every round."""

    def __init__(self) -> None:
        self.cast = make_cast()
        plans.customers(self.cast, 6)
        self.second = make_staff("9204", "卫行", "management", self.cast.branch)
        self.campaign = plans.launched(self.cast, holdout_size=1)

    def asked(self, number: int) -> Amendment:
        """Another budget each time, so that each is an amendment."""
        open_one = Amendment.objects.everyone().filter(campaign=self.campaign, state__in=("draft", "submitted")).first()
        if open_one is not None and open_one.state == "submitted":
            approvals.withdraw(waiting.open_for("amendment", open_one.ref), by=self.cast.planner, at=NOW)
        if open_one is not None:
            open_one.refresh_from_db()
            services.give_up(open_one, by=self.cast.planner, at=NOW)
        return amended.submitted(self.cast, self.seen(), budget=10_000 + number)

    def seen(self) -> Campaign:
        found: Campaign = Campaign.objects.everyone().get(pk=self.campaign.pk)
        return found

    def deciding(self, made: Amendment, by, *, approve: bool = True):
        approval = waiting.open_for("amendment", made.ref)
        return partial(approvals.decide, approval, approve=approve, comment="请补充依据", by=by, at=NOW)


def state_of(made: Amendment) -> str:
    made.refresh_from_db()
    return made.state


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_approve(rounds):
    desk = Desk()
    for number in range(rounds):
        made = desk.asked(number)
        both = desk.deciding(made, desk.cast.management), desk.deciding(made, desk.second)
        assert winners(at_once(*both)) == 1
        assert (state_of(made), made.number) == ("effective", number + 1)
        assert desk.seen().budget == 10_000 + number


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_edit_leave_no_plan_that_nobody_saw(rounds):
    desk = Desk()
    for number in range(rounds):
        made = desk.asked(number)
        typed = Amendment.objects.everyone().get(pk=made.pk)
        editing = partial(
            services.edit_amendment,
            typed,
            reason="再议预算的依据",
            by=desk.cast.planner,
            at=NOW,
            budget=90_000 + number,
        )
        assert winners(at_once(desk.deciding(made, desk.cast.management), editing)) == 1
        approved = state_of(made) == "effective"
        assert made.state == ("effective" if approved else "draft")
        assert (desk.seen().budget == 10_000 + number) is approved
        assert is_approved(desk.seen())


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_withdraw(rounds):
    desk = Desk()
    for number in range(rounds):
        made = desk.asked(number)
        back = partial(approvals.withdraw, waiting.open_for("amendment", made.ref), by=desk.cast.planner, at=NOW)
        assert winners(at_once(desk.deciding(made, desk.cast.management), back)) == 1
        assert state_of(made) in ("effective", "draft")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_begin_one_at_once_begin_one(rounds):
    desk = Desk()
    for number in range(rounds):
        services.give_up(amended.drafted(desk.cast, desk.seen(), budget=5_000 + number), by=desk.cast.planner, at=NOW)
        both = [partial(amended.drafted, desk.cast, desk.seen(), budget=60_000 + number + one) for one in (0, 1)]
        assert winners(at_once(*both)) == 1
        left = Amendment.objects.everyone().get(campaign=desk.campaign, state="draft")
        services.give_up(left, by=desk.cast.planner, at=NOW)


def test_approve_and_close_end_with_a_closed_campaign_and_no_amendment_under_way():
    cast = make_cast()
    plans.customers(cast, 6)
    for number in range(6):
        campaign = plans.launched(cast, holdout_size=1, title=f"活动{number}")
        made = amended.submitted(cast, campaign)
        seen = Campaign.objects.everyone().get(pk=campaign.pk)
        approval = waiting.open_for("amendment", made.ref)
        approving = partial(approvals.decide, approval, approve=True, comment="", by=cast.management, at=NOW)
        closing = partial(services.close, seen, reason="期满结束", by=cast.management, at=NOW)
        assert winners(at_once(approving, closing)) == 1
        campaign.refresh_from_db()
        closed = campaign.state == "closed"
        assert state_of(made) == ("void" if closed else "effective")
        if not closed:
            services.close(campaign, by=cast.management, at=NOW)
