from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied

from jiugong_desk.appointments import services, slots
from jiugong_desk.appointments.models import Appointment
from jiugong_desk.appointments.services import Line
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.organisation.bridge import policy
from jiugong_desk.organisation.models import CalendarDay
from tests.support.cast import NOW, SHANGHAI, make_customer

SLOT = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)
LATE = SLOT + timedelta(minutes=15)


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang)


@pytest.fixture
def visit(cast, customer):
    return services.book(customer, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW)


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True))


def test_slots_fill_the_hours_and_never_overlap():
    visits = policy().visits
    day = slots.slots_of(date(2026, 1, 8), visits)
    assert [f"{slot:%H:%M}" for slot in day] == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30",
    ]  # fmt: skip
    length = timedelta(minutes=visits.slot_minutes)
    assert all(later - earlier >= length for earlier, later in pairwise(day))


def test_free_slots_are_the_rest_of_today_and_the_next_working_days(cast, django_assert_num_queries):
    CalendarDay.objects.create(day=date(2026, 1, 9), is_working=False)
    CalendarDay.objects.create(day=date(2026, 1, 10), is_working=True)
    with django_assert_num_queries(5):
        free = slots.free_slots(cast.wang, now=NOW)
    days = sorted({slot.date() for slot in free})
    assert days == [date(2026, 1, day) for day in (7, 8, 10, 12, 13, 14)]
    assert free[0] == datetime(2026, 1, 7, 11, 0, tzinfo=SHANGHAI)  # 10:30 has begun


def test_a_booked_slot_is_no_longer_offered_and_a_cancelled_one_is(cast, visit):
    assert SLOT not in slots.free_slots(cast.wang, now=NOW)
    services.cancel(visit, reason="customer", by=cast.wang, at=NOW)
    assert SLOT in slots.free_slots(cast.wang, now=NOW)
    assert verbs() == ["visit.booked", "visit.cancelled"]


def test_the_visit_is_at_the_outlet_of_the_manager(cast):
    southern = make_customer(cast.south, cast.li)
    visit = services.book(southern, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW)
    assert visit.unit == cast.north


def test_who_comes_second_reads_which_slot_is_free(cast, visit):
    other = make_customer(cast.north, cast.wang)
    with pytest.raises(Stale) as refusal:
        services.book(other, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW)
    assert codes(refusal) == ("slot_taken",)
    assert "01-07 11:00" in str(refusal.value.verdict.reasons[0].remedy)
    assert Appointment.objects.everyone().count() == 1
    assert verbs() == ["visit.booked"]


def test_one_customer_is_not_at_two_desks_at_once(cast, visit, customer):
    with pytest.raises(Stale):
        services.book(customer, manager=cast.sun, starts_at=SLOT, by=cast.sun, at=NOW)


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (SLOT.replace(minute=40), "no_slot"),
        (SLOT.replace(hour=13, minute=0), "no_slot"),
        (NOW.replace(hour=10, minute=0), "slot_passed"),
        (datetime(2026, 1, 15, 9, 0, tzinfo=SHANGHAI), "no_slot"),  # a working day after the last one offered
        (datetime(2099, 1, 7, 9, 0, tzinfo=SHANGHAI), "no_slot"),
        (datetime(2026, 1, 10, 9, 30, tzinfo=SHANGHAI), "slot_not_working_day"),
    ],
)
def test_what_is_no_slot_is_refused(cast, customer, starts_at, code):
    with pytest.raises(Refused) as refusal:
        services.book(customer, manager=cast.wang, starts_at=starts_at, by=cast.wang, at=NOW)
    assert codes(refusal) == (code,)
    assert not Appointment.objects.everyone().exists()
    assert verbs() == []


def test_nobody_is_booked_to_somebody_who_does_not_receive(cast, customer):
    with pytest.raises(Refused) as refusal:
        services.book(customer, manager=cast.planner, starts_at=SLOT, by=cast.wang, at=NOW)
    assert codes(refusal) == ("no_receiver",)


