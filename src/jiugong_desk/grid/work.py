"""The grid's work in the background."""

from __future__ import annotations

from django.urls import reverse

from ..jobs.models import Job
from ..jobs.running import Run
from ..organisation.models import PolicyVersion
from . import services


def preview(run: Run) -> None:
    """What a policy's draft would move. Begun again after a crash it keeps the same; a draft that is gone is no work."""
    found = PolicyVersion.objects.filter(ref=run.job.arguments["ref"]).select_related("drafted_by").first()
    if found is None or run.job.by is None:
        return
    run.report("segment")
    services.preview(found, by=run.job.by, at=run.at, finish=run.finish)


def address(job: Job) -> str:
    return reverse("policy_version", kwargs={"ref": job.arguments["ref"]})
