"""Questions that were open before are kept where answers stand, so that persons still read them."""

from django.db import migrations


def keep(apps, schema_editor):
    """The last question of each submission that waits for an answer."""
    Submission = apps.get_model("curation", "Submission")
    Decision = apps.get_model("curation", "Decision")
    for row in Submission.objects.filter(state="asked").exclude(reason_words=""):
        asked = Decision.objects.filter(submission=row, outcome="ask", undone_at=None)
        last = asked.order_by("pk").last()
        if last is not None and not last.question:
            last.question = row.reason_words
            last.save(update_fields=["question"])


class Migration(migrations.Migration):

    dependencies = [("curation", "0050_answers")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
