"""Calls know the visit that they booked. By itself, since PostgreSQL alters no table whose rows it has just changed."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def link_visits(apps, schema_editor) -> None:
    """Visits that a call had booked: they were written in its transaction, so they bear its moment."""
    calls, visits = apps.get_model("calls", "Call"), apps.get_model("appointments", "Appointment")
    booked = visits._base_manager.filter(entry=OuterRef("entry"), booked_at=OuterRef("at")).order_by("pk")
    rows = calls._base_manager.filter(outcome="invited", visit=None)
    rows.update(visit=Subquery(booked.values("pk")[:1]))


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_taking_back_and_correcting")]
    operations = [migrations.RunPython(link_visits, migrations.RunPython.noop)]
