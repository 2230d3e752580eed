"""Scripts are the scripts' room's now (its migration 0001): the same table, no row is touched."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_scoped_files"), ("scripts", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="campaign",
                    name="script",
                    field=models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="scripts.script", verbose_name="话术",
                    ),
                ),
                migrations.DeleteModel(name="Script"),
            ],
        )
    ]  # fmt: skip
