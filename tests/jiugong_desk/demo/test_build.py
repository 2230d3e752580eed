"""The whole life of a campaign, built by the services: what must hold of it, whatever the seed."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import Sum

from jiugong_desk.appointments.models import Appointment
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.audit.services import verify
from jiugong_desk.calls.models import Call
from jiugong_desk.calls.outcomes import REACHED
from jiugong_desk.campaigns.models import Campaign, ListEntry
from jiugong_desk.core.clock import bank_date
from jiugong_desk.customers.models import Customer, Move, Standing, StandingMonth
from jiugong_desk.demo import story
from jiugong_desk.demo.people import find_people
from jiugong_desk.documents.models import Document, Receipt
from jiugong_desk.evaluation.models import Report
from jiugong_desk.evaluation.services import is_untouched
from jiugong_desk.grid.models import WatchList
from jiugong_desk.organisation.calendar import is_working_day
from jiugong_desk.organisation.models import PolicyVersion

from .conftest import CUSTOMERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(built) -> Campaign:
    return Campaign.objects.everyone().get(state=Campaign.State.CLOSED)


@pytest.fixture
def second(built) -> Campaign:
    return Campaign.objects.everyone().get(state=Campaign.State.LAUNCHED)


def entries_of(campaign: Campaign, arm: str):
    return ListEntry.objects.everyone().filter(campaign=campaign, arm=arm)


def test_the_bank_is_there_and_its_wrong_rows_are_not(built):
    assert Customer.objects.everyone().count() == CUSTOMERS
    assert built.ingested["customers"]["loaded"] == CUSTOMERS
    assert sum(table["quarantined"] for table in built.ingested.values()) == 12


def test_the_report_found_the_truth(built):
    found = built.recovery
    assert found.truth > 0
    assert found.low <= found.truth <= found.high
    assert found.covered
    assert found.low < found.estimate < found.high
    report = Report.objects.everyone().get(kind=Report.Kind.FINAL)
    assert report.figures["effect"]["status"] == "measured"
    assert found.sentence == report.figures["effect"]["sentence"]


def test_the_funnel_adds_up_and_is_counted_twice_alike(built, first):
    steps = {step["key"]: step["count"] for step in built.funnel}
    treated = entries_of(first, ListEntry.Arm.TREATED)
    held_out = entries_of(first, ListEntry.Arm.HELD_OUT).count()
    calls = Call.objects.everyone().filter(entry__campaign=first)
    visits = Appointment.objects.everyone().filter(entry__campaign=first)
    assert steps["audience"] == round(CUSTOMERS / 20)
    assert steps["audience"] == steps["eligible"] + sum(first.left_out.values())
    assert steps["eligible"] == steps["treated"] + held_out
    assert held_out == first.holdout_size == CUSTOMERS // 100
    assert steps["treated"] == treated.count()
    assert steps["attempted"] == len(set(calls.values_list("entry", flat=True)))
    reached = calls.filter(outcome__in=REACHED)
    assert steps["reached"] == len(set(reached.values_list("entry", flat=True)))
    assert steps["invited"] == len(set(calls.filter(outcome="invited").values_list("entry", flat=True)))
    assert steps["visited"] == visits.filter(state=Appointment.State.FINISHED).count() == built.visits
    assert built.calls == calls.count()
    assert steps["treated"] >= steps["attempted"] > steps["reached"] > steps["valid"] > steps["interested"]
    assert steps["interested"] > steps["invited"] >= steps["due"] >= steps["visited"] >= steps["converted"] > 0


def test_nobody_of_a_hold_out_was_called_while_it_ran(built, first, second):
    for campaign, last in ((first, story.CLOSED), (second, story.TODAY)):
        held_out = entries_of(campaign, ListEntry.Arm.HELD_OUT)
        assert held_out.exists()
        assert not held_out.exclude(attempts=0).exists()
        called = Call.objects.everyone().filter(entry__customer__in=held_out.values("customer"))
        days = [bank_date(at) for at in called.values_list("at", flat=True)]
        assert not [day for day in days if campaign.starts_on <= day <= last]


def test_no_customer_was_with_two_people_and_no_manager_with_two_customers(built):
    """From claim to outcome, as the audit log tells it."""
    of_entry = dict(ListEntry.objects.everyone().values_list("ref", "customer"))
    open_since, talks = {}, defaultdict(list)
    for record in AuditRecord.objects.filter(verb__in=("entry.claimed", "call.recorded", "entry.released")).order_by(
        "id"
    ):
        if record.verb == "entry.claimed":
            assert record.about_ref not in open_since
            open_since[record.about_ref] = (record.at, record.by)
            continue
        entry = json.loads(record.facts)["entry"] if record.verb == "call.recorded" else record.about_ref
        begun, by = open_since.pop(entry)
        assert by == record.by
        talks["customer", of_entry[entry]].append((begun, record.at))
        talks["manager", by].append((begun, record.at))
    assert sum(len(spans) for (kind, _), spans in talks.items() if kind == "customer") >= built.calls
    for spans in talks.values():
        spans.sort()
        assert all(ended <= begun for (_, ended), (begun, _) in pairwise(spans))


def test_everybody_was_called_in_the_hours_and_as_often_as_the_policy_allows(built):
    calls = list(Call.objects.everyone().select_related("entry").order_by("entry", "at"))
    assert all(is_working_day(bank_date(call.at)) for call in calls)
    assert max(call.entry.attempts for call in calls) <= 3
    for earlier, later in pairwise(calls):
        if earlier.entry_id == later.entry_id and earlier.callback_at is None:
            assert later.at - earlier.at >= timedelta(hours=4) - timedelta(minutes=20)


def test_three_evaluations_and_bulletins_and_the_final_report_are_signed_by_somebody_else(built, first):
    reports = list(Report.objects.everyone().filter(campaign=first))
    kinds = [report.kind for report in reports]
    assert [kinds.count(kind) for kind in ("bulletin", "ten_day", "final")] == [3, 3, 1]
    ends = sorted(report.period_end for report in reports if report.kind == "ten_day")
    assert ends == [end for end, _ in story.EVALUATIONS]
    for report in reports:
        assert report.state == Report.State.ISSUED
        assert report.issued_by.person_key != report.made_by.person_key
        assert is_untouched(report)


def test_the_audit_chains_hold(built):
    assert AuditRecord.objects.count() > built.calls
    assert list(verify()) == []


def test_the_board_has_five_months_with_movement_in_each(built):
    months = list(StandingMonth.objects.values_list("month", "snapshot_on"))
    assert [month.isoformat()[:7] for month, _ in months] == ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]
    newest = Standing.objects.everyone().filter(month=months[-1][0]).aggregate(number=Sum("customers"))
    assert newest["number"] == CUSTOMERS
    for month, _ in months[1:]:
        between = Move.objects.everyone().filter(month=month, from_level__isnull=False, to_level__isnull=False)
        assert between.exists(), month
    assert {found.month for found in WatchList.objects.filter(code="near_threshold")} == {month for month, _ in months}
    assert PolicyVersion.objects.get().is_previewed


def test_something_waits_on_the_desks(built):
    waiting = built.second["waiting"]
    assert set(waiting) == {
        "callbacks_due", "visits_today", "never_called", "plans_waiting", "exports_waiting", "scripts_waiting",
        "reports_waiting", "notices_unread", "amendments_waiting", "alerts_open",
    }  # fmt: skip
    assert all(count > 0 for count in waiting.values())


def test_both_plans_went_down_as_documents_and_one_outlet_has_not_said_so(built):
    first, second = Document.objects.everyone().order_by("place")
    assert (first.number, second.number) == ("滨银综〔2026〕1号", "滨银综〔2026〕2号")
    assert first.is_untouched
    unread = Receipt.objects.everyone().filter(acknowledged_at=None)
    assert [(one.document, one.unit) for one in unread] == [(second, find_people()["outlet_head"].home)]


def test_each_stage_says_how_long_it_took_and_the_figures_can_be_written(built, said):
    lines = [line for line in said.getvalue().splitlines() if line.endswith(" s")]
    assert len(lines) == len(built.seconds) == 12
    written = json.loads(json.dumps(built.as_json()))
    assert written["recovery"]["covered"] is True
    assert written["now"] == story.now().isoformat()
