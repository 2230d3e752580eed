"""Who lifts a pause. What is paused now may have been paused by compliance: compliance looks at it once."""

from django.db import migrations, models


def held(apps, schema_editor):
    changes = apps.get_model("campaigns", "StateChange").objects
    changes.filter(state="paused", campaign__state="paused").update(for_review=True)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_amendments")]

    operations = [
        migrations.AddField(
            model_name="statechange", name="for_review", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(held, migrations.RunPython.noop),
    ]  # fmt: skip
