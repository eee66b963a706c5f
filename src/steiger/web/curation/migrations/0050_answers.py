from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("curation", "0040_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="question",
            field=models.TextField(
                blank=True, default="", help_text="What the editors asked in their own words."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="answer",
            field=models.TextField(
                blank=True, default="", help_text="What the person answered."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
