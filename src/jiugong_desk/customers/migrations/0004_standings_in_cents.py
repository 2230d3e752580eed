"""Sums of standings as whole cents; what stands is converted. Reversing converts back."""

from django.db import migrations, models

NAMES = ("assets", "current_value", "lifetime_value")


def _converted(to, expression):
    return ", ".join(f"{to.format(name)} = {expression.format(name)}" for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_came_with")]

    operations = [
        *[
            migrations.AddField("standing", f"{name}_cents", models.BigIntegerField(default=0))
            for name in NAMES
        ],
        migrations.RunSQL(
            f"UPDATE customers_standing SET {_converted('{}_cents', 'CAST(ROUND({} * 100) AS bigint)')}",
            f"UPDATE customers_standing SET {_converted('{}', '{}_cents / 100.0')}",
        ),
        *[
            migrations.AlterField("standing", name, models.DecimalField(max_digits=22, decimal_places=2, default=0))
            for name in NAMES
        ],
        *[migrations.RemoveField("standing", name) for name in NAMES],
    ]
