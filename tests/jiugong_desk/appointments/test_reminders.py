"""Who is to be reminded of the next working day's visit, and that it is no marketing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiugong_desk.appointments import queries, services
from jiugong_desk.appointments.models import Appointment, Reminder
from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.consent.models import Contact
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.organisation.models import CalendarDay
from tests.support.cast import NOW, SHANGHAI, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_time")]
TOMORROW = datetime(2026, 1, 8, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def visit(cast):
    return book(cast, TOMORROW)


def book(cast, starts_at, who=None) -> Appointment:
    who = who or cast.wang
    customer = make_customer(cast.north, who, salutation="张女士")
    return services.book(customer, manager=who, starts_at=starts_at, by=who, at=NOW)


def waiting(staff) -> list[Appointment]:
    return queries.to_remind(staff, now=NOW)


def test_not_for_strangers_nor_for_who_only_looks(cast, login, visit):
    address, sent = reverse("visit_remind", args=[visit.ref]), {"said": "confirmed"}
    assert login(cast.li).post(address, sent).status_code == 404
    assert login(cast.management).post(address, sent).status_code == 403
    assert login(cast.management).get(reverse("reminders")).status_code == 403
    assert "张女士" not in login(cast.li).get(reverse("reminders")).content.decode()
    assert not Reminder.objects.exists()


def test_the_next_working_days_unconfirmed_visits(cast, visit):
    book(cast, NOW.replace(hour=15, minute=0))
    friday = book(cast, TOMORROW + timedelta(days=1))
    assert waiting(cast.wang) == waiting(cast.qian) == [visit]
    assert waiting(cast.sun) == waiting(cast.li) == []
    services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    assert waiting(cast.wang) == []
    CalendarDay.objects.create(day=TOMORROW.date(), is_working=False)
    assert waiting(cast.wang) == [friday]


def test_a_moved_visit_is_to_be_confirmed_anew_and_who_was_not_reached_stays(cast, visit):
    services.remind(visit, said="unreached", by=cast.qian, at=NOW)
    assert [one.said for one in waiting(cast.wang)[0].tried] == ["unreached"]
    services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    services.move(visit, starts_at=TOMORROW + timedelta(hours=1), by=cast.wang, at=NOW)
    assert waiting(cast.wang) == [visit]


def test_confirmed_once_and_only_while_it_is_to_come(cast, visit):
    with pytest.raises(Refused) as refusal:
        services.remind(visit, said="maybe", by=cast.wang, at=NOW)
    assert refusal.value.verdict.codes == ("no_answer",)
    services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    with pytest.raises(Stale) as refusal:
        services.remind(visit, said="unreached", by=cast.qian, at=NOW)
    assert refusal.value.verdict.codes == ("confirmed_already",)
    with pytest.raises(Refused):
        services.remind(book(cast, TOMORROW + timedelta(hours=1)), said="confirmed", by=cast.wang, at=TOMORROW + timedelta(hours=1))  # fmt: skip
    services.cancel(visit, reason="customer", by=cast.wang, at=NOW)
    with pytest.raises(Refused) as refusal:
        services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    assert refusal.value.verdict.codes == ("not_coming",)
    assert AuditRecord.objects.filter(verb="visit.reminded").count() == 1


def test_it_counts_for_no_marketing_cap(cast, visit):
    services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    assert not Contact.objects.exists()


def test_on_the_pages(cast, login, visit):
    client = login(cast.wang)
    today = client.get(reverse("today")).content.decode()
    assert "card-reminders" in today
    page = client.get(reverse("reminders")).content.decode()
    assert "2026-01-08" in page
    assert "张女士" in page
    address = reverse("visit_remind", args=[visit.ref])
    wish = client.post(address, {"said": "later"})
    assert wish["Location"] == reverse("visit", args=[visit.ref]) + "#change"
    assert "想改期" in client.get(reverse("reminders")).content.decode()
    assert client.post(address, {"said": "confirmed"})["Location"] == reverse("reminders")
    again = client.post(address, {"said": "unreached"}, follow=True).content.decode()
    assert "客户确认到店" in again
    assert "card-reminders" not in client.get(reverse("today")).content.decode()
    listed = client.get(reverse("visits"), {"day": "2026-01-08"}).content.decode()
    assert "已确认" in listed
    customer = client.get(reverse("customer", args=[visit.customer.ref])).content.decode()
    assert "到店提醒：已确认" in customer


def test_the_hours_of_contact_hold_and_no_customer_any_more_is_left_alone(cast, visit):
    with pytest.raises(Refused) as night:
        services.remind(visit, said="confirmed", by=cast.wang, at=NOW.replace(hour=21, minute=30))
    assert night.value.verdict.codes == ("outside_contact_hours",)
    type(visit.customer).objects.everyone().filter(pk=visit.customer_id).update(status="deceased")
    with pytest.raises(Refused) as late:
        services.remind(visit, said="confirmed", by=cast.wang, at=NOW)
    assert late.value.verdict.codes == ("not_active",)
    assert not Reminder.objects.exists()


def test_whom_the_contact_rule_refuses_is_marked_with_the_reason_and_has_no_button(cast, login, visit):
    other = book(cast, TOMORROW + timedelta(hours=1))
    type(visit.customer).objects.everyone().filter(pk=visit.customer_id).update(status="deceased")
    page = login(cast.wang).get(reverse("reminders")).content.decode()
    assert "不能提醒" in page
    assert 'data-refused="not_active"' in page
    assert reverse("visit_remind", args=[visit.ref]) not in page
    assert reverse("visit_remind", args=[other.ref]) in page


def test_a_list_of_many_asks_no_more(cast, login, visit):
    client, costs = login(cast.wang), []
    for hours in (1, 2, 5):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("reminders"))
        costs.append(len(asked))
        book(cast, TOMORROW + timedelta(hours=hours))
    assert costs[1] == costs[2]
