"""Made, done, dropped, put off, handed on: each once, by whose it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Refused, Stale
from jiugong_desk.customers.models import Assignment, Customer
from jiugong_desk.duty import services as duty
from jiugong_desk.tasks import queries, rules, services
from jiugong_desk.tasks.models import Task
from tests.support.cast import NOW, make_customer, make_staff

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


@pytest.fixture
def customer(cast):
    return make_customer(cast.north, cast.wang)


@pytest.fixture
def task(cast, customer):
    return services.add(customer, text="寄送大额存单说明", due_on=TODAY, by=cast.wang, at=NOW)


@pytest.fixture
def away(cast):
    """Wang is away today and tomorrow; Sun stands in."""
    return duty.record(
        cast.wang, first_day=TODAY, last_day=TOMORROW, kind="annual", cover=cast.sun, by=cast.zhao,
        at=NOW - timedelta(days=1),
    )  # fmt: skip


def looking(staff, at=NOW):
    """As on a page of that moment."""
    from jiugong_desk.organisation.models import Staff

    fresh = Staff.objects.get(pk=staff.pk)
    fresh.looks_at = at
    return fresh


def codes(error) -> tuple[str, ...]:
    return error.value.verdict.codes


def verbs() -> list[str]:
    return [verb for verb in AuditRecord.objects.order_by("pk").values_list("verb", flat=True) if "task" in verb]


def listed(staff, at=NOW) -> list[Task]:
    return [row.task for group in queries.mine(looking(staff, at), now=at) for row in group.rows]


def may_work(staff, task, at=NOW) -> bool:
    return any(row.may_work for group in queries.mine(looking(staff, at), now=at) for row in group.rows if row.task == task)  # fmt: skip


class TestOne:
    def test_made_and_done_without_a_word_of_it_in_the_audit(self, cast, customer, task):
        assert (task.holder, task.owner, task.state) == (cast.wang, None, "open")
        services.finish(task, outcome="已当面交付", by=cast.wang, at=NOW)
        task.refresh_from_db()
        assert (task.state, task.closed_by, task.closed_at, task.outcome) == ("done", cast.wang, NOW, "已当面交付")
        assert verbs() == ["task.added", "task.done"]
        assert not AuditRecord.objects.filter(facts__contains="大额").exists()

    def test_what_is_written_is_ciphertext(self, task):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM tasks_task")
            assert "存单" not in cursor.fetchone()[0]

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"text": "  "}, "task_empty"),
            ({"due_on": YESTERDAY}, "due_passed"),
            ({"due_on": date(2027, 6, 1)}, "due_too_far"),
        ],
    )
    def test_what_is_no_task(self, cast, customer, values, code):
        with pytest.raises(Refused) as refusal:
            services.add(customer, **{"text": "回访", "due_on": TODAY, **values}, by=cast.wang, at=NOW)
        assert codes(refusal) == (code,)
        assert not Task.objects.everyone().exists()

    def test_somebody_must_be_able_to_do_it(self, cast):
        orphan = make_customer(cast.north, None)
        with pytest.raises(Refused) as refusal:
            services.add(orphan, text="回访", due_on=TODAY, by=cast.zhao, at=NOW)
        assert codes(refusal) == ("nobody",)
        with pytest.raises(Refused) as refusal:
            services.add(orphan, text="回访", due_on=TODAY, owner=cast.qian, by=cast.zhao, at=NOW)
        assert codes(refusal) == ("cannot_work",)

    def test_closed_once(self, cast, task):
        seen = Task.objects.everyone().get(pk=task.pk)
        with pytest.raises(Refused) as refusal:
            services.drop(task, reason=" ", by=cast.wang, at=NOW)
        assert codes(refusal) == ("no_reason",)
        services.drop(task, reason="客户已在他行办理", by=cast.wang, at=NOW)
        for verb in (services.finish, lambda task, **kw: services.put_off(task, due_on=TOMORROW, **kw)):
            with pytest.raises(Stale) as refusal:
                verb(seen, by=cast.wang, at=NOW)
            assert codes(refusal) == ("task_changed",)
        assert verbs() == ["task.added", "task.dropped"]

    def test_put_off(self, cast, task):
        with pytest.raises(Refused):
            services.put_off(task, due_on=YESTERDAY, by=cast.wang, at=NOW)
        services.put_off(task, due_on=TOMORROW, by=cast.wang, at=NOW)
        assert Task.objects.everyone().get().due_on == TOMORROW

    def test_not_by_who_does_not_do_it(self, cast, customer, task):
        for staff in (cast.sun, cast.qian, cast.li, cast.auditor, cast.management):
            with pytest.raises(PermissionDenied):
                services.finish(task, by=staff, at=NOW)
            with pytest.raises(PermissionDenied):
                services.hand_on(task, owner=cast.sun, by=staff, at=NOW)
        with pytest.raises(PermissionDenied):
            services.add(customer, text="x", due_on=TODAY, by=cast.qian, at=NOW)
        services.finish(task, by=cast.zhao, at=NOW)  # his head may


class TestWhoSees:
    def test_holder_head_and_auditor(self, cast, task):
        for staff, seen in ((cast.wang, 1), (cast.zhao, 1), (cast.auditor, 1), (cast.sun, 0), (cast.li, 0), (cast.qian, 0), (cast.admin, 0), (cast.planner, 0)):  # fmt: skip
            assert Task.objects.visible_to(looking(staff)).count() == seen, staff

    def test_the_customers_manager_sees_what_a_colleague_does_for_him(self, cast, customer):
        services.add(customer, text="讲解理财", due_on=TODAY, owner=cast.sun, by=cast.wang, at=NOW)
        assert Task.objects.visible_to(looking(cast.wang)).count() == 1
        assert listed(cast.wang) == []
        assert len(listed(cast.sun)) == 1

    def test_who_does_it_for_anothers_customer_sees_him_until_it_is_done(self, cast, customer):
        task = services.add(customer, text="讲解理财", due_on=TODAY, owner=cast.sun, by=cast.wang, at=NOW)
        assert Customer.objects.visible_to(looking(cast.sun)).filter(pk=customer.pk).exists()
        services.finish(task, by=cast.sun, at=NOW)
        assert not Customer.objects.visible_to(looking(cast.sun)).filter(pk=customer.pk).exists()
        assert not Assignment.objects.filter(ended_at=None).exists()


class TestWhoMayNameWhom:
    """Whoever does a task sees the customer until it is done: a day's loan is not made a year's in this way."""

    def test_a_stand_in_leaves_it_with_the_customers_manager(self, cast, customer, away):
        for owner in (cast.sun, cast.li):
            with pytest.raises(Refused) as refusal:
                services.add(customer, text="以后再说", due_on=TODAY, owner=owner, by=cast.sun, at=NOW)
            assert "not_yours_to_give" in codes(refusal)
        services.add(customer, text="转告客户经理", due_on=TODAY, by=cast.sun, at=NOW)
        assert not Assignment.objects.filter(ended_at=None).exists()

    def test_of_whom_nobody_manages_he_may_name_himself(self, cast):
        customer = make_customer(cast.north)
        assert (
            services.add(customer, text="寄送说明", due_on=TODAY, owner=cast.sun, by=cast.sun, at=NOW).owner == cast.sun
        )
        with pytest.raises(Refused):
            services.add(customer, text="寄送说明", due_on=TODAY, owner=cast.wang, by=cast.sun, at=NOW)


class TestHandingOn:
    def test_the_head_gives_it_to_a_colleague_and_back(self, cast, customer, task):
        services.hand_on(task, owner=cast.sun, by=cast.zhao, at=NOW)
        assert (listed(cast.wang), listed(cast.sun)) == ([], [task])
        assert Customer.objects.visible_to(looking(cast.sun)).filter(pk=customer.pk).exists()
        with pytest.raises(Refused) as refusal:
            services.hand_on(task, owner=cast.sun, by=cast.zhao, at=NOW)
        assert codes(refusal) == ("same_owner",)
        services.hand_on(task, owner=None, by=cast.zhao, at=NOW)
        assert (listed(cast.wang), listed(cast.sun)) == ([task], [])
        assert not Customer.objects.visible_to(looking(cast.sun)).filter(pk=customer.pk).exists()
        assert verbs() == ["task.added", "task.handed_on", "task.handed_on"]

    def test_only_the_head_of_the_customers_outlet(self, cast):
        southern = make_customer(cast.south, cast.li)
        task = services.add(southern, text="回访", due_on=TODAY, by=cast.li, at=NOW)
        with pytest.raises(PermissionDenied):
            services.hand_on(task, owner=cast.wang, by=cast.zhao, at=NOW)


class TestNothingIsLost:
    def test_with_another_manager_the_open_tasks_follow(self, cast, customer, task):
        kept = services.add(customer, text="讲解理财", due_on=TODAY, owner=cast.sun, by=cast.wang, at=NOW)
        new = make_staff("1009", "周新", "customer_manager", cast.north)
        Customer.objects.everyone().filter(pk=customer.pk).update(manager=new)
        assert (listed(cast.wang), listed(new), listed(cast.sun)) == ([], [task], [kept])

    def test_without_a_manager_the_head_sees_it_first(self, cast, customer, task):
        Customer.objects.everyone().filter(pk=customer.pk).update(manager=None)
        other = make_customer(cast.north, cast.sun)
        services.add(other, text="回访", due_on=TODAY, by=cast.sun, at=NOW)
        people = queries.of_outlets(looking(cast.zhao), now=NOW)
        assert [person for person, _rows in people] == [None, cast.sun]
        assert [row.task for row in people[0][1]] == [task]
        task = Task.objects.everyone().get(pk=task.pk)
        services.hand_on(task, owner=cast.sun, by=cast.zhao, at=NOW)
        assert task in listed(cast.sun)

    def test_nor_where_whoever_held_it_has_gone(self, cast, customer):
        task = services.add(customer, text="讲解", due_on=TODAY, owner=cast.sun, by=cast.wang, at=NOW)
        cast.sun.is_active = False
        cast.sun.save()
        people = queries.of_outlets(looking(cast.zhao), now=NOW)
        assert [(person, [row.task for row in rows]) for person, rows in people] == [(None, [task])]


class TestLeave:
    def test_the_cover_does_what_is_due_and_the_rest_goes_back(self, cast, customer, task, away):
        later = services.add(customer, text="以后", due_on=TODAY + timedelta(days=3), by=cast.wang, at=NOW)
        assert listed(cast.sun) == [task]
        assert may_work(cast.sun, task)
        assert Customer.objects.visible_to(looking(cast.sun)).filter(pk=customer.pk).exists()
        services.finish(task, by=cast.sun, at=NOW)
        assert '"stood_in_for":"1001"' in AuditRecord.objects.get(verb="task.done").facts
        assert Task.objects.visible_to(looking(cast.sun)).get().closed_by == cast.sun  # what he did, today
        back = NOW + timedelta(days=2)
        assert listed(cast.wang, back) == [later]
        assert listed(cast.sun, back) == []
        assert not Task.objects.visible_to(looking(cast.sun, back)).exists()
        assert not Customer.objects.visible_to(looking(cast.sun, back)).filter(pk=customer.pk).exists()
        with pytest.raises(PermissionDenied):
            services.finish(later, by=cast.sun, at=back)

    def test_what_he_leaves_undone_is_there_when_she_is_back(self, cast, task, away):
        assert listed(cast.wang, NOW + timedelta(days=2)) == [task]

    def test_also_a_task_that_was_hers_by_name_and_nothing_without_a_page(self, cast, away):
        other = make_customer(cast.north, cast.zhao)
        task = services.add(other, text="代办", due_on=TODAY, owner=cast.wang, by=cast.zhao, at=NOW)
        assert listed(cast.sun) == [task]
        assert not Task.objects.visible_to(cast.sun).exists()

    def test_leave_that_is_taken_back_takes_it_back(self, cast, task, away):
        duty.cancel(away, by=cast.zhao, at=NOW)
        assert listed(cast.sun) == []
        with pytest.raises(PermissionDenied):
            services.finish(task, by=cast.sun, at=NOW)


def test_overdue_comes_first(cast, customer):
    days = [2, -3, 0, -1, 5]
    for day in days:
        Task.objects.create(
            customer=customer, text=str(day), due_on=TODAY + timedelta(days=day), created_at=NOW, created_by=cast.wang
        )
    groups = queries.mine(looking(cast.wang), now=NOW)
    assert [[row.task.text for row in group.rows] for group in groups] == [["-3", "-1"], ["0"], ["2", "5"]]
    card = queries.card(looking(cast.wang), NOW)
    assert [row.task.text for row in card.context["rows"]] == ["-3", "-1", "0", "2", "5"]
    assert queries.counts_by_holder(looking(cast.zhao), now=NOW) == {cast.wang.pk: 2}


@given(st.text(alphabet=" 字", max_size=3), st.integers(-5, 400), st.booleans(), st.booleans())
def test_a_task_is_taken_exactly_where_nothing_speaks_against(text, days, has_holder, works):
    verdict = rules.may_add(text, TODAY + timedelta(days=days), today=TODAY, has_holder=has_holder, holder_works=works)
    assert verdict.allowed == ("字" in text and 0 <= days <= 366 and has_holder and works)
