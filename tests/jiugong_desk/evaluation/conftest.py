"""A campaign of sixty customers, a third held out, with a warehouse whose truth is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.evaluation import effect
from jiugong_desk.evaluation.periods import month_after
from tests.support import balances
from tests.support.cast import make_campaign
from tests.support.worked import at, call, list_of, visit

GAIN = 3_000
MONTHS = [month_after(date(2026, 2, 1), -back) for back in range(12, -1, -1)]  # 2025-02 to 2026-02


@pytest.fixture
def campaign(cast) -> Campaign:
    """Launched on 1 January for thirty days; sealed."""
    campaign = make_campaign(
        cast,
        participants=(cast.wang, cast.li),
        left_out={"no_consent": 5},
        holdout_size=20,
        held_out=20,
        seed="seed-1",
        launched_at=at(1, 9),
    )
    for unit, manager in ((cast.north, cast.wang), (cast.south, cast.li)):
        listed = {"stratum": f"5|{unit.code}", "probability": Decimal("0.66666667")}
        list_of(campaign, unit, manager, 20, **listed)
        list_of(campaign, unit, None, 10, arm="held_out", **listed)
    campaign.list_digest = effect.list_digest(campaign)
    campaign.save()
    return campaign


@pytest.fixture
def entries(campaign) -> list[ListEntry]:
    """The treated ones, North first."""
    return list(ListEntry.objects.everyone().filter(campaign=campaign, arm="treated").order_by("pk"))


@pytest.fixture
def worked(campaign, entries) -> Campaign:
    """North has worked its list and had a visit; South has called a few."""
    for entry in entries[:20]:
        call(entry, "not_interested", at(6))
    call(entries[20], "invited", at(7))
    call(entries[21], "no_answer", at(7))
    visit(entries[20], at(8), "finished", product="time", amount=60_000)
    return campaign


@pytest.fixture
def warehouse(settings, tmp_path):
    settings.WAREHOUSE = tmp_path / "warehouse"
    return settings.WAREHOUSE


@pytest.fixture
def fill(warehouse, campaign):
    """`fill(as_of, gain)`: balances by month up to the date; treated customers gain in February."""

    def write(as_of: date, *, gain: float = GAIN, without: frozenset[str] = frozenset()) -> None:
        listed = ListEntry.objects.everyone().filter(campaign=campaign).order_by("pk")
        treated = {number: arm == "treated" for number, arm in listed.values_list("customer__customer_no", "arm")}
        place = {number: n for n, number in enumerate(treated)}  # customer numbers go on from test to test
        months = [month for month in MONTHS if month_after(month) <= as_of]

        def amount(customer: str, month: date) -> float:
            """10,000 to 20,000 by place on the list, 500 up or down a month, a rise of 1,000 in February for everybody."""
            level = 10_000 + Random(f"place {place[customer]}").random() * 10_000
            noise = Random(f"place {place[customer]} {month}").uniform(-500, 500)
            february = month == date(2026, 2, 1)
            return level + noise + february * (1_000 + gain * treated[customer])

        balances.write(warehouse, as_of, [one for one in sorted(treated) if one not in without], months, amount)

    return write
