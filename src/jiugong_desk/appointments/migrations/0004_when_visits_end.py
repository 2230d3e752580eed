"""Visits that were booked before had no end: a slot of the policy, or up to the next visit of the same two people."""

from datetime import timedelta

from django.db import migrations

from jiugong_desk.appointments.bridge import visits

LIVE = ("booked", "arrived", "finished")
BATCH = 500


def forwards(apps, schema_editor):
    table = apps.get_model("appointments", "Appointment")._base_manager
    length = timedelta(minutes=visits().slot_minutes)
    ends = {}
    for who in ("manager_id", "customer_id"):
        rows = table.filter(state__in=LIVE).order_by(who, "starts_at").values_list("pk", who, "starts_at")
        before = None
        for pk, person, start in rows.iterator(BATCH):
            if before and before[1] == person:
                ends[before[0]] = min(ends[before[0]], start)
            ends[pk] = min(ends.get(pk, start + length), start + length)
            before = (pk, person)
    rows = list(table.only("pk", "starts_at"))
    for row in rows:
        row.ends_at = ends.get(row.pk, row.starts_at + length)
    table.bulk_update(rows, ["ends_at"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_rooms_moves_and_ends")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
