"""A slot can be held for a customer who is being spoken to. The guards of `overlap.py` come last, both ways."""

from django.db import migrations, models

from jiugong_desk.appointments import overlap


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0009_one_truth'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, overlap.create),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='one_visit_per_manager_and_slot',
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='one_visit_per_customer_and_slot',
        ),
        migrations.RemoveConstraint(
            model_name='appointment',
            name='one_visit_per_room_and_slot',
        ),
        migrations.AddField(
            model_name='appointment',
            name='held_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='state',
            field=models.CharField(choices=[('held', '暂留'), ('booked', '已预约'), ('arrived', '已到店'), ('finished', '已面谈'), ('missed', '未到店'), ('cancelled', '已取消')], default='booked', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'arrived', 'finished', 'held'])), fields=('manager', 'starts_at'), name='one_visit_per_manager_and_slot'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'arrived', 'finished', 'held'])), fields=('customer', 'starts_at'), name='one_visit_per_customer_and_slot'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'arrived', 'finished', 'held'])), fields=('room', 'starts_at'), name='one_visit_per_room_and_slot'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'held')), fields=('booked_by',), name='one_held_slot_a_person'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_until__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('held_until', None)), _connector='OR'), name='only_a_held_slot_runs_out'),
        ),
        migrations.RunPython(overlap.create, migrations.RunPython.noop),
    ]