def test_the_lobby_does_not_book_and_the_planner_does_not_receive(cast, customer, visit):
    with pytest.raises(PermissionDenied):
        services.book(customer, manager=cast.wang, starts_at=SLOT, by=cast.qian, at=NOW)
    for verb in (services.arrive, services.miss, partial(services.cancel, reason="customer")):
        with pytest.raises(PermissionDenied):
            verb(visit, by=cast.planner, at=SLOT)
    assert verbs() == ["visit.booked"]


def test_received_talked_agreed(cast, visit):
    services.arrive(visit, by=cast.qian, at=SLOT - timedelta(minutes=5))
    services.finish(
        visit, needs="年底有一笔到期资金", next_step="周五转存", by=cast.wang, at=SLOT + timedelta(minutes=40),
        discussed=[Line("time", outcome="agreed", amount=Decimal("50000")), Line("fund", outcome="declined")],
    )  # fmt: skip
    visit.refresh_from_db()
    assert (visit.state, visit.received_by, visit.needs) == ("finished", cast.qian, "年底有一笔到期资金")
    assert visit.next_step == "周五转存"
    assert [(one.category, one.outcome, one.amount) for one in visit.discussed.all()] == [
        ("time", "agreed", Decimal("50000.00")), ("fund", "declined", None),
    ]  # fmt: skip
    assert [one.category for one in visit.agreements] == ["time"]
    assert verbs() == ["visit.booked", "visit.arrived", "visit.finished"]
    assert not AuditRecord.objects.filter(facts__contains="到期").exists()


