"""What an actor offers, as a column for lists; filled from the roles and descriptions."""

from collections import defaultdict

from django.db import migrations, models

LENGTH = 180


def fill(apps, schema_editor):
    """The first offer of the strongest source, else the description (see ``domain.summary``)."""
    Actor = apps.get_model("directory", "Actor")
    roles, texts = defaultdict(list), defaultdict(list)
    for role in (
        apps.get_model("directory", "Role").objects.filter(state="accepted", hidden=False)
        .exclude(offer_de="", offer_en="").order_by("-source__precedence", "term__position")
    ):
        roles[role.actor_id].append((role.offer_de, role.offer_en))
    for text in (
        apps.get_model("directory", "Description").objects.filter(hidden=False)
        .order_by("-source__precedence")
    ):
        texts[text.actor_id].append((text.language, text.text))
    changed = []
    for actor in Actor.objects.filter(pk__in=[*roles, *texts]) if roles or texts else []:
        for language in ("de", "en"):
            if roles[actor.pk]:
                de, en = roles[actor.pk][0]
                found = (de or en) if language == "de" else (en or de)
            else:
                ranked = sorted(texts[actor.pk], key=lambda row: row[0] != language)
                found = ranked[0][1] if ranked else ""
            setattr(actor, f"offer_{language}", shortened(found))
        changed.append(actor)
    Actor.objects.bulk_update(changed, ["offer_de", "offer_en"], batch_size=200)


def shortened(text):
    text = " ".join(text.split())
    if len(text) <= LENGTH:
        return text
    return f"{text[:LENGTH].rsplit(' ', 1)[0].rstrip(',;:–-')} …"


class Migration(migrations.Migration):

    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="actor",
            name="offer_de",
            field=models.CharField(blank=True, help_text="What it offers, one line.", max_length=200),
        ),
        migrations.AddField(
            model_name="actor",
            name="offer_en",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
