"""The move to a room of its own: what was written before is still there, and still chosen by its campaigns."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jiugong_desk.scripts.models import Script

BEFORE = [("campaigns", "0006_scoped_files")]


@pytest.mark.django_db(transaction=True)
def test_scripts_of_before_are_there_after(transactional_db):
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("scripts", None), *BEFORE])
    try:
        old = MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model("campaigns", "Script")
        content = {"steps": [{"key": "a", "title": "开场", "say": "您好。", "required": True, "questions": []}]}
        ref = old.objects.create(code="old", title="旧话术", content=content, state="approved").ref
    finally:
        MigrationExecutor(connection).migrate(newest)
    kept = Script.objects.get(ref=ref)
    assert (kept.title, kept.state, kept.content) == ("旧话术", "approved", content)
    assert kept.read.steps[0].say == "您好。"