def test_numbers_in_the_interview_are_hidden(cast, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    services.finish(
        visit, needs="子女电话 140 1234 5678", next_step="转入 6222020200112233445", by=cast.wang, at=SLOT + timedelta(minutes=9)
    )  # fmt: skip
    visit.refresh_from_db()
    assert (visit.needs, visit.next_step) == ("子女电话 140****5678", "转入 622************3445")


def test_what_was_agreed_is_not_written_by_the_lobby(cast, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    with pytest.raises(PermissionDenied):
        services.finish(visit, needs="x", next_step="y", by=cast.qian, at=SLOT)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"needs": " "}, "needs_missing"),
        ({"next_step": ""}, "next_step_missing"),
        ({"discussed": [Line("time", outcome="agreed")]}, "amount_missing"),
        ({"discussed": [Line("time", outcome="agreed", amount=Decimal(0))]}, "amount_missing"),
        ({"discussed": [Line("time", outcome="interested", amount=Decimal(5))]}, "amount_without_agreement"),
        ({"discussed": [Line(amount=Decimal(5))]}, "nothing_named"),
        ({"discussed": [Line("time")]}, "no_outcome"),
        ({"discussed": [Line("time", outcome="declined"), Line("time", outcome="interested")]}, "said_twice"),
    ],
)
def test_a_record_without_its_parts_is_refused(cast, visit, values, code):
    services.arrive(visit, by=cast.qian, at=SLOT)
    with pytest.raises(Refused) as refusal:
        services.finish(visit, **{"needs": "存款", "next_step": "无", **values}, by=cast.wang, at=SLOT)
    assert codes(refusal) == (code,)
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_a_card_needs_no_amount(cast, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    services.finish(
        visit, needs="信用卡", discussed=[Line("card", outcome="agreed")], next_step="寄送", by=cast.zhao, at=SLOT
    )
    assert visit.state == "finished"


def test_received_only_on_the_day_and_missed_only_after_the_time(cast, visit):
    with pytest.raises(Refused) as refusal:
        services.arrive(visit, by=cast.qian, at=NOW)
    assert codes(refusal) == ("not_today",)
    with pytest.raises(Refused) as refusal:
        services.miss(visit, by=cast.qian, at=SLOT + timedelta(minutes=14))
    assert codes(refusal) == ("not_due",)
    assert "15 分钟" in str(refusal.value.verdict)
    services.miss(visit, by=cast.qian, at=LATE)
    assert visit.state == "missed"


class TestMissTakenBack:
    @pytest.fixture
    def missed(self, cast, visit):
        services.miss(visit, by=cast.qian, at=LATE)
        return visit

    def test_he_is_expected_as_before(self, cast, missed):
        with pytest.raises(PermissionDenied):
            services.take_miss_back(missed, by=cast.auditor, at=LATE)
        services.take_miss_back(missed, by=cast.qian, at=LATE)
        missed.refresh_from_db()
        assert (missed.state, missed.ended_at, missed.ended_by) == ("booked", None, None)
        assert verbs() == ["visit.booked", "visit.missed", "visit.miss_taken_back"]
        with pytest.raises(Stale) as refusal:
            services.take_miss_back(missed, by=cast.qian, at=LATE)
        assert codes(refusal) == ("visit_changed",)

    def test_only_while_the_day_lasts(self, cast, missed):
        with pytest.raises(Refused) as refusal:
            services.take_miss_back(missed, by=cast.qian, at=LATE + timedelta(days=1))
        assert codes(refusal) == ("not_the_day",)

    def test_not_where_another_visit_is_booked_instead(self, cast, missed):
        services.book_again(missed, starts_at=SLOT + timedelta(hours=1), by=cast.wang, at=LATE)
        with pytest.raises(Stale) as refusal:
            services.take_miss_back(missed, by=cast.qian, at=LATE)
        assert codes(refusal) == ("booked_again",)

    def test_not_into_a_slot_that_was_taken_meanwhile(self, cast, missed):
        other = make_customer(cast.north, cast.wang)
        services.book(other, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW)
        with pytest.raises(Stale) as refusal:
            services.take_miss_back(missed, by=cast.qian, at=LATE)
        assert codes(refusal) == ("slot_taken",)
        missed.refresh_from_db()
        assert missed.state == "missed"

    def test_his_own_room_is_kept_where_it_is_free(self, cast, customer):
        first, second = (services.add_room(cast.north, name=name, by=cast.zhao, at=NOW) for name in ("一室", "二室"))
        other = services.book(make_customer(cast.north), manager=cast.sun, starts_at=SLOT, by=cast.sun, at=NOW)
        his = services.book(customer, manager=cast.wang, starts_at=SLOT, by=cast.wang, at=NOW)
        assert (other.room, his.room) == (first, second)
        services.cancel(other, reason="customer", by=cast.qian, at=LATE)
        services.miss(his, by=cast.qian, at=LATE)
        services.take_miss_back(his, by=cast.qian, at=LATE)
        his.refresh_from_db()
        assert his.room == second


def test_each_change_happens_once(cast, visit):
    seen_by_another = Appointment.objects.everyone().get(pk=visit.pk)
    services.arrive(visit, by=cast.qian, at=SLOT)
    for verb in (services.arrive, services.miss, partial(services.cancel, reason="customer")):
        with pytest.raises(Stale) as refusal:
            verb(seen_by_another, by=cast.qian, at=LATE)
        assert codes(refusal) == ("visit_changed",)
        assert "已到店" in str(refusal.value.verdict)
    assert verbs() == ["visit.booked", "visit.arrived"]


def test_an_arrival_is_taken_back_on_its_day_only_and_no_later_one(cast, visit):
    services.arrive(visit, by=cast.qian, at=SLOT)
    with pytest.raises(Refused):
        services.take_arrival_back(visit, by=cast.qian, at=SLOT + timedelta(days=1))
    seen = Appointment.objects.everyone().get(pk=visit.pk)
    services.take_arrival_back(visit, by=cast.qian, at=SLOT + timedelta(minutes=1))
    services.arrive(visit, by=cast.wang, at=SLOT + timedelta(minutes=20))
    with pytest.raises(Stale):  # sent once more, it is about the first arrival
        services.take_arrival_back(seen, by=cast.qian, at=SLOT + timedelta(minutes=21))
    visit.refresh_from_db()
    assert (visit.state, visit.received_by) == ("arrived", cast.wang)
