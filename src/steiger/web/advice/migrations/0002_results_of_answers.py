"""Answers that were told to firms' cases before say there what they count as."""

from django.db import migrations

RESULTS = {
    "used": "in_use",
    "trying": "trying",
    "planned": "planned",
    "open": "not_begun",
    "dropped": "decided_against",
}


def fill(apps, schema_editor):
    """From the answers, which stay when words are erased; what was written by hand is not touched."""
    CaseEntry = apps.get_model("cases", "CaseEntry")
    FollowUp = apps.get_model("advice", "FollowUp")
    told = {
        f"follow-up/{booking}/{days}": RESULTS[answer]
        for booking, days, answer in FollowUp.objects.filter(answer__in=RESULTS).values_list(
            "booking_id", "days", "answer"
        )
    }
    entries = CaseEntry.objects.filter(room="advice", kind="outcome", result="")
    changed = []
    for entry in entries.only("source", "result"):
        if entry.source in told:
            entry.result = told[entry.source]
            changed.append(entry)
    CaseEntry.objects.bulk_update(changed, ["result"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [("advice", "0001_initial"), ("cases", "0003_outcome_results")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
