"""Scripts move here from the campaigns' room. Only Django's notion of whose they are changes: the table stays, with
its name and its rows, so that nothing has to be copied and a site moves over in no time. The campaigns' migration 0007
is the other half: it points to this model and forgets its own.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jiugong_desk.core.refs


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0002_approvals_in_a_room_of_their_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Script",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("ref", jiugong_desk.core.refs.RefField(default=jiugong_desk.core.refs.new_ref, editable=False, max_length=14, unique=True)),
                        ("code", models.CharField(max_length=40)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("title", models.CharField(max_length=80)),
                        ("content", models.JSONField()),
                        ("state", models.CharField(choices=[("draft", "草稿"), ("approved", "已审定"), ("returned", "已退回")], default="draft", max_length=10)),
                        ("drafted_at", models.DateTimeField(blank=True, null=True)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("approved_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("drafted_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "db_table": "campaigns_script",
                        "ordering": ["code", "-version"],
                        "constraints": [models.UniqueConstraint(fields=("code", "version"), name="script_version")],
                    },
                )
            ],
        )
    ]
