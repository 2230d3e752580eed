"""What an absence costs a campaign: only its own days, only whom the viewer may see, part time reckoned in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.duty import extension, services
from tests.support import plans
from tests.support.cast import NOW, make_campaign

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 1, 29), date(2026, 1, 30), date(2026, 2, 2)]


def test_a_campaign_lacks_his_calls_on_its_own_days(cast):
    plans.customers(cast)
    campaign = plans.submitted(cast)
    (effect,) = extension.effects(cast.wang, DAYS, viewer=cast.zhao)
    assert (effect.title, effect.days, effect.calls) == (campaign.title, 2, 80)
    services.set_hours({cast.wang: Decimal("3.5")}, by=cast.zhao, at=NOW)
    (effect,) = extension.effects(cast.wang, DAYS, viewer=cast.zhao)
    assert effect.calls == 40


def test_what_he_has_no_part_in_what_is_over_and_what_is_out_of_sight_is_not_told(cast):
    make_campaign(cast, participants=(cast.li,))
    make_campaign(cast, participants=(cast.wang,), state=Campaign.State.CLOSED, title="已结束的活动")
    assert extension.effects(cast.wang, DAYS, viewer=cast.zhao) == []
    assert extension.effects(cast.li, DAYS, viewer=cast.zhao) == []
    assert len(extension.effects(cast.li, DAYS, viewer=cast.management)) == 1


def test_a_cover_who_has_not_passed_the_course_is_warned_of(cast):
    plans.customers(cast)
    campaign = plans.launched(cast)
    (effect,) = extension.effects(cast.wang, DAYS, viewer=cast.zhao, cover=cast.sun)
    assert "培训" in str(effect.warning)
    plans.teach(campaign, cast, cast.wang, cast.li, cast.sun)
    (effect,) = extension.effects(cast.wang, DAYS, viewer=cast.zhao, cover=cast.sun)
    assert not effect.warning
