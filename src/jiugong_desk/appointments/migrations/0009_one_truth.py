"""The earlier place of the one product goes. SQLite has made the table anew: its triggers as well."""

from django.db import migrations

from jiugong_desk.appointments import overlap


class Migration(migrations.Migration):
    dependencies = [("appointments", "0008_what_was_agreed")]
    operations = [
        migrations.RemoveField("appointment", "agreed_amount"),
        migrations.RemoveField("appointment", "agreed_product"),
        migrations.RemoveField("appointment", "product"),
        migrations.RemoveField("appointment", "unsuitable"),
        migrations.RunPython(overlap.create, migrations.RunPython.noop),
    ]
