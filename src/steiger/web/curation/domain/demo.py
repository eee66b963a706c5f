"""Invented proposals and claims that wait for the editors, so that their desk can be tried.

They come without mails: nobody stands behind their addresses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid5

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.regions import Region, SeedActor, example_actors, load_region
from steiger.web.accounts.domain.audit import SYSTEM, Entry, record_many
from steiger.web.curation.models import Evidence, Submission
from steiger.web.directory.domain.incoming import Reader, item_of_seed
from steiger.web.directory.domain.sources import OWNER, get_source
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.models import Actor

NAMESPACE = UUID("0c3c5a52-6f0c-4c35-9a3b-5d3c2b0f6f11")
PROPOSALS, CLAIMS = 16, 4
#: Another than that of the examples on the map.
SEED = 7
Kind, State = Submission.Kind, Submission.State
#: What shows the relation to AI, in turn; the last ones show nothing, so that something is asked.
PROOFS = (
    (Evidence.Kind.PRODUCT, "Produktseite mit Beschreibung des Modells"),
    (Evidence.Kind.PROJECT, "Gefördertes Verbundprojekt mit zwei Hochschulen"),
    (Evidence.Kind.COURSE, "Zertifikatskurs Maschinelles Lernen, zweimal im Jahr"),
    (Evidence.Kind.PUBLICATION, "Beitrag auf einer Fachtagung"),
    None,
)
WORDS = "Wir sind neu hier und möchten gefunden werden. (Erfundenes Beispiel)"


@transaction.atomic
def load_demo(now: datetime) -> dict[str, int]:
    """Make submissions of the three weeks before ``now``; a second time does nothing."""
    rows = [*_proposals(now), *_claims(now)]
    new = [row for row in rows if not Submission.objects.filter(pk=row.pk).exists()]
    Submission.objects.bulk_create(new)
    Evidence.objects.bulk_create(
        proof for place, row in enumerate(new) for proof in _proofs(row, place)
    )
    acts = [(f"curation.{row.kind}.propose", str(row.pk)) for row in new]
    entries = [Entry(act, "curation.submission", number) for act, number in acts]
    record_many(by=SYSTEM, entries=entries)
    return {"submissions": len(new)}


def _proposals(now: datetime) -> list[Submission]:
    region = load_region(settings.REGION)
    reader = Reader(region, vocabulary(), timezone.localdate(now))
    source = get_source(OWNER)
    random = np.random.default_rng(SEED)
    rows = []
    for place, actor in enumerate(_newcomers(region)):
        begin = now - timedelta(
            days=21 * (1 - place / PROPOSALS), minutes=int(random.integers(600))
        )
        rows.append(
            Submission(
                id=uuid5(NAMESPACE, f"new/{place}"),
                kind=Kind.NEW,
                state=State.WAITING,
                title=actor.name,
                after=to_data(item_of_seed(actor, place, reader).build(source)),
                details={"kind": actor.kind, "example": True},
                email=f"vorschlag-{place + 1}@example.org",
                person_name=f"Beispiel-Person {place + 1}",
                words=WORDS if place % 3 == 0 else "",
                created_at=begin,
                confirmed_at=begin + timedelta(minutes=4),
            )
        )
    return rows


def _newcomers(region: Region) -> list[SeedActor]:
    """Invented actors that are not on the map."""
    known = set(Actor.objects.filter(is_example=True).values_list("name", flat=True))
    made = example_actors(region, len(known) + PROPOSALS, seed=SEED)
    return list(islice((actor for actor in made if actor.name not in known), PROPOSALS))


def _claims(now: datetime) -> list[Submission]:
    actors = Actor.objects.filter(is_example=True, state=Actor.State.PUBLISHED).order_by("pk")
    return [
        Submission(
            id=uuid5(NAMESPACE, f"claim/{place}"),
            kind=Kind.CLAIM,
            state=State.WAITING,
            actor=actor,
            title=actor.name,
            details={"example": True},
            email=f"vertretung-{place + 1}@example.org",
            person_name=f"Beispiel-Vertretung {place + 1}",
            words="Ich leite dort den Bereich Daten. (Erfundenes Beispiel)",
            created_at=now - timedelta(days=2 + 3 * place),
            confirmed_at=now - timedelta(days=2 + 3 * place, minutes=-9),
        )
        for place, actor in enumerate(actors[:CLAIMS])
    ]


def _proofs(row: Submission, place: int) -> list[Evidence]:
    if row.kind != Kind.NEW:
        return []
    seat = Evidence(submission=row, rule="seat", kind=Evidence.Kind.SEAT, text="Impressum")
    shown = PROOFS[place % len(PROOFS)]
    if shown is None:
        return [seat]
    kind, text = shown
    return [seat, Evidence(submission=row, rule="relation_to_ai", kind=kind, text=text)]
