"""Two at once, on real connections: exactly one outcome each time, whoever is faster."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.gate import is_approved
from jiugong_desk.campaigns.models import Approval, Campaign, ListEntry
from jiugong_desk.core.errors import Refused, Stale
from tests.support import plans
from tests.support.cast import NOW, make_cast, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run the verbs in threads of their own, started together; what each gave or raised."""
    start, results = Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int, verb: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = verb() or "done"
        except Refused as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def again(campaign: Campaign) -> Campaign:
    fresh: Campaign = Campaign.objects.everyone().get(pk=campaign.pk)
    return fresh


def winners(results: list[Any]) -> int:
    lost = [result for result in results if isinstance(result, Refused)]
    assert all(isinstance(result, Stale) for result in lost)
    return len(results) - len(lost)


def test_two_approvers_give_one_approval():
    cast = make_cast()
    second = make_staff("9204", "卫行", "management", cast.branch)
    plans.customers(cast, 6)
    for _ in range(ROUNDS):
        campaign = plans.submitted(cast, holdout_size=1)
        seen = [again(campaign), again(campaign)]
        results = at_once(
            partial(services.decide, seen[0], decision="approve", comment="", by=cast.management, at=NOW),
            partial(services.decide, seen[1], decision="reject", comment="请补充背景", by=second, at=NOW),
        )
        assert winners(results) == 1
        decided = Approval.objects.get(campaign=campaign)
        expected = "approved" if decided.decision == "approve" else "draft"
        assert again(campaign).state == expected


def test_an_approval_and_an_edit_at_once_leave_no_approved_text_that_nobody_saw():
    cast = make_cast()
    plans.customers(cast, 6)
    for _ in range(ROUNDS):
        campaign = plans.submitted(cast, holdout_size=1)
        seen = [again(campaign), again(campaign)]
        results = at_once(
            partial(services.decide, seen[0], decision="approve", comment="", by=cast.management, at=NOW),
            partial(services.edit, seen[1], version=seen[1].version, by=cast.planner, at=NOW, goal="改过的目标"),
        )
        assert winners(results) == 1
        after = again(campaign)
        edited = after.goal == "改过的目标"
        assert after.state == ("draft" if edited else "approved")
        assert is_approved(after) is not edited


def test_an_approval_and_other_participants_at_once():
    cast = make_cast()
    plans.customers(cast, 6)
    for _ in range(ROUNDS):
        campaign = plans.submitted(cast, holdout_size=1)
        seen = [again(campaign), again(campaign)]
        results = at_once(
            partial(services.decide, seen[0], decision="approve", comment="", by=cast.management, at=NOW),
            partial(services.set_participants, seen[1], daily_calls={cast.sun: 40}, by=cast.planner, at=NOW),
        )
        assert winners(results) == 1
        after = again(campaign)
        assert is_approved(after) is (after.state == "approved")


def test_two_launches_make_one_list():
    cast = make_cast()
    plans.customers(cast, 12)
    campaign = plans.approved(cast, holdout_size=2)
    seen = [again(campaign) for _ in range(3)]
    results = at_once(*(lambda c=c: services.launch(c, by=cast.management, at=NOW) for c in seen))
    assert winners(results) == 1
    assert ListEntry.objects.everyone().filter(campaign=campaign).count() == 12
    assert AuditRecord.objects.filter(verb="campaign.launched").count() == 1


def test_two_campaigns_launched_at_once_do_not_share_a_customer():
    cast = make_cast()
    plans.customers(cast, 12)
    both = [plans.approved(cast, holdout_size=2), plans.approved(cast, holdout_size=2)]
    results = at_once(*(lambda c=c: services.launch(c, by=cast.management, at=NOW) for c in both))
    assert sum(isinstance(result, services.LaunchResult) for result in results) == 1
    refusal = next(result for result in results if isinstance(result, Refused))
    assert "audience" in refusal.verdict.codes
    listed = ListEntry.objects.everyone().values_list("customer", flat=True)
    assert len(listed) == len(set(listed)) == 12


def test_one_script_is_approved_once_and_two_new_versions_get_two_numbers():
    cast = make_cast()
    content = plans.make_script().content
    script = services.create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW)
    results = at_once(*(lambda: services.approve_script(script, by=cast.compliance, at=NOW) for _ in range(3)))
    assert winners(results) == 1
    results = at_once(
        *(
            lambda: services.create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW)
            for _ in range(2)
        )
    )
    numbers = [result.version for result in results if not isinstance(result, Refused)]
    assert sorted(numbers) in ([2], [2, 3])
