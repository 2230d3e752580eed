"""Two at once, on real connections: exactly one outcome each time, whoever is faster."""

from __future__ import annotations

import pytest

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns import services
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.core.errors import Refused
from jiugong_desk.scripts.services import create_script
from tests.support import plans
from tests.support.cast import NOW, make_cast
from tests.support.races import at_once, winners
from tests.support.scripts import conforming

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def again(campaign: Campaign) -> Campaign:
    fresh: Campaign = Campaign.objects.everyone().get(pk=campaign.pk)
    return fresh


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
    running = ListEntry.objects.everyone().filter(campaign__state="launched")
    listed = running.values_list("customer", flat=True)
    assert len(listed) == len(set(listed)) == 12


def test_two_new_versions_of_a_script_get_two_numbers():
    cast = make_cast()
    content = conforming()
    create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW)
    results = at_once(
        *(lambda: create_script(code="card", title="话术", content=content, by=cast.planner, at=NOW) for _ in range(2))
    )
    numbers = [result.version for result in results if not isinstance(result, Refused)]
    assert sorted(numbers) in ([2], [2, 3])
