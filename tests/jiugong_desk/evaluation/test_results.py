"""What a closed campaign tells the forecast: counts that fit into each other, of the branch's own campaigns."""

from __future__ import annotations

import pytest

from jiugong.forecast import PastCampaign
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.evaluation import results
from tests.support.cast import NOW, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anew():
    results._result.cache_clear()


def test_a_closed_campaign_is_a_result_that_the_library_takes(worked, cast):
    assert list(results.past(cast.sub_branch)) == []  # still running
    Campaign.objects.everyone().filter(pk=worked.pk).update(state="closed", closed_at=NOW)
    (found,) = results.past(cast.north)  # of the same branch
    known = PastCampaign(**found)
    assert known.audience == known.eligible + sum(worked.left_out.values())
    assert known.reached is not None
    assert 0 < known.reached <= known.attempted
    assert sum(known.levels.values()) == known.eligible
    assert known.deposits is None  # no final report


def test_another_branch_learns_nothing_from_it(worked, cast):
    Campaign.objects.everyone().filter(pk=worked.pk).update(state="closed", closed_at=NOW)
    assert list(results.past(make_unit("BR09", "远城分行", "branch", cast.head_office))) == []
