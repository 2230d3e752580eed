"""What the one product of a visit was, as the first line of its interview."""

from django.db import migrations

BATCH = 500


def forwards(apps, schema_editor):
    visits = apps.get_model("appointments", "Appointment")._base_manager
    lines = apps.get_model("appointments", "Discussed")
    told = visits.filter(state="finished").exclude(agreed_product="")
    lines._base_manager.bulk_create(
        (
            lines(
                visit_id=visit.pk,
                category=visit.agreed_product,
                product_id=visit.product_id,
                outcome="agreed",
                amount=visit.agreed_amount,
                unsuitable=visit.unsuitable,
            )
            for visit in list(told)
        ),
        batch_size=BATCH,
    )


def backwards(apps, schema_editor):
    """The first product that was agreed; the others are lost, as the earlier record had one place."""
    visits = apps.get_model("appointments", "Appointment")._base_manager
    lines = apps.get_model("appointments", "Discussed")._base_manager
    for line in reversed(list(lines.filter(outcome="agreed").order_by("pk"))):
        visits.filter(pk=line.visit_id).update(
            agreed_product=line.category,
            product_id=line.product_id,
            agreed_amount=line.amount,
            unsuitable=line.unsuitable,
        )


class Migration(migrations.Migration):
    dependencies = [("appointments", "0007_discussed")]
    operations = [migrations.RunPython(forwards, backwards)]
