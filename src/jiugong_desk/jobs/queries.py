"""What the pages show of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from ..organisation.models import Staff
from . import registry
from .models import Job


@dataclass(frozen=True)
class Shown:
    """A job in words. `address` leads to what it is `about`; `percent` is None while nobody can say."""

    job: Job
    label: str | Promise
    step: str | Promise
    address: str
    percent: int | None
    about: str = ""


def of_staff(staff: Staff) -> QuerySet[Job]:
    jobs: QuerySet[Job] = Job.objects.visible_to(staff).order_by("-pk")
    return jobs


def shown(job: Job) -> Shown:
    work = registry.work_of(job.verb)
    percent = min(100, 100 * job.done // job.total) if job.total else None
    if work is None:
        return Shown(job, job.verb, "", "", percent)
    return Shown(job, work.label, work.steps.get(job.step, ""), work.address(job), percent, work.about(job))


def latest(verb: str, about: str) -> Job | None:
    """The newest work of this kind about a thing; whoever may see the thing may see how far it is."""
    found: Any = Job.objects.everyone().filter(key=f"{verb}:{about}").order_by("-pk").first()
    return found if isinstance(found, Job) else None
