"""What was told to a subscriber becomes a level, so that a higher one is told, too."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def levels_of_alerts(apps: Any, schema_editor: Any) -> None:
    """Whoever was alerted was told the level of the last alert."""
    subscriptions = apps.get_model("flood", "Subscription").objects.using(schema_editor.connection.alias)
    for subscription in subscriptions.filter(alerted=True):
        last = subscription.notices.filter(kind="alert").order_by("-id").first()
        subscription.told = last.event.after if last else subscription.level
        subscription.save(update_fields=["told"])


def alerts_of_levels(apps: Any, schema_editor: Any) -> None:
    """The way back."""
    subscriptions = apps.get_model("flood", "Subscription").objects.using(schema_editor.connection.alias)
    subscriptions.filter(told__gt=0).update(alerted=True)


class Migration(migrations.Migration):

    dependencies = [
        ('flood', '0003_learning_anew'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='told',
            field=models.PositiveSmallIntegerField(default=0, help_text='Highest level that was told since the last all-clear; 0 is none.'),
        ),
        migrations.RunPython(levels_of_alerts, alerts_of_levels),
        migrations.RemoveField(
            model_name='subscription',
            name='alerted',
        ),
    ]
