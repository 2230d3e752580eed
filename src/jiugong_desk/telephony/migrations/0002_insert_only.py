"""Messages of exchanges can be inserted and read; triggers refuse change and deletion, whoever asks."""

from django.db import migrations

from jiugong_desk.telephony import triggers


def forwards(apps, schema_editor):
    for statement in triggers.create_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in triggers.drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("telephony", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
