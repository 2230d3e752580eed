"""Real workers, really killed: another finishes the work, and what counts once counts once."""

from __future__ import annotations

import signal

import pytest

from jiugong_desk.audit.models import AuditRecord
from jiugong_desk.core import clock
from jiugong_desk.jobs import services
from jiugong_desk.jobs.models import Job
from tests.support.cast import NOW, make_cast
from tests.support.worker import register_all, wait_for, worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _work():
    register_all()


def ask(cast, verb="test.count_up", **arguments) -> Job:
    return services.enqueue(verb, about="thing", by=cast.steward, at=NOW, arguments=arguments)


def seen(job: Job) -> Job:
    return Job.objects.everyone().get(pk=job.pk)


def counted() -> int:
    return AuditRecord.objects.filter(verb="test.counted").count()


def finished(job: Job, *workers) -> None:
    wait_for(lambda: not seen(job).is_open, "the job ends", *workers)


def test_killed_in_the_middle_another_completes_it():
    job = ask(make_cast())
    with worker() as first:
        wait_for(lambda: seen(job).done > 3, "it comes forward", first)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert seen(job).state == "running", "nobody has told anybody"
    with worker() as second:
        finished(job, second)
    job = seen(job)
    assert (job.state, job.attempts, job.result, counted()) == ("done", 2, {"steps": 40}, 1)


@pytest.mark.parametrize(("point", "attempts"), [("begin", 2), ("inside", 2), ("after", 1)])
def test_killed_at_each_point_it_counts_once(point, attempts):
    job = ask(make_cast(), steps=2)
    with worker(JIUGONG_DIE_AT=point) as first:
        assert first.wait(60) == -signal.SIGKILL
    with worker() as second:
        finished(job, second)
        wait_for(lambda: Job.objects.everyone().filter(by=None, state="done").exists(), "it goes on", second)
    job = seen(job)
    assert (job.state, job.attempts, counted()) == ("done", attempts, 1)


def test_told_to_stop_it_gives_the_work_back_at_once():
    job = ask(make_cast())
    with worker(JIUGONG_JOB_LEASE_SECONDS="600") as first:
        wait_for(lambda: seen(job).state == "running", "it begins", first)
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
    assert (seen(job).state, seen(job).failures) == ("waiting", 0)
    with worker(JIUGONG_JOB_LEASE_SECONDS="600") as second:
        finished(job, second)
    assert counted() == 1


def test_a_worker_that_lost_its_lease_changes_nothing():
    """It was taken for dead (a stalled machine), and wakes up."""
    job = ask(make_cast(), "test.stubborn")
    with worker() as first:
        wait_for(lambda: seen(job).state == "running", "it begins", first)
        late = clock.machine_now() + services.KEPT
        other = services.claim(worker="other", at=NOW, machine=late, lease=services.KEPT)
        assert other is not None
        assert services.end(other, Job.State.DONE, at=clock.now())
        following = services.enqueue("test.count_up", about="next", by=other.by, at=NOW, arguments={"steps": 1})
        finished(following, first)
    assert counted() == 1, "that of the job that followed"
    assert seen(job).worker == "other"


def test_a_failing_worker_says_where_and_quotes_nothing():
    job = ask(make_cast(), "test.broken")
    with worker() as first:
        assert first.wait(60) == 1
        assert "worker ended: ValueError < broken (" in first.error
        assert "13800138000" not in first.error
    assert seen(job).state == "waiting"
