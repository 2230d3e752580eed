"""The effect block: silent until its window is over, recovers a known truth, and greys itself when it was spoilt."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jiugong_desk.campaigns.models import ListEntry
from jiugong_desk.consent.models import Contact
from jiugong_desk.evaluation import bridge
from jiugong_desk.evaluation.effect import design_of, effect_block, list_digest
from tests.support import plans
from tests.support.cast import SHANGHAI
from tests.support.worked import at, call

from .conftest import GAIN

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def test_the_design_compares_december_with_february(campaign):
    design = design_of(campaign)
    assert design.sizes == (40, 20)
    assert design.base == (date(2025, 12, 1),)
    assert design.outcome == (date(2026, 2, 1),)
    assert design.due_on == date(2026, 3, 1)
    assert design.earlier == (date(2025, 10, 1),)


def test_before_the_window_is_over_there_is_no_number_but_what_could_be_detected(campaign, fill):
    fill(date(2026, 1, 1))
    block = effect_block(campaign, cutoff=at(20))
    assert block["status"] == "waiting"
    assert block["due_on"] == "2026-03-01"
    assert "effect" not in block
    assert "means" not in block
    assert 0 < float(block["detectable"]) < GAIN


def test_without_a_warehouse_nothing_is_made_up(campaign, warehouse):
    assert effect_block(campaign, cutoff=at(20))["detectable"] is None
    block = effect_block(campaign, cutoff=MARCH)
    assert (block["status"], block["newest"]) == ("no_data", None)


def test_a_snapshot_that_ends_before_the_window_does_is_not_enough(campaign, fill):
    fill(date(2026, 1, 1))
    fill(date(2026, 2, 15))
    block = effect_block(campaign, cutoff=MARCH)
    assert (block["status"], block["newest"]) == ("no_data", "2026-02-15")


def test_without_a_hold_out_there_is_nothing_to_compare_with(campaign, fill):
    fill(date(2026, 3, 1))
    ListEntry.objects.everyone().filter(arm="held_out").delete()
    assert effect_block(campaign, cutoff=MARCH)["status"] == "no_holdout"


@pytest.mark.parametrize(("gain", "verdict"), [(GAIN, "gain"), (-GAIN, "loss"), (0, "cannot_tell")])
def test_the_known_truth_lies_inside_the_interval_and_the_season_does_not_count(campaign, fill, gain, verdict):
    fill(date(2026, 1, 1), gain=gain)
    fill(date(2026, 3, 1), gain=gain)
    block = effect_block(campaign, cutoff=MARCH)
    assert (block["status"], block["verdict"]) == ("measured", verdict)
    low, high = float(block["effect"]["low"]), float(block["effect"]["high"])
    assert low <= gain <= high
    assert high - low < 1_500  # noise of 500 a month in 60 customers: about four standard errors of 110
    naive = float(block["means"]["treated_after"]) - float(block["means"]["treated_before"])
    assert naive == pytest.approx(gain + 1_000, abs=300)  # before/after takes the season for the campaign
    assert all(check["ok"] for check in block["health"])


def test_figures_hold_no_binary_fractions(campaign, fill):
    fill(date(2026, 3, 1))

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()))
        if isinstance(value, list):
            return set().union(*map(kinds, value)) if value else set()
        return {type(value)}

    assert kinds(effect_block(campaign, cutoff=MARCH)) <= {str, int, bool, type(None)}


def test_a_held_out_customer_who_was_reached_greys_the_conclusion(campaign, fill):
    fill(date(2026, 3, 1))
    held_out = ListEntry.objects.everyone().filter(arm="held_out").first()
    Contact.objects.create(customer=held_out.customer, at=at(10), channel="call", reached=True)
    block = effect_block(campaign, cutoff=MARCH)
    assert block["verdict"] == "check_first"
    assert {row["key"]: row["ok"] for row in block["health"]}["holdout_contacted"] is False


def test_a_call_to_a_held_out_customer_is_found_even_without_a_contact_record(cast, campaign, fill):
    fill(date(2026, 3, 1))
    held_out = ListEntry.objects.everyone().filter(arm="held_out").first()
    held_out.manager = cast.wang
    call(held_out, "no_answer", at(10))
    assert effect_block(campaign, cutoff=MARCH)["verdict"] == "check_first"


def test_a_contact_before_the_launch_spoils_nothing(campaign, fill):
    fill(date(2026, 3, 1))
    held_out = ListEntry.objects.everyone().filter(arm="held_out").first()
    Contact.objects.create(customer=held_out.customer, at=at(1, 8), channel="call", reached=True)
    assert effect_block(campaign, cutoff=MARCH)["verdict"] == "gain"


def test_moving_a_customer_into_the_other_arm_breaks_the_seal(campaign, fill):
    fill(date(2026, 3, 1))
    held_out = ListEntry.objects.everyone().filter(arm="held_out").first()
    ListEntry.objects.everyone().filter(pk=held_out.pk).update(arm="treated")
    block = effect_block(campaign, cutoff=MARCH)
    assert block["verdict"] == "check_first"
    assert {row["key"] for row in block["health"] if not row["ok"]} == {"list_sealed", "as_drawn"}


def test_customers_whom_the_later_snapshot_does_not_know_are_left_out_and_counted(campaign, fill):
    fill(date(2026, 1, 1))
    gone = frozenset(sorted(design_of(campaign).treated)[:2])
    fill(date(2026, 3, 1), without=gone)
    block = effect_block(campaign, cutoff=MARCH)
    assert block["excluded"] == 2
    assert int(block["n_treated"]) == 40  # as drawn; the interval is over those who were found


def test_deposits_are_weighted_by_days_and_nothing_held_is_zero(campaign, fill):
    fill(date(2026, 3, 1))
    snapshot = bridge.snapshot_of()
    customers = [*design_of(campaign).customers[:1], "NOBODY"]
    months = (date(2026, 1, 1), date(2026, 2, 1))
    both = bridge.deposits(snapshot, customers, months)
    january, february = (bridge.deposits(snapshot, customers, (month,)) for month in months)
    plain = (january[customers[0]] * 31 + february[customers[0]] * 28) / 59
    assert both[customers[0]] == plain
    assert both["NOBODY"] == 0
    assert bridge.deposits(snapshot, customers, (date(2024, 1, 1),)) is None


def test_the_seal_of_a_real_launch_is_recognised(cast, warehouse):
    """The form of the sealed list is written in `campaigns`; here it is read."""
    plans.customers(cast, 24)
    campaign = plans.launched(cast)
    assert list_digest(campaign) == campaign.list_digest != ""
    entry = ListEntry.objects.everyone().filter(campaign=campaign, arm="treated").first()
    ListEntry.objects.everyone().filter(pk=entry.pk).update(stratum="9|OU01")
    assert list_digest(campaign) != campaign.list_digest
