"""The lot of a day, the steps of a check, the patterns of a week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.calls.models import Call, Correction
from jiugong_desk.consent.models import DoNotCall
from jiugong_desk.core.clock import midnight
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.jobs.worker import Worker
from jiugong_desk.quality import queries, services
from jiugong_desk.quality.models import Check, Draw, Flag
from jiugong_desk.quality.services import drawing
from tests.jiugong_desk.quality.making import YESTERDAY, make_call, make_check, make_flag, marks
from tests.support.cast import NOW, make_campaign, make_staff
from tests.support.races import at_once, winners

pytestmark = pytest.mark.django_db
DAY = YESTERDAY.date()


@pytest.fixture
def campaign(cast):
    return make_campaign(cast, participants=(cast.wang, cast.sun, cast.li))


@pytest.fixture
def checker(cast):
    return make_staff("9008", "韩质", "quality_checker", cast.branch)


def codes(raised) -> tuple[str, ...]:
    return raised.value.verdict.codes


def test_a_day_is_drawn_once_with_a_seed_that_is_kept(cast, campaign):
    for _ in range(12):
        make_call(campaign, cast.wang, cast.north)
    make_call(campaign, cast.wang, cast.north, outcome="no_answer", talk_seconds=0)
    make_call(campaign, cast.li, cast.south, at=NOW)  # today's, not over yet
    before = list(Call.objects.everyone().order_by("pk").values())
    made = services.draw_day(DAY, at=NOW)
    assert services.draw_day(DAY, at=NOW) is None
    assert made.calls == 12
    forms = Check.objects.everyone().filter(kind="form")
    assert forms.count() >= 1  # half of the two of the week, on Tuesday with four days left
    assert {(check.caller, check.unit, check.state) for check in forms} == {(cast.wang, cast.north, "waiting")}
    assert not forms.filter(call__outcome="no_answer").exists()
    assert list(Call.objects.everyone().order_by("pk").values()) == before
    record = AuditRecord.objects.get(verb="check.drawn")
    assert made.seed in record.facts
    again = drawing.lot(DAY, seed=made.seed, kind="form", calls=drawing.calls_of(DAY))
    assert set(again) == set(forms.values_list("call__ref", flat=True))


def test_nobody_gets_by_the_lot_by_recording_that_nobody_answered_and_correcting_it_later(cast, campaign):
    calls = [make_call(campaign, cast.wang, cast.north, outcome="no_answer", talk_seconds=0) for _ in range(3)]
    assert services.draw_day(DAY, at=NOW).calls == 0
    for call in calls:
        Correction.objects.create(call=call, at=NOW, by=cast.wang, reason="误点", said="{}")
    Call.objects.everyone().update(outcome="interested_deposit", talk_seconds=180)
    tomorrow = NOW + timedelta(days=1)
    made = services.draw_day(NOW.date(), at=tomorrow)
    assert made.calls == 3
    assert Check.objects.everyone().filter(draw=made, kind="form").exists()
    assert drawing.drawn_again(made)
    assert services.draw_day(tomorrow.date(), at=tomorrow + timedelta(days=1)).calls == 0


def test_a_lot_that_was_tampered_with_is_noticed(cast, campaign):
    for _ in range(6):
        make_call(campaign, cast.wang, cast.north)
    made = services.draw_day(DAY, at=NOW)
    assert services.drawn_again(made)
    assert services.corrected_since(made) == 0
    check = Check.objects.everyone().filter(kind="form").first()
    Correction.objects.create(
        call=check.call, at=NOW + timedelta(hours=1), by=cast.wang, reason="时长填错了", said="{}"
    )
    assert services.corrected_since(made) == 1
    check.delete()
    assert not services.drawn_again(made)


def test_the_week_brings_everybody_the_minimum(cast, campaign):
    monday = date(2025, 12, 29)
    for number in range(5):
        for _ in range(3):
            make_call(
                campaign, cast.wang, cast.north, at=midnight(monday + timedelta(days=number)) + timedelta(hours=10)
            )
    for number in range(7):
        services.draw_day(monday + timedelta(days=number), at=NOW, seed=f"seed-{number}")
    assert Check.objects.everyone().filter(kind="form", caller=cast.wang).count() >= 2
    assert Check.objects.everyone().filter(kind="call_back", caller=cast.wang).count() == 1


def test_who_refused_is_not_asked_by_a_second_person(cast, campaign):
    for outcome in ("refused_forever", "complaint", "refused"):
        make_call(campaign, cast.wang, cast.north, outcome=outcome)
    make_call(campaign, cast.wang, cast.north, purpose_disclosed=False, outcome="hung_up")
    services.draw_day(DAY, at=NOW)
    assert not Check.objects.everyone().filter(kind="call_back").exists()


def test_the_worker_draws_the_days_that_are_over(cast, campaign):
    make_call(campaign, cast.wang, cast.north)
    make_call(campaign, cast.wang, cast.north, at=YESTERDAY + timedelta(seconds=5), talk_seconds=300)
    worker = Worker(now=lambda: NOW, machine=lambda: midnight(date(2100, 1, 1)), name="night", pulse=False)
    worker.run(until_idle=True)
    worker.run(until_idle=True)
    assert Draw.objects.count() == 7
    assert Draw.objects.get(day=DAY).patterns_at == NOW
    assert not Draw.objects.filter(day=NOW.date()).exists()
    assert {flag.kind for flag in Flag.objects.everyone()} == {"pace", "overlap"}
    assert AuditRecord.objects.filter(verb="check.drawn").count() == 7


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_draws(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    make_call(campaign, cast.wang, cast.north)
    made = at_once(*[lambda: services.draw_day(DAY, at=NOW)] * 3)
    assert sum(isinstance(one, Draw) for one in made) == 1
    assert Check.objects.everyone().filter(kind="form").count() == 1
    assert Draw.objects.count() == 1


def test_a_result_its_objection_and_the_answer(cast, campaign, checker):
    call = make_call(campaign, cast.wang, cast.north)
    before = Call.objects.everyone().filter(pk=call.pk).values().get()
    check = make_check(call)
    with pytest.raises(Refused) as raised:
        services.record_check(check, marks=marks(outcome="serious"), comment="", by=checker, at=NOW)
    assert codes(raised) == ("comment_missing",)
    for wrong in ({}, marks(more="pass"), marks(note="fine")):
        with pytest.raises(Refused) as raised:
            services.record_check(check, marks=wrong, comment="", by=checker, at=NOW)
        assert codes(raised) == ("marks_missing",)
    with pytest.raises(Refused) as raised:
        services.record_check(check, marks=marks(), comment="手机 13800138000", by=checker, at=NOW)
    assert codes(raised) == ("number_in_text",)
    services.record_check(
        check,
        marks=marks(outcome="serious", manner="minor"),
        comment="登记为无意向，客户已要求勿扰。",
        by=checker,
        at=NOW,
    )
    assert (check.state, Check.objects.everyone().get().result) == ("checked", "serious")
    with pytest.raises(PermissionDenied):
        services.acknowledge(check, by=cast.sun, at=NOW)
    services.object_to(check, reason="客户说的是这个月不要再打。", by=cast.wang, at=NOW)
    for again in (lambda: services.object_to(check, reason="再次提出异议。", by=cast.wang, at=NOW), lambda: services.acknowledge(check, by=cast.wang, at=NOW)):  # fmt: skip
        with pytest.raises(Stale):
            again()
    services.answer(check, upheld=True, text="复听录音，客户确实只说本月。", by=checker, at=NOW)
    kept = Check.objects.everyone().get()
    assert (kept.state, kept.upheld, kept.marks["outcome"], kept.form_version) == (
        "settled",
        True,
        "serious",
        "2026-01",
    )
    assert Call.objects.everyone().filter(pk=call.pk).values().get() == before
    verbs = list(AuditRecord.objects.filter(about="check").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["check.recorded", "check.objected", "check.answered"]
    facts = " ".join(AuditRecord.objects.values_list("facts", flat=True))
    assert "客户" not in facts


def test_nobody_checks_himself_under_another_number(cast, campaign):
    other = make_staff("9108", "王晓北", "quality_checker", cast.branch, person_key=cast.wang.person_key)
    check = make_check(make_call(campaign, cast.wang, cast.north))
    with pytest.raises(Refused) as raised:
        services.record_check(check, marks=marks(), comment="", by=other, at=NOW)
    assert codes(raised) == ("own_call",)
    assert not Check.objects.visible_to(other).exists()


def test_a_call_back_is_not_made_to_who_may_not_be_called(cast, campaign):
    call = make_call(campaign, cast.wang, cast.north)
    check = make_check(call, kind="call_back")
    DoNotCall.objects.create(customer=call.entry.customer, since=NOW, source="call", by=cast.wang)
    with pytest.raises(Refused) as raised:
        services.record_call_back(check, heard="confirmed", comment="", by=cast.zhao, at=NOW)
    assert codes(raised) == ("may_not_be_called", "do_not_call")
    services.record_call_back(check, heard="forbidden", comment="", by=cast.zhao, at=NOW)
    assert Check.objects.everyone().get().state == "done"


def test_who_may_be_called_is_not_put_down_as_forbidden(cast, campaign):
    check = make_check(make_call(campaign, cast.wang, cast.north), kind="call_back")
    with pytest.raises(Refused) as raised:
        services.record_call_back(check, heard="forbidden", comment="", by=cast.zhao, at=NOW)
    assert codes(raised) == ("may_be_called",)
    assert Check.objects.everyone().get().state == "waiting"


def test_what_the_customer_says_otherwise_is_explained(cast, campaign):
    check = make_check(make_call(campaign, cast.wang, cast.north), kind="call_back")
    for heard in ("denied", "differs"):
        with pytest.raises(Refused) as raised:
            services.record_call_back(check, heard=heard, comment="", by=cast.zhao, at=NOW)
        assert codes(raised) == ("too_short",)
    services.record_call_back(check, heard="denied", comment="客户称当天没有接到电话。", by=cast.zhao, at=NOW)
    assert AuditRecord.objects.get(verb="check.called_back").facts == '{"heard":"denied","kind":"call_back"}'


@pytest.mark.django_db(transaction=True)
def test_of_two_checkers_one_records(cast):
    campaign = make_campaign(cast, participants=(cast.wang,))
    checkers = [make_staff(f"910{n}", f"质{n}", "quality_checker", cast.branch) for n in range(2)]
    check = make_check(make_call(campaign, cast.wang, cast.north))
    verbs = [
        lambda by=by: services.record_check(Check.objects.everyone().get(pk=check.pk), marks=marks(), comment="", by=by, at=NOW)
        for by in checkers
    ]  # fmt: skip
    assert winners(at_once(*verbs)) == 1
    assert AuditRecord.objects.filter(verb="check.recorded").count() == 1
    flag = make_flag(cast.wang, cast.north)
    looks = [
        lambda by=by: services.look_at(flag, finding="explained", note="集中补登，已问本人。", by=by, at=NOW) for by in checkers
    ]  # fmt: skip
    assert winners(at_once(*looks)) == 1


def draw_of(day: date) -> Draw:
    return Draw.objects.create(day=day, seed="s", policy="p", calls=0, drawn_at=NOW)


def test_patterns_of_a_week_are_found_once(cast, campaign):
    sunday = date(2026, 1, 4)
    friday = midnight(date(2026, 1, 2)) + timedelta(hours=10)
    for number in range(2):
        make_call(
            campaign, cast.wang, cast.north, at=friday + timedelta(minutes=number), outcome="interested_deposit", talk_seconds=3
        )  # fmt: skip
    make_call(campaign, cast.sun, cast.north, at=friday, outcome="interested_deposit", talk_seconds=3)
    lot = draw_of(sunday)
    assert services.find_patterns(lot, at=NOW) == 1
    assert services.find_patterns(lot, at=NOW) == 0
    flag = Flag.objects.everyone().get()
    assert (flag.kind, flag.staff, flag.unit) == ("short", cast.wang, cast.north)
    assert queries.sentence(flag) == "一周内有 2 通登记为有意向或已邀约，通话不足 10 秒。"
    services.look_at(flag, finding="mistake", note="时长漏填，已提醒。", by=make_staff("9008", "韩质", "quality_checker", cast.branch), at=NOW)  # fmt: skip
    assert services.find_patterns(lot, at=NOW) == 0
    assert Flag.objects.everyone().get().state == "looked"


def test_a_mix_unlike_the_peers_is_found_in_its_campaign(cast, campaign):
    sunday, start = date(2026, 1, 4), midnight(date(2025, 12, 22)) + timedelta(hours=9)
    callers = [
        cast.wang,
        cast.sun,
        *(make_staff(f"150{n}", f"员{n}", "customer_manager", cast.north) for n in range(4)),
    ]
    for place, caller in enumerate(callers):
        for number in range(30):
            outcome = "interested_card" if (place == 0 and number < 24) or number < 4 else "no_answer"
            make_call(campaign, caller, cast.north, at=start + timedelta(minutes=10 * number), outcome=outcome)
    services.find_patterns(draw_of(sunday), at=NOW)
    flag = Flag.objects.everyone().get(kind="mix")
    assert (flag.staff, flag.campaign, flag.facts["outcome"]) == (cast.wang, campaign, "interested")
    assert "有意向" in queries.sentence(flag)


def test_a_checkers_own_pattern_is_not_his_to_look_at(cast):
    other = make_staff("9108", "王晓北", "quality_checker", cast.branch, person_key=cast.wang.person_key)
    flag = make_flag(cast.wang, cast.north)
    assert not Flag.objects.visible_to(other).exists()
    with pytest.raises(Refused):
        services.look_at(flag, finding="explained", note="没有问题，已解释。", by=other, at=NOW)
