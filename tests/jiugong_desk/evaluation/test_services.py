"""Making, commenting, deciding and signing: by whom, in which order, and what never changes again."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.campaigns.models import Campaign
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.evaluation import services
from jiugong_desk.evaluation.models import Report
from tests.support.cast import SHANGHAI, make_campaign, make_staff
from tests.support.worked import at, call

TENTH = date(2026, 1, 10)
ELEVENTH = at(11, 9)
FEBRUARY = datetime(2026, 2, 2, 9, 0, tzinfo=SHANGHAI)


def make(campaign, cast, *, kind="bulletin", period_end=TENTH, moment=ELEVENTH):
    return services.make_report(campaign, kind=kind, period_end=period_end, by=cast.department, at=moment)


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("number").values_list("verb", flat=True))


def code_of(refusal) -> tuple[str, ...]:
    return refusal.value.verdict.codes


@pytest.mark.parametrize("who", ["wang", "zhao", "planner", "management", "compliance", "auditor", "admin"])
def test_who_may_not_write_reports_writes_nothing(cast, worked, who):
    with pytest.raises(PermissionDenied):
        services.make_report(worked, kind="bulletin", period_end=TENTH, by=getattr(cast, who), at=ELEVENTH)
    assert not Report.objects.everyone().exists()
    assert verbs() == []


def test_a_bulletin_counts_the_ten_days_and_the_campaign_so_far(cast, worked, warehouse):
    report = make(worked, cast)
    assert (report.number, report.state) == (1, "draft")
    assert (report.period_start, report.period_end) == (date(2026, 1, 1), TENTH)
    assert report.data_cutoff == at(11, 0)
    execution = report.figures["execution"]
    assert (execution["treated"], execution["attempted"], execution["done"]) == (40, 22, 21)
    north, south = report.figures["outlets"]
    assert (north["name"], north["grade"]) == ("北门网点", "leading")
    assert (south["name"], south["grade"], south["support"]) == ("南门网点", "support", "attempted")
    assert "南门网点" in report.comments["problems"]
    assert "managers" not in report.figures  # a bulletin names no person
    assert "effect" not in report.figures
    assert verbs() == ["report.make"]


def test_no_persons_name_stands_in_a_bulletin(cast, worked, warehouse):
    text = json.dumps([make(worked, cast).figures, make(worked, cast).comments], ensure_ascii=False)
    for staff in (cast.wang, cast.sun, cast.li):
        assert staff.name not in text
        assert staff.staff_no not in text


def test_what_happens_after_the_period_is_not_in_it(cast, worked, entries, warehouse):
    before = make(worked, cast).figures
    call(entries[30], "invited", at(11, 8))
    assert make(worked, cast).figures == before


def test_making_a_draft_again_counts_anew_and_keeps_the_comments(cast, worked, entries, warehouse):
    report = make(worked, cast)
    services.edit_comments(report, comments={"highlights": "北门做法好"}, by=cast.department, at=ELEVENTH)
    call(entries[30], "invited", at(9))
    again = make(worked, cast)
    assert (again.pk, again.number) == (report.pk, 1)
    assert again.figures["execution"]["attempted"] == 23
    assert again.comments["highlights"] == "北门做法好"


@pytest.mark.parametrize(
    ("kind", "period_end", "moment", "code"),
    [
        ("bulletin", date(2025, 12, 31), ELEVENTH, "before_campaign"),
        ("bulletin", date(2026, 1, 12), ELEVENTH, "in_future"),
        ("final", TENTH, ELEVENTH, "campaign_not_over"),
    ],
)
def test_what_cannot_be_reported_yet_is_refused_and_nothing_is_written(cast, worked, kind, period_end, moment, code):
    with pytest.raises(Refused) as refusal:
        make(worked, cast, kind=kind, period_end=period_end, moment=moment)
    assert code_of(refusal) == (code,)
    assert not Report.objects.everyone().exists()


def test_a_campaign_that_was_never_launched_has_no_report(cast, worked):
    Campaign.objects.everyone().update(state="approved")
    worked.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        make(worked, cast)
    assert code_of(refusal) == ("campaign_not_launched",)


def test_a_ten_day_evaluation_answers_with_managers_and_the_effect_block(cast, worked, fill):
    fill(date(2026, 1, 1))
    report = make(worked, cast, kind="ten_day")
    assert [row["staff_no"] for row in report.figures["managers"]] == ["1001", "2001"]
    assert not any("agreed" in row for row in report.figures["managers"])
    assert report.figures["effect"]["status"] == "waiting"
    assert report.figures["reactions"]["must_pause"] is False


def test_too_many_complaints_pause_the_campaign_with_a_record_of_its_own(cast, worked, entries, warehouse):
    for entry in entries[30:32]:
        call(entry, "complaint", at(9))
    report = make(worked, cast, kind="ten_day")
    worked.refresh_from_db()
    assert worked.state == Campaign.State.PAUSED
    assert report.figures["reactions"]["must_pause"] is True
    assert verbs() == ["campaign.paused", "report.make"]
    make(worked, cast, kind="ten_day")  # counted anew on a paused campaign: nothing to pause
    assert verbs() == ["campaign.paused", "report.make", "report.make"]


def test_a_bulletin_does_not_pause(cast, worked, entries, warehouse):
    for entry in entries[30:32]:
        call(entry, "complaint", at(9))
    make(worked, cast)
    worked.refresh_from_db()
    assert worked.state == Campaign.State.LAUNCHED


def test_the_final_report_covers_the_whole_campaign_and_measures_once_the_window_is_over(cast, worked, fill):
    fill(date(2026, 1, 1))
    early = make(worked, cast, kind="final", period_end=date(2026, 1, 30), moment=FEBRUARY)
    assert (early.period_start, early.period_end) == (date(2026, 1, 1), date(2026, 1, 30))
    assert early.figures["effect"]["status"] == "waiting"
    services.issue(early, by=cast.management, at=FEBRUARY)
    fill(date(2026, 3, 1))
    late = make(
        worked, cast, kind="final", period_end=date(2026, 3, 2), moment=datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    )
    assert late.figures["effect"]["verdict"] == "gain"
    assert (late.number, late.corrects) == (2, early)


def test_the_maker_does_not_sign_not_even_with_a_second_login(cast, worked, warehouse):
    second_login = make_staff("9102", "吴综", "management", cast.branch, person_key=cast.department.person_key)
    report = make(worked, cast)
    with pytest.raises(Refused) as refusal:
        services.issue(report, by=second_login, at=ELEVENTH)
    assert code_of(refusal) == ("own_report",)
    with pytest.raises(PermissionDenied):
        services.issue(report, by=cast.department, at=ELEVENTH)
    report.refresh_from_db()
    assert (report.state, report.digest) == ("draft", "")


def test_an_issued_report_never_changes_and_shows_if_somebody_changed_it(cast, worked, warehouse):
    report = make(worked, cast)
    services.issue(report, by=cast.management, at=ELEVENTH)
    report = Report.objects.everyone().get(pk=report.pk)
    assert report.issued_by == cast.management
    assert services.is_untouched(report)
    for change in (
        lambda: services.edit_comments(report, comments={}, by=cast.department, at=ELEVENTH),
        lambda: services.issue(report, by=cast.management, at=ELEVENTH),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert code_of(refusal) == ("not_a_draft",)
    report.figures["execution"]["done"] += 1
    report.save()
    assert not services.is_untouched(report)


def test_making_an_issued_period_again_is_a_new_number_that_names_the_old(cast, worked, warehouse):
    first = make(worked, cast)
    services.issue(first, by=cast.management, at=ELEVENTH)
    second = make(worked, cast)
    assert (second.number, second.corrects, second.state) == (2, first, "draft")
    first.refresh_from_db()
    assert first.state == "issued"


def test_a_series_of_numbers_is_the_units_the_kinds_and_the_years(cast, worked, warehouse):
    other = make_campaign(cast, title="春季回访", starts_on=date(2025, 12, 21), ends_on=date(2026, 1, 30))
    numbers = [
        make(campaign, cast, kind=kind, period_end=period_end).number
        for campaign, kind, period_end in (
            (worked, "bulletin", TENTH),
            (other, "bulletin", TENTH),
            (other, "ten_day", TENTH),
            (other, "bulletin", date(2025, 12, 31)),
            (worked, "bulletin", ELEVENTH.date()),
        )
    ]
    assert numbers == [1, 2, 1, 1, 3]


def test_a_ten_day_evaluation_is_signed_only_with_its_decision(cast, worked, warehouse):
    report = make(worked, cast, kind="ten_day")
    with pytest.raises(Refused) as refusal:
        services.issue(report, by=cast.management, at=ELEVENTH)
    assert code_of(refusal) == ("no_decision",)
    services.decide_report(report, decision="change_script", by=cast.department, at=ELEVENTH)
    services.issue(report, by=cast.management, at=ELEVENTH)
    worked.refresh_from_db()
    assert worked.state == Campaign.State.LAUNCHED
    assert verbs() == ["report.make", "report.decide", "report.issue"]


def test_a_signed_decision_to_pause_pauses(cast, worked, warehouse):
    report = make(worked, cast, kind="ten_day")
    services.decide_report(report, decision="pause", by=cast.department, at=ELEVENTH)
    services.issue(report, by=cast.management, at=ELEVENTH)
    worked.refresh_from_db()
    assert worked.state == Campaign.State.PAUSED


def test_a_bulletin_is_not_decided(cast, worked, warehouse):
    with pytest.raises(Refused) as refusal:
        services.decide_report(make(worked, cast), decision="pause", by=cast.department, at=ELEVENTH)
    assert code_of(refusal) == ("nothing_to_decide",)


def test_who_was_overtaken_changes_nothing(cast, worked, warehouse):
    report = make(worked, cast)
    stale = Report.objects.everyone().get(pk=report.pk)
    services.edit_comments(report, comments={"problems": "先到"}, by=cast.department, at=ELEVENTH)
    for late in (
        lambda: services.edit_comments(stale, comments={"problems": "后到"}, by=cast.department, at=ELEVENTH),
        lambda: services.issue(stale, by=cast.management, at=ELEVENTH),
    ):
        with pytest.raises(Stale):
            late()
    fresh = Report.objects.everyone().get(pk=report.pk)
    assert (fresh.comments["problems"], fresh.state) == ("先到", "draft")
    assert verbs() == ["report.make", "report.comment"]


def test_the_database_refuses_an_issued_report_without_another_signature(cast, worked, warehouse):
    report = make(worked, cast)
    rows = Report.objects.everyone().filter(pk=report.pk)
    for values in ({"state": "issued"}, {"issued_by": cast.department, "issued_at": ELEVENTH, "state": "issued"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_the_form_as_written_shows_money_by_person_and_says_so(cast, worked, warehouse, monkeypatch):
    from dataclasses import replace

    from jiugong_desk.evaluation import figures, queries
    from jiugong_desk.organisation.bridge import policy

    literal = replace(policy(), assessment=replace(policy().assessment, form="as-written"))
    for module in (figures, queries):
        monkeypatch.setattr(module, "policy", lambda: literal)
    report = make(worked, cast, kind="ten_day")
    assert report.figures["form"] == "as-written"
    assert {row["staff_no"]: row["agreed"] for row in report.figures["managers"]} == {
        "1001": "0.00",
        "2001": "60000.00",
    }
