"""Two deciders, or a decider and the maker, at once on real connections: exactly one outcome, and never a false one."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from jiugong_desk.approvals import queries as waiting
from jiugong_desk.approvals import services as approvals
from jiugong_desk.approvals.models import Approval
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.gate import is_approved
from jiugong_desk.campaigns.models import Campaign
from tests.support import plans
from tests.support.cast import NOW, Cast, make_cast, make_staff
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
# Each round is one pair; the long campaign runs a thousand of each.
ROUNDS = [34, pytest.param(1_000, marks=pytest.mark.long)]


def seen(campaign: Campaign) -> Campaign:
    """As another person's page holds it."""
    found: Campaign = Campaign.objects.everyone().get(pk=campaign.pk)
    return found


def asked(campaign: Campaign, kind: str = "plan") -> Approval:
    return waiting.open_for(kind, campaign.ref)


def deciding(approval: Approval, by: Any, *, approve: bool = True) -> Any:
    return partial(approvals.decide, approval, approve=approve, comment="请补充背景", by=by, at=NOW)


class Desk:
    """One plan, handed in again for every round."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        plans.customers(self.cast, 6)
        self.second = make_staff("9204", "卫行", "management", self.cast.branch)
        self.campaign = plans.submitted(self.cast, holdout_size=1)
        self.review()

    def review(self) -> None:
        plans.decide("plan_review", self.campaign, by=self.cast.compliance)

    def again(self, *, reviewed: bool = True) -> None:
        self.campaign = seen(self.campaign)
        if self.campaign.state != "draft":
            services.edit(self.campaign, version=self.campaign.version, by=self.cast.planner, at=NOW, goal="再议")
        services.submit(self.campaign, by=self.cast.planner, at=NOW)
        if reviewed:
            self.review()

    def decided(self) -> list[str]:
        """The states of the plan's last two approvals (management's, compliance's)."""
        rows = Approval.objects.everyone().filter(about=self.campaign.ref).order_by("-id")[:2]
        return [row.state for row in rows]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_approve(rounds):
    desk = Desk()
    for _ in range(rounds):
        one, two = asked(desk.campaign), asked(desk.campaign)
        assert winners(at_once(deciding(one, desk.cast.management), deciding(two, desk.second))) == 1
        assert seen(desk.campaign).state == "approved"
        assert desk.decided()[0] == "approved"
        desk.again()
    assert AuditRecord.objects.filter(verb="campaign.approved").count() == rounds


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_send_back(rounds):
    desk = Desk()
    for _ in range(rounds):
        one, two = asked(desk.campaign), asked(desk.campaign)
        results = at_once(deciding(one, desk.cast.management), deciding(two, desk.second, approve=False))
        assert winners(results) == 1
        approved = results[0] == "done"
        assert seen(desk.campaign).state == ("approved" if approved else "draft")
        assert desk.decided() == (["approved", "approved"] if approved else ["rejected", "approved"])
        desk.again()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_withdraw(rounds):
    desk = Desk()
    for _ in range(rounds):
        one, two = asked(desk.campaign), asked(desk.campaign)
        withdrawing = partial(approvals.withdraw, two, by=desk.cast.planner, at=NOW)
        results = at_once(deciding(one, desk.cast.management), withdrawing)
        assert winners(results) == 1
        approved = results[0] == "done"
        assert seen(desk.campaign).state == ("approved" if approved else "draft")
        assert desk.decided() == (["approved", "approved"] if approved else ["withdrawn", "approved"])
        desk.again()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_approve_and_edit_leave_no_approved_text_that_nobody_saw(rounds):
    desk = Desk()
    for number in range(rounds):
        one, typed = asked(desk.campaign), seen(desk.campaign)
        text = f"改过的目标 {number}"
        editing = partial(services.edit, typed, version=typed.version, by=desk.cast.planner, at=NOW, goal=text)
        assert winners(at_once(deciding(one, desk.cast.management), editing)) == 1
        after = seen(desk.campaign)
        edited = after.goal == text
        assert after.state == ("draft" if edited else "approved")
        assert is_approved(after) is not edited
        assert desk.decided() == (["void", "approved"] if edited else ["approved", "approved"])
        desk.again()


def test_approve_and_change_the_participants():
    desk = Desk()
    for number in range(10):
        one, typed = asked(desk.campaign), seen(desk.campaign)
        calls = {desk.cast.sun: 40, desk.cast.wang: 30 + number}
        changing = partial(services.set_participants, typed, daily_calls=calls, by=desk.cast.planner, at=NOW)
        assert winners(at_once(deciding(one, desk.cast.management), changing)) == 1
        after = seen(desk.campaign)
        assert is_approved(after) is (after.state == "approved")
        desk.again()


def test_the_review_and_the_approval_do_not_lock_each_other_out():
    desk = Desk()
    for number in range(20):
        desk.again(reviewed=False)
        review, plan = asked(desk.campaign, "plan_review"), asked(desk.campaign)
        agrees = number % 2 == 0
        results = at_once(deciding(review, desk.cast.compliance, approve=agrees), deciding(plan, desk.cast.management))
        after = seen(desk.campaign)
        assert results[0] == "done"
        if agrees:  # the approval waited for the review, or came before it and is refused
            assert after.state == ("approved" if results[1] == "done" else "submitted")
        else:  # the approval comes before the review and is refused, or finds nothing
            assert results[1] != "done"
            assert after.state == "draft"


def test_two_who_hand_in_at_once_ask_once():
    desk = Desk()
    approvals.withdraw(asked(desk.campaign), by=desk.cast.planner, at=NOW)
    for _ in range(5):
        both = [seen(desk.campaign), seen(desk.campaign)]
        assert winners(at_once(*(partial(services.submit, one, by=desk.cast.planner, at=NOW) for one in both))) == 1
        assert Approval.objects.everyone().filter(about=desk.campaign.ref, state="open").count() == 2
        approvals.withdraw(asked(desk.campaign), by=desk.cast.planner, at=NOW)
