"""One's own work: nobody else's is there; progress for htmx, plain pages without."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiugong_desk.jobs import registry, services
from jiugong_desk.jobs.models import Job
from tests.support.cast import NOW
from tests.support.worker import register_all

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def job(cast) -> Job:
    register_all()
    registry.register(registry.Work("test.linked", "装载", lambda run: None, address=lambda job: "/customers/", steps={"read": "读取"}))  # fmt: skip
    return services.enqueue("test.linked", about="thing", by=cast.steward, at=NOW)


def address(name: str, job: Job) -> str:
    return reverse(name, kwargs={"ref": job.ref})


def test_another_persons_work_does_not_exist(cast, login, job):
    for person in (cast.wang, cast.admin, cast.auditor):
        client = login(person)
        for name in ("job", "job_progress"):
            assert client.get(address(name, job)).status_code == 404
        assert client.post(address("job_cancel", job)).status_code == 404
        assert job.ref not in client.get(reverse("jobs")).content.decode()
    job.refresh_from_db()
    assert job.state == "waiting"


def test_the_list_leads_to_the_thing(cast, login, job):
    page = login(cast.steward).get(reverse("jobs")).content.decode()
    assert "装载" in page
    assert address("job", job) in page
    assert 'href="/customers/"' in page


def test_the_bar_polls_until_the_end_then_the_page_is_drawn_anew(cast, login, job):
    client = login(cast.steward)
    Job.objects.everyone().filter(pk=job.pk).update(state="running", step="read", done=250, total=1000)
    going = client.get(address("job_progress", job), **HTMX)
    text = going.content.decode()
    assert 'value="25"' in text
    assert "读取" in text
    assert "250 / 1,000" in text
    assert "HX-Refresh" not in going
    assert f'hx-get="{address("job_progress", job)}"' in text
    Job.objects.everyone().filter(pk=job.pk).update(state="done")
    over = client.get(address("job_progress", job), **HTMX)
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in over.content.decode()


def test_cancelled_by_a_plain_form(cast, login, job):
    client = login(cast.steward)
    answer = client.post(address("job_cancel", job), follow=True)
    assert "已要求取消" in answer.content.decode()
    assert "已按您的要求取消" in answer.content.decode()
    again = client.post(address("job_cancel", job))
    assert again.status_code == 409
    assert "任务已经结束" in again.content.decode()
