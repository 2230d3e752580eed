"""Another time, called off, not come: each once, and what was before is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.appointments import rules, services, slots
from jiugong_desk.appointments.models import Appointment, Move, Room
from jiugong_desk.appointments.rules import Span
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.duty import services as duty
from jiugong_desk.organisation.models import Posting
from tests.support.cast import NOW, SHANGHAI, make_campaign, make_customer, make_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_time")]
SLOT = datetime(2026, 1, 7, 11, 0, tzinfo=SHANGHAI)
LATER = datetime(2026, 1, 8, 14, 0, tzinfo=SHANGHAI)


@pytest.fixture
def entry(cast):
    return make_entry(make_campaign(cast), make_customer(cast.north, cast.wang, salutation="张女士"), cast.wang)


@pytest.fixture
def visit(cast, entry):
    return services.book(entry.customer, manager=cast.wang, starts_at=SLOT, entry=entry, by=cast.wang, at=NOW)


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("verb", flat=True))


class TestMoving:
    def test_the_same_visit_at_another_time_with_its_history(self, cast, visit):
        services.move(visit, starts_at=LATER, by=cast.qian, at=NOW)
        kept = Appointment.objects.everyone().get()
        assert (kept.ref, kept.starts_at, kept.ends_at) == (visit.ref, LATER, LATER + timedelta(minutes=30))
        assert visit.starts_at == LATER
        move = Move.objects.get()
        assert (move.from_start, move.to_start, move.by, move.at) == (SLOT, LATER, cast.qian, NOW)
        assert SLOT in slots.free_slots(cast.wang, now=NOW)
        assert LATER not in slots.free_slots(cast.wang, now=NOW)
        assert verbs() == ["visit.booked", "visit.moved"]

    def test_to_a_colleague(self, cast, visit):
        services.move(visit, starts_at=SLOT, manager=cast.sun, by=cast.zhao, at=NOW)
        assert Appointment.objects.everyone().get().manager == cast.sun
        assert (Move.objects.get().from_manager, Move.objects.get().to_manager) == (cast.wang, cast.sun)

    def test_not_to_where_it_is_nor_into_another_nor_into_leave(self, cast, visit):
        with pytest.raises(Refused) as refusal:
            services.move(visit, starts_at=SLOT, by=cast.wang, at=NOW)
        assert codes(refusal) == ("same_slot",)
        services.book(make_customer(cast.north), manager=cast.wang, starts_at=LATER, by=cast.wang, at=NOW)
        with pytest.raises(Stale) as refusal:
            services.move(visit, starts_at=LATER, by=cast.wang, at=NOW)
        assert codes(refusal) == ("slot_taken",)
        assert "01-07 11:30" in str(refusal.value.verdict.reasons[0].remedy)
        day = date(2026, 1, 9)
        duty.record(cast.wang, first_day=day, last_day=day, kind="annual", cover=None, by=cast.zhao, at=NOW)
        with pytest.raises(Refused) as refusal:
            services.move(visit, starts_at=LATER + timedelta(days=1), by=cast.wang, at=NOW)
        assert codes(refusal) == ("receiver_away",)
        assert (visit.starts_at, Move.objects.count()) == (SLOT, 0)

    def test_who_saw_it_before_it_was_moved_is_told(self, cast, visit):
        seen = Appointment.objects.everyone().get(pk=visit.pk)
        services.move(visit, starts_at=LATER, by=cast.qian, at=NOW)
        with pytest.raises(Stale) as refusal:
            services.move(seen, starts_at=LATER + timedelta(hours=1), by=cast.wang, at=NOW)
        assert codes(refusal) == ("visit_changed",)
        services.arrive(visit, by=cast.qian, at=LATER)
        with pytest.raises(Stale):
            services.move(visit, starts_at=LATER + timedelta(hours=1), by=cast.wang, at=NOW)
        assert Move.objects.count() == 1

    def test_not_by_who_only_looks(self, cast, visit):
        with pytest.raises(PermissionDenied):
            services.move(visit, starts_at=LATER, by=cast.management, at=NOW)

    def test_on_the_page(self, cast, login, visit):
        client, page = login(cast.qian), reverse("visit", args=[visit.ref])
        assert 'value="2026-01-08T14:00:00+08:00"' in client.get(page).content.decode()
        answer = client.post(reverse("visit_move", args=[visit.ref]), {"starts_at": LATER.isoformat()})
        assert (answer.status_code, answer["Location"]) == (303, page)
        assert "原 2026-01-07 11:00（2026-01-07 10:30 钱厅 更改）" in client.get(page).content.decode()
        again = client.post(reverse("visit_move", args=[visit.ref]), {"starts_at": LATER.isoformat()})
        assert again.status_code == 409
        assert "预约本来就在这个时间" in again.content.decode()
        assert client.post(reverse("visit_move", args=[visit.ref]), {"starts_at": "soon"}).status_code == 422

    def test_whoever_gave_it_to_a_colleague_lands_where_he_may_be(self, cast, login, visit):
        Appointment.objects.everyone().filter(pk=visit.pk).update(customer=make_customer(cast.north, cast.sun))
        said = {"starts_at": LATER.isoformat(), "receiver": cast.sun.ref}
        answer = login(cast.wang).post(reverse("visit_move", args=[visit.ref]), said)
        assert (answer.status_code, answer["Location"]) == (303, f"{reverse('visits')}?day={LATER:%Y-%m-%d}")

    def test_who_receives_at_two_outlets_receives_where_the_visitor_is_expected(self, cast, visit):
        Posting.objects.create(staff=cast.li, unit=cast.north, role="customer_manager")
        services.move(visit, starts_at=LATER, manager=cast.li, by=cast.wang, at=NOW)
        assert (visit.unit, visit.manager) == (cast.north, cast.li)

    def test_the_page_shows_a_colleagues_slots(self, cast, login, visit):
        services.book(make_customer(cast.north), manager=cast.sun, starts_at=LATER, by=cast.sun, at=NOW)
        page = login(cast.zhao).get(reverse("visit", args=[visit.ref]), {"receiver": cast.sun.ref}).content.decode()
        assert 'value="2026-01-08T14:00:00+08:00"' not in page
        sent = {"starts_at": (LATER + timedelta(hours=1)).isoformat(), "receiver": cast.sun.ref}
        assert login(cast.zhao).post(reverse("visit_move", args=[visit.ref]), sent).status_code == 303
        assert Appointment.objects.everyone().get(pk=visit.pk).manager == cast.sun
        sent["receiver"] = cast.li.ref  # of another outlet
        assert login(cast.zhao).post(reverse("visit_move", args=[visit.ref]), sent).status_code == 422


class TestCancelling:
    def test_it_needs_a_reason_and_happens_once(self, cast, visit):
        with pytest.raises(Refused) as refusal:
            services.cancel(visit, reason="", by=cast.qian, at=NOW)
        assert codes(refusal) == ("no_reason",)
        services.cancel(visit, reason="bank", by=cast.qian, at=NOW)
        assert (visit.state, visit.cancelled_because, visit.ended_by, visit.ended_at) == (
            "cancelled", "bank", cast.qian, NOW,
        )  # fmt: skip
        with pytest.raises(Stale) as refusal:
            services.cancel(visit, reason="mistake", by=cast.wang, at=NOW)
        assert "已取消" in str(refusal.value.verdict)
        assert Appointment.objects.everyone().get().cancelled_because == "bank"
        assert verbs() == ["visit.booked", "visit.cancelled"]

    def test_on_the_page(self, cast, login, visit):
        client, address = login(cast.wang), reverse("visit_cancel", args=[visit.ref])
        for sent in ({}, {"reason": "bored"}):
            assert client.post(address, sent).status_code == 409
        assert client.post(address, {"reason": "customer"}).status_code == 303
        page = client.get(reverse("visit", args=[visit.ref])).content.decode()
        assert "客户取消" in page
        assert reverse("visit_move", args=[visit.ref]) not in page
        assert client.post(address, {"reason": "customer"}).status_code == 409


class TestNotCome:
    def test_it_is_booked_again_once_for_the_same_campaign(self, cast, login, entry, visit, desk_time):
        with pytest.raises(Refused) as refusal:
            services.book_again(visit, starts_at=LATER, by=cast.wang, at=NOW)
        assert codes(refusal) == ("not_missed",)
        desk_time(SLOT + timedelta(minutes=45))
        client = login(cast.wang)
        missed = client.post(reverse("visit_change", args=[visit.ref, "miss"]))
        assert missed["Location"] == reverse("visit", args=[visit.ref])
        assert "重新预约" in client.get(missed["Location"]).content.decode()
        address = reverse("visit_again", args=[visit.ref])
        answer = client.post(address, {"starts_at": LATER.isoformat()})
        again = Appointment.objects.everyone().get(instead_of=visit)
        assert (answer.status_code, answer["Location"]) == (303, reverse("visit", args=[again.ref]))
        assert (again.entry, again.customer, again.starts_at, again.state) == (entry, visit.customer, LATER, "booked")
        second = client.post(address, {"starts_at": (LATER + timedelta(hours=1)).isoformat()})
        assert second.status_code == 409
        assert "已经重新预约到 01-08 14:00" in second.content.decode()
        assert Appointment.objects.everyone().count() == 2
        assert "已重新预约：2026-01-08 14:00" in client.get(missed["Location"]).content.decode()

    def test_booked_again_he_is_expected_at_the_same_outlet(self, cast, visit):
        Appointment.objects.everyone().filter(pk=visit.pk).update(
            state="missed", ended_at=NOW, ended_by=cast.wang, manager=cast.li
        )
        Posting.objects.create(staff=cast.li, unit=cast.north, role="customer_manager")
        missed = Appointment.objects.everyone().get(pk=visit.pk)
        again = services.book_again(missed, starts_at=LATER, by=cast.li, at=NOW)
        assert (again.unit, again.manager) == (cast.north, cast.li)

    def test_not_by_who_does_not_book(self, cast, login, visit):
        services.miss(visit, by=cast.qian, at=SLOT + timedelta(minutes=15))
        sent = {"starts_at": LATER.isoformat()}
        assert login(cast.qian).post(reverse("visit_again", args=[visit.ref]), sent).status_code == 403
        assert "重新预约" not in login(cast.qian).get(reverse("visit", args=[visit.ref])).content.decode()


class TestRooms:
    @pytest.fixture
    def room(self, cast):
        return services.add_room(cast.north, name="洽谈室一", by=cast.zhao, at=NOW)

    def test_a_visit_takes_a_free_one_and_none_left_means_no_slot(self, cast, room):
        second = services.add_room(cast.north, name="洽谈室二", by=cast.zhao, at=NOW)
        rooms = {
            services.book(make_customer(cast.north), manager=who, starts_at=LATER, by=who, at=NOW).room
            for who in (cast.wang, cast.sun)
        }
        assert rooms == {room, second}
        from tests.support.cast import make_staff

        third = make_staff("1009", "周三", "customer_manager", cast.north)
        assert LATER not in slots.free_slots(third, now=NOW)
        with pytest.raises(Stale) as refusal:
            services.book(make_customer(cast.north), manager=third, starts_at=LATER, by=third, at=NOW)
        assert codes(refusal) == ("no_room",)
        assert "01-07 11:00" in str(refusal.value.verdict.reasons[0].remedy)
        other = services.book(make_customer(cast.south), manager=cast.li, starts_at=LATER, by=cast.li, at=NOW)
        assert other.room is None  # the other outlet keeps none

    def test_a_customers_other_visit_is_named_with_a_common_slot(self, cast, room, visit):
        first_common = SLOT + timedelta(minutes=30)
        assert slots.free_slots(cast.sun, now=NOW, customer=visit.customer)[0] == first_common
        services.add_room(cast.north, name="洽谈室二", by=cast.zhao, at=NOW)
        with pytest.raises(Stale) as refusal:
            services.book(visit.customer, manager=cast.sun, starts_at=SLOT, by=cast.sun, at=NOW)
        assert codes(refusal) == ("customer_busy",)
        assert "01-07 11:30" in str(refusal.value.verdict.reasons[0].remedy)

    def test_a_colleague_receives_at_the_same_time_in_the_same_only_room(self, cast, room, visit, login, desk_time):
        services.move(visit, starts_at=LATER, by=cast.qian, at=NOW)
        assert visit.room == room
        page = login(cast.qian).get(reverse("visit", args=[visit.ref]), {"receiver": cast.sun.ref}).content.decode()
        assert f'value="{timezone.localtime(LATER):%Y-%m-%dT%H:%M}' in page
        services.move(visit, starts_at=LATER, manager=cast.sun, by=cast.qian, at=NOW)
        kept = Appointment.objects.everyone().get()
        assert (kept.manager, kept.room, kept.starts_at) == (cast.sun, room, LATER)

    def test_a_closed_one_is_given_to_nobody_and_keeps_its_visits(self, cast, room):
        visit = services.book(make_customer(cast.north), manager=cast.wang, starts_at=LATER, by=cast.wang, at=NOW)
        services.close_room(room, by=cast.zhao, at=NOW)
        visit.refresh_from_db()
        assert visit.room == room
        later = services.book(
            make_customer(cast.north), manager=cast.wang, starts_at=LATER + timedelta(hours=1), by=cast.wang, at=NOW
        )
        assert later.room is None
        for verb in (services.close_room, lambda room, **kw: services.rename_room(room, name="三", **kw)):
            with pytest.raises(Stale):
                verb(room, by=cast.zhao, at=NOW)

    def test_names_are_given_and_differ(self, cast, room):
        for name, code in ((" ", "room_unnamed"), ("洽谈室一", "room_exists")):
            with pytest.raises(Refused) as refusal:
                services.add_room(cast.north, name=name, by=cast.zhao, at=NOW)
            assert codes(refusal) == (code,)
        services.close_room(room, by=cast.zhao, at=NOW)
        services.add_room(cast.north, name="洽谈室一", by=cast.zhao, at=NOW)

    def test_kept_by_the_head_of_the_outlet_only(self, cast, login, room):
        rename = reverse("room_rename", args=[room.ref])
        for staff in (cast.wang, cast.qian, cast.management, cast.auditor):
            assert login(staff).get(reverse("visit_rooms")).status_code == 403
            assert login(staff).post(rename, {"name": "二"}).status_code == 404
        far = Room.objects.create(unit=cast.south, name="南")
        assert login(cast.zhao).post(reverse("room_close", args=[far.ref])).status_code == 404
        with pytest.raises(PermissionDenied):
            services.close_room(far, by=cast.zhao, at=NOW)
        assert Room.objects.everyone().filter(closed_at=None).count() == 2

    def test_on_the_page(self, cast, login, room):
        client, page = login(cast.zhao), reverse("visit_rooms")
        assert "洽谈室一" in client.get(page).content.decode()
        assert client.post(page, {"unit": cast.north.code, "name": "洽谈室一"}).status_code == 409
        assert client.post(page, {"unit": cast.south.code, "name": "洽谈室二"}).status_code == 422
        assert client.post(page, {"unit": cast.north.code, "name": "洽谈室二"}).status_code == 303
        assert client.post(reverse("room_rename", args=[room.ref]), {"name": "贵宾室"}).status_code == 303
        assert client.post(reverse("room_close", args=[room.ref])).status_code == 303
        shown = client.get(page).content.decode()
        assert "洽谈室二" in shown
        assert "贵宾室" not in shown
        assert verbs() == ["room.added", "room.added", "room.renamed", "room.closed"]


MINUTES = st.integers(0, 40).map(lambda number: NOW + timedelta(minutes=15 * number))
SPANS = st.tuples(MINUTES, st.integers(1, 90)).map(lambda pair: Span(pair[0], pair[0] + timedelta(minutes=pair[1])))


@given(st.lists(MINUTES, unique=True), st.lists(SPANS, max_size=6), st.integers(0, 3), st.lists(st.tuples(st.integers(1, 3), SPANS), max_size=6))  # fmt: skip
def test_free_is_what_no_minute_speaks_against(offered, busy, rooms, in_rooms):
    """Against a plain count, minute by minute."""
    length, taken = timedelta(minutes=30), [(room, span) for room, span in in_rooms if room <= rooms]
    minutes = [timedelta(minutes=number) for number in range(30)]

    def at(span: Span, moment: datetime) -> bool:
        return span.start <= moment < span.end

    plain = []
    for start in offered:
        alone = not any(at(span, start + minute) for span in busy for minute in minutes)
        used = {room for room, span in taken if any(at(span, start + minute) for minute in minutes)}
        if alone and (rooms == 0 or any(room not in used for room in range(1, rooms + 1))):
            plain.append(start)
    assert rules.free(offered, length, busy, rooms=rooms, in_rooms=taken) == plain
