"""Asking, claiming, cancelling and ending work: one conditional UPDATE decides each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core.errors import Stale
from jiugong_desk.core.refs import ALPHABET, LENGTH
from jiugong_desk.jobs import registry, rules, services
from jiugong_desk.jobs.models import Job
from jiugong_desk.jobs.worker import Worker
from tests.support.cast import NOW, make_cast
from tests.support.worker import register_all

MACHINE = datetime(2026, 11, 28, 9, tzinfo=UTC)
LEASE = timedelta(seconds=20)
undone: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def _work():
    register_all()
    undone.clear()
    registry.register(
        registry.Work(
            "test.noted", "noted", lambda run: None, undone=lambda job, why: undone.append((job.ref, why.code))
        )
    )


@pytest.fixture(autouse=True)
def _machine(monkeypatch):
    monkeypatch.setattr("jiugong_desk.core.clock.machine_now", lambda: MACHINE)


def ask(cast, verb="test.noted", about="thing", **arguments) -> Job:
    return services.enqueue(verb, about=about, by=cast.steward, at=NOW, arguments=arguments)


def take(worker="one", machine=MACHINE) -> Job | None:
    return services.claim(worker=worker, at=NOW, machine=machine, lease=LEASE)


def make_worker(**more) -> Worker:
    return Worker(now=lambda: NOW, machine=lambda: MACHINE, name="test", pulse=False, **more)


def test_the_same_work_asked_twice_is_one(cast):
    first = ask(cast)
    assert ask(cast).pk == first.pk
    assert ask(cast, about="other").pk != first.pk
    held = take()
    assert held is not None
    services.end(held, Job.State.DONE, at=NOW)
    assert ask(cast).pk != first.pk, "it has ended: asked again, it is done again"


def test_the_database_refuses_a_second_open_job_of_one_key(cast):
    job = ask(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(verb=job.verb, key=job.key, asked_at=NOW, not_before=MACHINE)


@pytest.mark.parametrize("value", ["13800138000", "张三", "6222 0212 3456", 13800138000, None, ["a"], "a" * 41])
def test_arguments_hold_references_only(cast, value):
    with pytest.raises(AssertionError, match="references only"):
        ask(cast, what=value)
    assert not Job.objects.everyone().exists()


@given(st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_every_reference_of_ours_may_be_handed_over(ref):
    assert rules.are_references({"ref": ref, "as_of": "2026-03-02", "count": 12, "fresh": True})


def test_one_worker_has_it_until_its_lease_ends(cast):
    job = ask(cast)
    held = take("one")
    assert held is not None
    assert (held.pk, held.state, held.attempts, held.worker) == (job.pk, "running", 1, "one")
    assert take("two") is None
    assert take("two", MACHINE + LEASE) is None
    again = take("two", MACHINE + LEASE + timedelta(seconds=1))
    assert again is not None
    assert (again.attempts, again.worker, again.started_at) == (2, "two", held.started_at)
    assert not services.held(held).exists(), "the first attempt may write nothing any more"
    assert not services.end(held, Job.State.DONE, at=NOW)
    assert services.end(again, Job.State.DONE, at=NOW)


def test_what_dies_again_and_again_is_given_up_and_said(cast):
    job = ask(cast)
    for number in range(rules.MOST_ATTEMPTS):
        assert take(machine=MACHINE + number * 2 * LEASE) is not None
    assert take(machine=MACHINE + rules.MOST_ATTEMPTS * 2 * LEASE) is None
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "given_up")
    assert job.error == "处理进程 5 次异常中止，已停止重试。 请稍后重试；再次失败时请系统管理员查看服务日志。"
    assert undone == [(job.ref, "given_up")]


def test_stopping_a_worker_is_no_failure_of_the_work(cast):
    job = ask(cast)
    for _ in range(2 * rules.MOST_ATTEMPTS):
        held = take()
        assert held is not None
        services.put_back(held, machine=MACHINE)
    job.refresh_from_db()
    assert (job.state, job.failures) == ("waiting", 0)


def test_cancelled_while_it_waits_it_never_begins(cast):
    job = ask(cast)
    services.cancel(job, by=cast.steward, at=NOW)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("cancelled", "cancelled")
    assert undone == [(job.ref, "cancelled")]
    assert take() is None
    record = AuditRecord.objects.get()
    assert (record.verb, record.about_ref, record.facts) == ("job.cancelled", job.ref, '{"kind":"test.noted"}')
    with pytest.raises(Stale):
        services.cancel(job, by=cast.steward, at=NOW)


def test_cancelled_while_it_runs_it_ends_at_its_next_check(cast):
    job = ask(cast, "test.count_up", steps=3)
    held = take()
    services.cancel(job, by=cast.steward, at=NOW)
    run_of = registry.work_of("test.count_up")
    seen = []

    def beaten(run):
        run.beat()  # what the pulse does each second
        seen.append(run.cancelled.is_set())
        run_of.do(run)

    registry.register(registry.Work("test.count_up", "", beaten))
    make_worker().perform(held)
    job.refresh_from_db()
    assert seen == [True]
    assert job.state == "cancelled"
    assert not AuditRecord.objects.filter(verb="test.counted").exists()


def test_a_refusal_ends_it_with_its_sentence_and_is_not_tried_again(cast):
    job = ask(cast, "test.refusing")
    assert make_worker().run(until_idle=True) == 1 + len(registry.repeated())  # and the desk's own housekeeping
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error, job.attempts) == ("failed", "not_today", "今天不行。 请明天再试。", 1)


def test_an_error_of_ours_ends_the_worker_goes_back_and_tells_no_data(cast, caplog):
    job = ask(cast, "test.broken")
    held = take()
    with pytest.raises(ValueError, match="客户"):
        make_worker().perform(held)
    job.refresh_from_db()
    assert (job.state, job.not_before, job.failures) == ("waiting", MACHINE + timedelta(seconds=2), 1)
    assert "ValueError" in caplog.text
    assert "broken (" in caplog.text
    assert "13800138000" not in caplog.text
    Job.objects.everyone().filter(pk=job.pk).update(attempts=rules.MOST_ATTEMPTS - 1, not_before=MACHINE)
    with pytest.raises(ValueError, match="客户"):
        make_worker().perform(take())
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "given_up")


def test_a_verb_that_nobody_knows_any_more_fails_with_words(cast):
    job = Job.objects.create(verb="gone.verb", key="gone", asked_at=NOW, not_before=MACHINE)
    make_worker().run(until_idle=True)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "unknown_work")


def test_told_to_stop_it_takes_nothing_more(cast):
    ask(cast)
    stop = Event()
    stop.set()
    assert make_worker(stop=stop).run() == 0
    assert make_worker(alive=lambda: False).run() == 0


def test_housekeeping_repeats_itself_and_forgets_what_is_old(cast):
    old = ask(cast)
    Job.objects.everyone().filter(pk=old.pk).update(state="done", ended_at=NOW - timedelta(days=31))
    kept = ask(cast)
    Job.objects.everyone().filter(pk=kept.pk).update(state="done", ended_at=NOW - timedelta(days=29))
    make_worker().run(until_idle=True)
    assert set(Job.objects.everyone().filter(by=cast.steward).values_list("pk", flat=True)) == {kept.pk}
    services.ask_repeated(at=NOW, machine=MACHINE)
    waiting = Job.objects.everyone().get(verb="jobs.forget", state="waiting")
    assert waiting.not_before == MACHINE + timedelta(hours=6)
    services.ask_repeated(at=NOW, machine=MACHINE)
    assert Job.objects.everyone().filter(verb="jobs.forget", state="waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_take_each_job_once():
    cast = make_cast()
    for number in range(30):
        ask(cast, about=f"thing-{number}")

    def work(name: int) -> list[int]:
        taken = []
        try:
            while (job := take(str(name))) is not None:
                taken.append(job.pk)
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [pk for done in pool.map(work, range(8)) for pk in done]
    assert len(taken) == len(set(taken)) == 30


@pytest.mark.django_db(transaction=True)
def test_asked_by_many_at_once_it_is_one():
    cast = make_cast()

    def asked(_: int) -> int:
        try:
            return ask(cast).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(asked, range(8)))) == 1
