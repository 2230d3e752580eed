"""The draw: by whom, among whom, sealed; what it keeps off lists; who may still be called."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from jiugong_desk.audiences.listing import listed
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls.facts import facts_of, facts_of_each, may_call_entry
from jiugong_desk.calls.services import claims
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.campaigns.services.sealing import drop_the_uncallable
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.holdout import queries, rules, services
from jiugong_desk.holdout.models import Measurement, StandingHoldout, StandingMember
from tests.support import plans, standing
from tests.support.cast import NOW, make_campaign, make_customer, make_entry
from tests.support.races import at_once

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _no_warehouse(settings, tmp_path):
    settings.WAREHOUSE = tmp_path / "warehouse"


@pytest.fixture
def tenth(monkeypatch):
    standing.shares(monkeypatch, "0.1")


@pytest.fixture
def crowd(cast):
    """Forty customers of fixed numbers, on two levels and in two outlets."""
    places = ((cast.north, cast.wang), (cast.south, cast.li))
    return [make_customer(*places[n % 2], customer_no=f"H{n:04d}", level=5 if n % 4 < 2 else 9) for n in range(40)]


def members(found: StandingHoldout) -> list[str]:
    rows = StandingMember.objects.everyone().filter(holdout=found)
    return sorted(rows.values_list("customer__customer_no", flat=True))


def draw(cast, **values) -> StandingHoldout:
    values = {"by": cast.management, "at": NOW, "seed": "seed-1"} | values
    return services.draw_standing(values.pop("unit", cast.sub_branch), **values)


def test_the_same_seed_leaves_the_same_customers_alone_on_every_database(cast, crowd, tenth):
    """Written down once: SQLite and PostgreSQL both have to come to it."""
    found = draw(cast)
    assert members(found) == ["H0007", "H0014", "H0029", "H0032"]
    assert found.digest == "9654d433cbf67fbdfa0c748c148d63a951343bb761173b8790a8c49d6f69cd2e"


def test_each_stratum_gives_its_share(cast, crowd, tenth):
    found = draw(cast)
    levels = Counter((row["level"], row["customers"], row["held_out"]) for row in found.levels)
    assert levels == {(9, 20, 2): 1, (5, 20, 2): 1}
    strata = Counter(row.stratum for row in queries.sealed_rows(found) if row.held_out)
    assert strata == {"5|OU01": 1, "5|OU02": 1, "9|OU01": 1, "9|OU02": 1}
    assert {float(row.probability) for row in queries.sealed_rows(found)} == {0.9}


def test_it_is_sealed_and_recorded_without_naming_anybody(cast, crowd, tenth):
    found = draw(cast)
    assert (found.first_day, found.last_day) == (TODAY, date(2027, 1, 6))
    assert (found.customers, found.held_out, found.on_lists) == (40, 4, 0)
    assert queries.is_sealed(found)
    record = AuditRecord.objects.get(verb="holdout.drawn")
    assert found.digest in record.facts
    assert not [no for no in members(found) if no in record.facts]
    assert found.seed not in record.facts


@pytest.mark.parametrize("spoil", ["add", "remove", "text"])
def test_another_list_is_noticed(cast, crowd, tenth, spoil):
    found = draw(cast)
    rows = StandingMember.objects.everyone().filter(holdout=found)
    if spoil == "add":
        outside = next(one for one in crowd if one.customer_no not in members(found))
        StandingMember.objects.create(holdout=found, customer=outside)
    elif spoil == "remove":
        rows.first().delete()
    else:
        StandingHoldout.objects.everyone().filter(pk=found.pk).update(digest=rules.digest_of("another"))
        found.refresh_from_db()
    assert not queries.is_sealed(found)


def test_a_seed_is_made_where_none_is_given_and_no_two_are_alike(cast, crowd, tenth):
    one = draw(cast, seed="", unit=cast.sub_branch)
    StandingHoldout.objects.everyone().filter(pk=one.pk).update(first_day=date(2025, 1, 1), last_day=date(2025, 12, 31))
    other = draw(cast, seed="")
    assert len(one.seed) == len(other.seed) == 32
    assert one.seed != other.seed


def test_who_is_not_active_or_on_an_open_list_is_not_in_the_lot(cast, crowd, tenth):
    for no, values in (("H0000", {"status": "deceased"}), ("H0001", {"present": False})):
        Customer.objects.everyone().filter(customer_no=no).update(**values)
    for state, customer in (("launched", crowd[2]), ("approved", crowd[3]), ("closed", crowd[4])):
        make_entry(make_campaign(cast, state=state), customer, arm="held_out")
    found = draw(cast)
    lot = {row.customer_no for row in queries.sealed_rows(found)}
    assert {f"H{n:04d}" for n in range(6)} & lot == {"H0004", "H0005"}
    assert (found.customers, found.on_lists) == (36, 2)


def test_who_joins_later_waits_for_the_next_draw(cast, crowd, tenth):
    found = draw(cast)
    new = make_customer(cast.north, cast.wang, customer_no="H9999")
    assert new.customer_no not in {row.customer_no for row in queries.sealed_rows(found)}
    later = NOW + timedelta(days=400)
    assert new.customer_no in {row.customer_no for row in queries.sealed_rows(draw(cast, at=later))}


@pytest.mark.parametrize("unit", ["sub_branch", "branch"])
def test_while_one_stands_no_other_is_drawn_for_any_of_its_customers(cast, crowd, tenth, unit):
    found = draw(cast)
    with pytest.raises(Refused) as refusal:
        draw(cast, unit=getattr(cast, unit), seed="seed-2")
    assert refusal.value.verdict.codes == ("standing_not_over",)
    again = draw(cast, at=NOW + timedelta(days=365), seed="seed-2")  # the day after it ended
    assert again.first_day == found.last_day + timedelta(days=1)
    assert members(again) != members(found)


def test_a_share_of_nothing_switches_it_off(cast, crowd, monkeypatch):
    standing.shares(monkeypatch, "0")
    with pytest.raises(Refused) as refusal:
        draw(cast)
    assert refusal.value.verdict.codes == ("standing_switched_off",)
    assert not StandingHoldout.objects.everyone().exists()


def test_a_share_of_nothing_lifts_the_one_that_stands(cast, crowd, tenth, monkeypatch):
    found = draw(cast)
    customers = StandingMember.objects.everyone().filter(holdout=found).values_list("customer", flat=True)
    assert queries.left_alone(list(customers), on=TODAY) == set(customers)
    standing.shares(monkeypatch, "0")
    assert queries.left_alone(list(customers), on=TODAY) == set()
    assert listed(plans.NEW_HOME, cast.sub_branch, on=TODAY).left_out == {}


def test_nobody_draws_for_a_unit_that_is_not_his(cast, crowd, tenth):
    with pytest.raises(Refused) as refusal:
        draw(cast, unit=cast.head_office)
    assert refusal.value.verdict.codes == ("unit_not_yours",)


def test_nobody_of_it_comes_onto_a_list_and_the_reason_is_counted(cast, crowd, tenth):
    found = draw(cast)
    seen = listed(plans.NEW_HOME, cast.sub_branch, on=TODAY)
    assert seen.left_out == {"standing_holdout": 4}
    assert not {row.customer_no for row in seen.candidates} & set(members(found))
    after = listed(plans.NEW_HOME, cast.sub_branch, on=found.last_day + timedelta(days=1))
    assert after.left_out == {}


def test_lasting_reasons_of_contact_come_first(cast, crowd, tenth):
    found = draw(cast)
    Customer.objects.everyone().filter(customer_no=members(found)[0]).update(status="frozen")
    assert listed(plans.NEW_HOME, cast.sub_branch, on=TODAY).left_out == {"standing_holdout": 3, "not_active": 1}


def test_a_launched_campaign_has_nobody_of_it(cast, crowd, tenth):
    found = draw(cast)
    campaign = plans.launched(cast)
    assert campaign.left_out["standing_holdout"] == 4
    entries = ListEntry.objects.everyone().filter(campaign=campaign)
    assert entries.count() == 36
    assert not entries.filter(customer__customer_no__in=members(found)).exists()


def test_whoever_is_on_it_falls_off_a_list_that_waits_for_its_launch(cast, crowd):
    campaign = plans.approved(cast)
    standing.holdout(cast.sub_branch, by=cast.management, members=crowd[:3], others=crowd[3:])
    assert drop_the_uncallable(campaign) == {"standing_holdout": 3}


def test_a_call_is_refused_even_where_an_entry_says_otherwise(cast):
    """No draw makes such an entry; a hand in the database might."""
    campaign = make_campaign(cast, participants=(cast.wang,))
    inside, outside = (make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang) for _ in range(2))
    found = standing.holdout(cast.sub_branch, by=cast.management, members=[inside.customer], others=[outside.customer])
    assert "held_out" in may_call_entry(facts_of(inside, NOW), NOW).codes
    assert may_call_entry(facts_of(outside, NOW), NOW)
    with pytest.raises(Refused) as refusal:
        claims.claim(inside, by=cast.wang, at=NOW)
    assert refusal.value.verdict.codes == ("held_out",)
    StandingHoldout.objects.everyone().filter(pk=found.pk).update(last_day=TODAY - timedelta(days=1))
    assert may_call_entry(facts_of(inside, NOW), NOW)


def test_many_facts_cost_no_more_queries_than_one(cast, django_assert_max_num_queries):
    campaign = make_campaign(cast, participants=(cast.wang,))
    entries = [make_entry(campaign, make_customer(cast.north, cast.wang), cast.wang) for _ in range(5)]
    with django_assert_max_num_queries(6):
        assert len(facts_of_each(entries, NOW)) == 5


def test_the_draw_looks_once_and_every_look_is_kept(cast, crowd, tenth):
    found = draw(cast)
    services.measure(found, by=cast.department, at=NOW)
    looks = Measurement.objects.everyone().filter(holdout=found)
    assert [look.figures["status"] for look in looks] == ["waiting", "waiting"]
    assert AuditRecord.objects.filter(verb="holdout.measured").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_draws_at_once_leave_one(cast, crowd, tenth):
    results = at_once(*(lambda: draw(cast) for _ in range(2)), lambda: draw(cast, unit=cast.branch))
    refusals = [one for one in results if isinstance(one, Refused)]
    assert len(refusals) == 2
    assert {code for one in refusals for code in one.verdict.codes} == {"standing_not_over"}
    assert StandingHoldout.objects.everyone().count() == 1


def test_states_of_open_lists_are_those_before_the_end():
    assert set(Campaign.BINDING) == {"approved", "launched", "paused"} <= set(Campaign.State.values)


def test_levels_end_with_the_whole(cast):
    found = standing.holdout(cast.sub_branch, by=cast.management)
    found.levels, found.customers, found.held_out = [{"level": 5, "customers": 8, "held_out": 2}], 8, 2
    assert [(row.get("level"), row["share"]) for row in queries.levels(found)] == [(5, 0.25), (None, 0.25)]
