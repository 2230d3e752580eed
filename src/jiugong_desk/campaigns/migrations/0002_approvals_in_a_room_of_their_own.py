"""Decisions move to the approvals' room. What was decided is carried over; what waits is asked there."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import migrations, models


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Decisions of plans, the plans that wait, and the scripts that wait. A review waits for every plan not launched."""
    Approval = apps.get_model("approvals", "Approval")
    for campaign in apps.get_model("campaigns", "Campaign").rows.all():
        makers = sorted({campaign.drafted_by.person_key, *campaign.plan_versions.values_list("by__person_key", flat=True)})
        shared = {
            "about": campaign.ref, "title": campaign.title, "unit": campaign.unit, "makers": makers,
            "asked_by": campaign.drafted_by, "asked_at": campaign.submitted_at or campaign.drafted_at,
        }  # fmt: skip
        for old in campaign.approvals.order_by("id"):
            state = "approved" if old.decision == "approve" else "rejected"
            Approval.rows.create(
                kind="plan", digest=old.payload, state=state, decided_by=old.by, decided_at=old.at,
                comment=old.comment, **shared,
            )  # fmt: skip
        newest = campaign.plan_versions.order_by("-number").first()
        waiting = {"submitted": ("plan_review", "plan"), "approved": ("plan_review",)}.get(campaign.state, ())
        for kind in waiting if newest else ():
            Approval.rows.create(kind=kind, digest=newest.digest, **shared)
    for script in apps.get_model("campaigns", "Script").objects.filter(state="draft").exclude(drafted_by=None):
        post = script.drafted_by.postings.filter(ended_on=None).order_by("id").first()
        if post is not None:
            Approval.rows.create(
                kind="script", about=script.ref, title=f"{script.title} v{script.version}", unit=post.unit,
                digest=_digest([script.code, script.version, script.title, script.content]),
                makers=[script.drafted_by.person_key], asked_by=script.drafted_by, asked_at=script.drafted_at,
            )  # fmt: skip


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("approvals", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="script",
            name="state",
            field=models.CharField(
                choices=[("draft", "草稿"), ("approved", "已审定"), ("returned", "已退回")], default="draft", max_length=10
            ),
        ),
        # Not reversible: who reviewed a plan has no place in the old table.
        migrations.RunPython(carry_over),
        migrations.DeleteModel(name="Approval"),
    ]
