from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.duty import services as duty
from jiugong_desk.tasks import services
from jiugong_desk.tasks.models import Task
from tests.support.cast import NOW, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_time")]
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
DUE = TOMORROW.isoformat()


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang, salutation="张女士")


@pytest.fixture
def task(cast, customer):
    return services.add(customer, text="寄送说明", due_on=TODAY, by=cast.wang, at=NOW)


def posts(task):
    return [
        (reverse("task_done", args=[task.ref]), {}),
        (reverse("task_drop", args=[task.ref]), {"outcome": "不办了"}),
        (reverse("task_put_off", args=[task.ref]), {"due_on": DUE}),
    ]


def test_for_strangers_it_does_not_exist_and_who_only_looks_may_not(cast, login, customer, task):
    hand_on = (reverse("task_hand_on", args=[task.ref]), {"owner": cast.sun.ref})
    for staff, status in ((cast.li, 404), (cast.sun, 404), (cast.qian, 404), (cast.auditor, 403)):
        for address, sent in [*posts(task), hand_on]:
            assert login(staff).post(address, sent).status_code == status, (staff, address)
    assert login(cast.wang).post(*hand_on).status_code == 403
    add = reverse("task_add", args=[customer.ref])
    for staff, status in ((cast.li, 404), (cast.auditor, 403), (cast.management, 403)):
        assert login(staff).post(add, {"text": "x", "due_on": DUE}).status_code == status
    assert login(cast.qian).get(reverse("tasks")).status_code == 403
    kept = Task.objects.everyone().get()
    assert (kept.state, kept.due_on, kept.owner) == ("open", TODAY, None)
    assert AuditRecord.objects.count() == 1


def test_the_panel_adds_one_and_the_lists_show_it(cast, login, customer):
    client, page = login(cast.wang), reverse("customer", args=[customer.ref])
    assert "跟进任务" in client.get(page).content.decode()
    add = reverse("task_add", args=[customer.ref])
    answer = client.post(add, {"text": "寄送说明", "due_on": DUE, "owner": ""})
    assert (answer.status_code, answer["Location"]) == (303, f"{page}#tasks")
    for shown in (page, reverse("tasks"), reverse("today")):
        assert "寄送说明" in client.get(shown).content.decode(), shown
    for sent, status, said in (
        ({"text": "", "due_on": DUE}, 422, "请写明要做的事。"),
        ({"text": "再寄一份", "due_on": "soon"}, 422, "请选择截止日。"),
        ({"text": "再寄一份", "due_on": DUE, "owner": cast.li.ref}, 422, "请选择本网点在岗的负责人。"),
        ({"text": "再寄一份" * 80, "due_on": DUE}, 422, "最多 300 字，现在 320 字"),
        ({"text": "再寄一份", "due_on": "2020-01-01"}, 409, "截止日已经过去。"),
    ):
        answer = client.post(add, sent)
        assert answer.status_code == status, sent
        assert said in answer.text
        assert sent["text"] in answer.text  # nothing typed is lost
        assert "请写明要做的事、截止日和负责人" not in answer.text
    assert Task.objects.everyone().count() == 1
    assert "寄送说明" not in login(cast.sun).get(reverse("tasks")).content.decode()


def test_done_dropped_put_off_on_the_page(cast, login, customer, task):
    client = login(cast.wang)
    answer = client.post(reverse("task_put_off", args=[task.ref]), {"due_on": DUE, "next": "/customers/x/"})
    assert answer["Location"] == "/customers/x/"
    answer = client.post(reverse("task_put_off", args=[task.ref]), {"due_on": "", "next": "https://elsewhere.test/"})
    assert answer["Location"] == reverse("tasks")
    assert client.post(reverse("task_drop", args=[task.ref]), {"outcome": ""}).status_code == 409
    assert client.post(reverse("task_done", args=[task.ref]), {"outcome": "已寄出"}).status_code == 303
    again = client.post(reverse("task_drop", args=[task.ref]), {"outcome": "不办了"})
    assert again.status_code == 409
    assert "已被他人办理" in again.content.decode()
    page = client.get(reverse("tasks")).content.decode()
    assert "已寄出" in page
    assert reverse("task_done", args=[task.ref]) not in page


def test_the_head_sees_the_outlets_and_hands_on(cast, login, customer, task):
    client = login(cast.zhao)
    page = client.get(reverse("tasks"), {"whose": "outlet"}).content.decode()
    assert "王晓北" in page
    assert "寄送说明" in page
    assert "网点任务" not in login(cast.wang).get(reverse("tasks"), {"whose": "outlet"}).content.decode()
    address = reverse("task_hand_on", args=[task.ref])
    assert client.post(address, {"owner": cast.li.ref}).status_code == 303  # nobody of another outlet
    assert Task.objects.everyone().get().owner is None
    assert client.post(address, {"owner": cast.sun.ref}).status_code == 303
    assert Task.objects.everyone().get().owner == cast.sun
    assert "寄送说明" in login(cast.sun).get(reverse("tasks")).content.decode()
    customer_page = login(cast.sun).get(reverse("customer", args=[customer.ref]))
    assert customer_page.status_code == 200


def test_the_cover_finds_it_today_and_not_after(cast, login, customer, task, desk_time):
    duty.record(
        cast.wang, first_day=TODAY, last_day=TODAY, kind="annual", cover=cast.sun, by=cast.zhao,
        at=NOW - timedelta(days=1),
    )  # fmt: skip
    client = login(cast.sun)
    for page in (reverse("tasks"), reverse("today"), reverse("customer", args=[customer.ref])):
        assert "寄送说明" in client.get(page).content.decode(), page
    assert "代 王晓北" in client.get(reverse("today")).content.decode()
    desk_time(NOW + timedelta(days=1))
    client = login(cast.sun)
    assert "寄送说明" not in client.get(reverse("tasks")).content.decode()
    assert client.get(reverse("customer", args=[customer.ref])).status_code == 404
    assert client.post(reverse("task_done", args=[task.ref])).status_code == 404
    assert "逾期 01-07" in login(cast.wang).get(reverse("tasks")).content.decode()


def test_a_page_of_many_asks_no_more(cast, login, django_assert_max_num_queries):
    for number in range(30):
        services.add(make_customer(cast.north, cast.wang), text=f"第{number}项", due_on=TODAY, by=cast.wang, at=NOW)
    for staff, query in ((cast.wang, {}), (cast.zhao, {"whose": "outlet"})):
        client = login(staff)
        with django_assert_max_num_queries(16):
            assert client.get(reverse("tasks"), query).content.decode().count("task-") >= 30


def test_a_text_that_is_too_long_is_refused_and_nothing_is_closed(cast, login, task):
    for name in ("task_done", "task_drop"):
        answer = login(cast.wang).post(reverse(name, args=[task.ref]), {"outcome": "长" * 301})
        assert answer.status_code == 422
        assert "最多 300 字，现在 301 字" in answer.text
        assert "长" * 301 in answer.text
        task.refresh_from_db()
        assert task.is_open


def test_from_the_day_it_is_done_in_place_with_its_outcome(cast, login, task):
    client, day = login(cast.wang), reverse("today")
    assert f'action="{reverse("task_done", args=[task.ref])}"' in client.get(day).text
    sent = {"next": day, "outcome": "已寄出"}
    assert client.post(reverse("task_done", args=[task.ref]), sent)["Location"] == day
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "已寄出")
