"""Every visit has an end, and no two live ones of a manager, a customer or a room overlap (`appointments.overlap`)."""

from django.db import migrations, models

from jiugong_desk.appointments import overlap


class Migration(migrations.Migration):
    dependencies = [("appointments", "0004_when_visits_end")]
    operations = [
        migrations.AlterField("appointment", "ends_at", models.DateTimeField()),
        migrations.RunPython(overlap.create, overlap.drop),
    ]
