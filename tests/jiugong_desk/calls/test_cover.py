"""Whoever stands in sees and calls what the absent manager had to call, on the days of the cover, and nothing else."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls import day, queue, services
from jiugong_desk.calls.models import Call
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.core.errors import Refused
from jiugong_desk.customers.models import Customer
from jiugong_desk.customers.services import reveal
from jiugong_desk.duty import services as duty
from jiugong_desk.organisation.models import Staff
from tests.support.cast import NOW, make_campaign, make_customer, make_entry, make_staff
from tests.support.plans import teach
from tests.support.visits import make_visit

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)
LAST_DAY = TOMORROW.date()


@pytest.fixture
def campaign(cast):
    found = make_campaign(cast, participants=(cast.wang, cast.sun))
    teach(found, cast, cast.wang, cast.sun)
    return found


@pytest.fixture
def deal(cast, campaign):
    def make(manager=cast.wang, *, in_campaign=None, **values):
        return make_entry(in_campaign or campaign, make_customer(cast.north, manager), manager, **values)

    return make


@pytest.fixture
def away(cast):
    """`away()`: Wang is away today and tomorrow, and Sun stands in for him."""

    def make(staff=cast.wang, *, cover=cast.sun, first=TODAY, last=LAST_DAY):
        return duty.record(
            staff, first_day=first, last_day=last, kind="annual", cover=cover, by=cast.zhao, at=NOW - timedelta(days=1)
        )

    return make


def looking(staff: Staff, at: datetime | None = NOW) -> Staff:
    """As on a page at this moment."""
    found = Staff.objects.get(pk=staff.pk)
    found.looks_at = at
    return found


def codes(raised) -> tuple[str, ...]:
    return raised.value.verdict.codes


class TestTheQueue:
    def test_is_the_stand_ins_on_the_days_of_the_cover_and_only_then(self, cast, deal, away):
        entry = deal()
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        away()
        assert services.claim_next(None, by=cast.sun, at=NOW - timedelta(days=1)) is None
        assert services.claim_next(None, by=cast.sun, at=TOMORROW + timedelta(days=1)) is None
        assert services.claim_next(None, by=cast.sun, at=TOMORROW) == entry
        entry.refresh_from_db()
        assert (entry.manager, entry.claimed_by) == (cast.wang, cast.sun)

    def test_the_absent_one_gets_nothing_and_reads_who_stands_in(self, cast, deal, away):
        entry = deal()
        deal(None)
        away()
        assert services.claim_next(None, by=cast.wang, at=NOW) is None
        with pytest.raises(Refused) as raised:
            services.claim(entry, by=cast.wang, at=NOW)
        assert codes(raised) == ("away",)
        assert "孙小宁" in str(day.why_empty(cast.wang, NOW))
        assert day.counts(cast.wang, NOW).left == day.pace(cast.wang, NOW).planned == 0

    def test_without_cover_nobody_gets_it_and_the_absent_one_reads_that(self, cast, deal, away):
        deal()
        away(cover=None)
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        assert "无人顶岗" in str(day.why_empty(cast.wang, NOW))

    def test_leave_that_is_taken_back_gives_the_queue_back_at_once(self, cast, deal, away):
        entry = deal()
        duty.cancel(away(), by=cast.zhao, at=NOW)
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        assert services.claim_next(None, by=cast.wang, at=NOW) == entry

    def test_what_the_absent_one_holds_she_may_finish(self, cast, deal, away):
        entry = deal()
        services.claim(entry, by=cast.wang, at=NOW)
        away()
        assert services.claim_next(None, by=cast.wang, at=NOW) == entry
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        entry.refresh_from_db()
        assert services.record_outcome(
            entry, submission="finish-1", outcome="no_answer", number_unseen=True, by=cast.wang, at=NOW
        )

    def test_ones_own_come_first_then_the_covered_then_what_nobody_was_dealt(self, cast, deal, away):
        away()
        nobodys, covered, own = deal(None), deal(cast.wang), deal(cast.sun)
        promised = deal(cast.wang, state="callback", attempts=1, due_at=NOW - timedelta(hours=1))
        had = []
        while entry := services.claim_next(None, by=cast.sun, at=NOW):
            had.append(entry)
            ListEntry.objects.everyone().filter(pk=entry.pk).update(
                state="done", claimed_by=None, claimed_at=None, lease_until=None
            )
        assert had == [promised, own, covered, nobodys]
        assert day.counts(cast.sun, NOW).left == 0

    def test_counts_say_how_many_are_covered_and_callbacks_are_listed(self, cast, deal, away):
        away()
        deal(cast.sun), deal(), deal()
        promised = deal(state="callback", attempts=1, due_at=NOW + timedelta(hours=1))
        found = day.counts(cast.sun, NOW)
        assert (found.left, found.covered) == (4, 3)
        assert day.promises(cast.sun, NOW).today == [promised]
        assert day.promises(cast.wang, NOW) == day.Promises([], [])

    def test_who_has_not_passed_the_course_gets_none_of_that_campaign(self, cast, deal, away):
        other = make_campaign(cast, participants=(cast.wang,), title="未学的活动")
        teach(other, cast, cast.wang)
        untaught = deal(in_campaign=other)
        away()
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        with pytest.raises(Refused) as raised:
            services.claim(untaught, by=cast.sun, at=NOW)
        assert codes(raised) == ("untrained",)
        assert not ListEntry.objects.visible_to(looking(cast.sun)).filter(pk=untaught.pk).exists()
        teach(other, cast, cast.wang, cast.sun)
        assert services.claim_next(None, by=cast.sun, at=NOW) == untaught

    def test_the_hold_out_is_neither_seen_nor_claimed(self, cast, deal, away):
        entry = deal(arm="held_out")
        away()
        sun = looking(cast.sun)
        assert services.claim_next(None, by=cast.sun, at=NOW) is None
        with pytest.raises(Refused) as raised:
            services.claim(entry, by=cast.sun, at=NOW)
        assert "held_out" in codes(raised)
        assert not ListEntry.objects.visible_to(sun).exists()
        assert not Customer.objects.visible_to(sun).exists()

    def test_whoever_is_away_himself_stands_in_for_nobody(self, cast, deal, away):
        deal()
        away()
        away(cast.sun, cover=None)
        assert services.claim_next(None, by=cast.sun, at=NOW) is None

    def test_what_a_cover_holds_counts_against_his_own_cap(self, cast, deal, away):
        away()
        own, covered = deal(cast.sun), deal()
        services.claim(covered, by=cast.sun, at=NOW)
        with pytest.raises(Refused) as raised:
            services.claim(own, by=cast.sun, at=NOW)
        assert codes(raised) == ("open_claim",)


class TestWhatIsWrittenDown:
    def test_the_call_names_who_made_it_and_for_whom_and_counts_for_who_made_it(self, cast, deal, away):
        deal()
        away()
        entry = services.claim_next(None, by=cast.sun, at=NOW)
        call = services.record_outcome(
            entry, submission="cover-1", outcome="no_answer", number_unseen=True, by=cast.sun, at=NOW
        )
        entry.refresh_from_db()
        assert (call.by, call.stood_in_for, entry.manager) == (cast.sun, cast.wang, cast.wang)
        assert (day.pace(cast.sun, NOW).done, day.pace(cast.wang, NOW).done) == (1, 0)
        facts = {row.verb: json.loads(row.facts) for row in AuditRecord.objects.filter(verb__startswith="entry.")}
        facts |= {row.verb: json.loads(row.facts) for row in AuditRecord.objects.filter(verb="call.recorded")}
        assert [facts[verb]["stood_in_for"] for verb in ("entry.claimed", "call.recorded")] == ["1001", "1001"]

    def test_ones_own_call_names_nobody_else(self, cast, deal):
        deal()
        entry = services.claim_next(None, by=cast.wang, at=NOW)
        call = services.record_outcome(
            entry, submission="own-1", outcome="no_answer", number_unseen=True, by=cast.wang, at=NOW
        )
        assert call.stood_in_for is None
        assert not AuditRecord.objects.filter(facts__contains="stood_in_for").exists()

    def test_history_goes_to_the_stand_in_and_comes_back(self, cast, deal, away):
        entry = deal()
        mine = services.record_outcome(
            services.claim(entry, by=cast.wang, at=NOW - timedelta(days=1)), submission="before-1", outcome="no_answer", number_unseen=True,
            by=cast.wang, at=NOW - timedelta(days=1),
        )  # fmt: skip
        away()
        assert list(Call.objects.visible_to(looking(cast.sun))) == [mine]
        taken = services.claim_next(None, by=cast.sun, at=NOW)
        hers = services.record_outcome(
            taken, submission="cover-2", outcome="busy", number_unseen=True, by=cast.sun, at=NOW
        )
        back = NOW + timedelta(days=2)
        assert list(Call.objects.visible_to(looking(cast.wang, back))) == [hers, mine]
        assert list(Call.objects.visible_to(looking(cast.sun, back))) == [hers]

    @pytest.mark.parametrize(("days", "whose"), [(1, "sun"), (2, "wang")])
    def test_an_invitation_is_to_whoever_is_there_on_the_day(self, cast, deal, away, days, whose):
        deal()
        away()
        entry = services.claim_next(None, by=cast.sun, at=NOW)
        visit_at = NOW.replace(hour=10, minute=0) + timedelta(days=days)
        services.record_outcome(
            entry, submission="invite-1", outcome="invited", talk_seconds=60, purpose_disclosed=True, visit_at=visit_at,
            number_unseen=True, by=cast.sun, at=NOW,
        )  # fmt: skip
        assert Appointment.objects.everyone().get().manager == getattr(cast, whose)


class TestSight:
    def test_is_of_what_is_left_to_call_on_those_days(self, cast, deal, away):
        entry, done, other = deal(), deal(state="done", attempts=1), make_customer(cast.north, cast.wang)
        away()
        seen = Customer.objects.visible_to(looking(cast.sun))
        assert [one.pk for one in seen] == [entry.customer_id]
        assert not seen.filter(pk__in=(done.customer_id, other.pk)).exists()
        for moment in (NOW - timedelta(days=1), NOW + timedelta(days=2), None):
            assert not Customer.objects.visible_to(looking(cast.sun, moment)).exists()
            assert not ListEntry.objects.visible_to(looking(cast.sun, moment)).exists()

    def test_is_of_nobody_elses(self, cast, deal, away):
        deal()
        away()
        liu = make_staff("1010", "刘旁", "customer_manager", cast.north)
        for stranger in (liu, cast.li, cast.admin):
            assert not ListEntry.objects.visible_to(looking(stranger)).exists()

    def test_ends_on_a_pause_and_with_the_campaign(self, cast, campaign, deal, away):
        deal()
        away()
        for values in ({"state": "paused"}, {"state": "launched", "ends_on": TODAY - timedelta(days=1)}):
            Campaign.objects.everyone().update(**values)
            assert not Customer.objects.visible_to(looking(cast.sun)).exists()

    def test_the_plan_may_be_read_by_whoever_stands_in(self, cast, away):
        theirs = make_campaign(cast, participants=(cast.wang,))
        away()
        assert Campaign.objects.visible_to(looking(cast.sun)).filter(pk=theirs.pk).exists()
        assert not Campaign.objects.visible_to(looking(cast.sun, NOW + timedelta(days=2))).exists()


class TestPages:
    def test_today_says_for_whom_and_lists_her_promises_and_visits(self, cast, login, desk_time, deal, away):
        away()
        promised = deal(state="callback", attempts=1, due_at=NOW - timedelta(minutes=5))
        visit = make_visit(
            customer=make_customer(cast.north, cast.wang, name="柳如是"), unit=cast.north, manager=cast.wang,
            starts_at=NOW.replace(hour=15, minute=0), booked_at=NOW, booked_by=cast.wang,
        )  # fmt: skip
        page = login(cast.sun).get(reverse("today")).content.decode()
        assert 'data-covered="1001"' in page
        assert "您代 王晓北 顶岗，至 2026-01-08" in page
        assert page.count("代 王晓北</span>") == 2
        assert reverse("call_claim", args=[promised.ref]) in page
        assert reverse("visit", args=[visit.ref]) in page
        own = login(cast.wang).get(reverse("today")).content.decode()
        assert 'data-reason="away"' in own
        assert "孙小宁 代接待" in own
        assert promised.ref not in own

    def test_a_covered_customer_is_called_from_claim_to_outcome(self, cast, login, desk_time, deal, away):
        away()
        entry = deal()
        client = login(cast.sun)
        assert client.get(reverse("customer", args=[entry.customer.ref])).status_code == 200
        response = client.post(reverse("call_next"))
        assert response.headers["Location"] == reverse("call", args=[entry.ref])
        page = client.get(response.headers["Location"]).content.decode()
        assert "代 王晓北" in page
        assert "孙小宁" in page  # in the script, by her own name
        assert client.post(reverse("call_number", args=[entry.ref])).status_code == 200
        sent = {"submission": "0123456789abcdef", "outcome": "no_answer", "number_unseen": "on"}
        for _ in range(2):  # sent again it is the same call
            assert client.post(reverse("call_outcome", args=[entry.ref]), sent).status_code == 303
        assert Call.objects.everyone().get().by == cast.sun

    def test_whoever_holds_a_customer_finishes_though_the_leave_was_taken_back(
        self, cast, login, desk_time, deal, away
    ):
        leave = away()
        entry = deal()
        client = login(cast.sun)
        client.post(reverse("call_next"))
        duty.cancel(leave, by=cast.zhao, at=NOW)
        assert client.get(reverse("call", args=[entry.ref])).status_code == 200
        sent = {"submission": "0123456789abcdef", "outcome": "no_answer", "number_unseen": "on"}
        assert client.post(reverse("call_outcome", args=[entry.ref]), sent).status_code == 303
        assert Call.objects.everyone().get().stood_in_for == cast.wang
        assert client.get(reverse("customer", args=[entry.customer.ref])).status_code == 404

    def test_before_and_after_the_days_nothing_of_it_exists(self, cast, login, desk_time, deal, away):
        away()
        entry = deal()
        for moment in (NOW - timedelta(days=1), NOW + timedelta(days=2)):
            desk_time(moment)
            client = login(cast.sun)
            assert client.get(reverse("customer", args=[entry.customer.ref])).status_code == 404
            assert client.post(reverse("call_claim", args=[entry.ref])).status_code == 404
            assert "王晓北" not in client.get(reverse("today")).content.decode()
        assert not AuditRecord.objects.filter(verb="entry.claimed").exists()

    def test_an_untaught_campaign_is_named_with_the_way_to_it(self, cast, login, desk_time, deal, away):
        other = make_campaign(cast, participants=(cast.wang,), title="未学的活动")
        deal(in_campaign=other)
        away()
        page = login(cast.sun).get(reverse("today")).content.decode()
        assert "“未学的活动”的培训您尚未通过" in page
        assert reverse("trainings") in page

    def test_the_day_costs_few_queries(self, cast, login, desk_time, deal, away):
        deal(cast.sun), deal()
        client = login(cast.sun)
        plain = _queries(client)
        away()
        covering = _queries(client)
        assert plain <= 28
        assert covering <= plain + 9


def _queries(client) -> int:
    client.get(reverse("today"))
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("today"))
    return len(found)


def test_the_days_of_cover_are_working_days_of_the_bank(cast, deal, away):
    """A Saturday inside the leave: nobody calls, and nothing is lent."""
    deal()
    away(last=date(2026, 1, 12))
    saturday = NOW + timedelta(days=3)
    assert queue.reach_of(cast.sun, saturday).turn.covered == ()
    assert not Customer.objects.visible_to(looking(cast.sun, saturday)).exists()
    assert Customer.objects.visible_to(looking(cast.sun, saturday + timedelta(days=2))).exists()


def test_the_id_number_of_a_colleagues_customer_is_not_for_the_stand_in(cast, deal, away):
    entry = deal()
    entry.customer.id_number = "110101199003070011"
    entry.customer.save()
    away()
    with pytest.raises(Refused) as raised:
        reveal(entry.customer, what="id_number", reason="核对证件", by=looking(cast.sun), at=NOW)
    assert codes(raised) == ("lent",)
    assert reveal(entry.customer, what="mobile", reason="回访前核对号码", by=looking(cast.sun), at=NOW)
    assert reveal(entry.customer, what="id_number", reason="核对证件", by=cast.wang, at=NOW).startswith("110101")
