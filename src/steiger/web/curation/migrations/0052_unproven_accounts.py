"""Open submissions forget an account whose address was never confirmed for them."""

from django.db import migrations

OPEN = ("unconfirmed", "waiting", "second", "asked")


def forget(apps, schema_editor):
    """Whoever was signed in when another address was typed has proven nothing about that one."""
    Submission = apps.get_model("curation", "Submission")
    rows = Submission.objects.filter(kind__in=("new", "claim"), state__in=OPEN, user__isnull=False)
    found = rows.exclude(email="").values_list("pk", "user__email", "email")
    keys = [pk for pk, own, typed in found if own.lower() != typed.lower()]
    Submission.objects.filter(pk__in=keys).update(user=None)


class Migration(migrations.Migration):

    dependencies = [("curation", "0051_open_questions")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
