"""A year of invented publications, the same at every run."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steiger.lib.typesetting import fonts_as_ttf, pdf
from steiger.web.accounts.domain import audit
from steiger.web.directory.models import Actor, Term
from steiger.web.publications.domain import demo_texts
from steiger.web.publications.domain.demo_texts import SEEDS, Seed
from steiger.web.publications.domain.publishing import (
    AuthorGiven,
    begin_version,
    create,
    publish,
    put_file,
)
from steiger.web.publications.models import Document, DownloadCount, Publication, Version

TEMPLATE = Path(__file__).with_name("demo.typ")
NAMES = (
    "Beispiel-Institut für angewandte KI",
    "Beispielverband der Betriebe",
    "Redaktion Beispiel",
)
KINDS = {
    "guide": ("Leitfaden", "Guide"),
    "study": ("Studie", "Study"),
    "recording": ("Aufzeichnung", "Recording"),
    "newsletter": ("Rundbrief", "Newsletter"),
}


def load_demo(
    today: date | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Load the invented publications; a second time changes nothing.

    Args:
        today: the day to which their ages are counted back.
        progress: called with what is done now.

    Returns:
        How many publications, files and downloads are new.
    """
    if Publication.objects.filter(example=True).exists():
        return {"publications": 0, "files": 0, "downloads": 0}
    today = today or timezone.localdate()
    progress("Publications")
    fonts = (
        fonts_as_ttf(settings.FONT_SOURCES, settings.FONT_DIR) if settings.FONT_SOURCES else None
    )
    actors = list(Actor.objects.filter(is_example=True, state="published").order_by("pk")[:40])
    terms = {t.key: t for t in Term.objects.filter(vocabulary__in=("method", "technology"))}
    with transaction.atomic():
        for number, seed in enumerate(SEEDS):
            _write(number, seed, today=today, actors=actors, terms=terms, fonts=fonts)
        downloads = _download(today)
    return {
        "publications": len(SEEDS),
        "files": Document.objects.filter(version__publication__example=True).count(),
        "downloads": downloads,
    }


def _write(
    number: int,
    seed: Seed,
    *,
    today: date,
    actors: list[Actor],
    terms: dict[str, Term],
    fonts: Path | None,
) -> None:
    authors = [AuthorGiven(NAMES[number % len(NAMES)])]
    if actors:
        actor = actors[(number * 7) % len(actors)]
        authors.insert(0, AuthorGiven(actor.name, actor))
    first = today - timedelta(days=seed.age + 120 * (seed.versions - 1))
    spoken = _text("de") if seed.kind == "recording" or fonts is None else ""
    publication = create(
        by=audit.SYSTEM,
        values={
            "kind": seed.kind,
            "title_de": f"{seed.title_de} (Beispiel)",
            "title_en": f"{seed.title_en} (example)",
            "abstract_de": seed.about_de,
            "abstract_en": seed.about_en,
            "text_de": spoken,
            "text_en": _text("en") if spoken else "",
            "licence": seed.licence,
            "community": seed.community,
            "url": f"https://example.org/aufzeichnung/{number}" if seed.kind == "recording" else "",
        },
        authors=authors,
        topics=[terms[key] for key in seed.topics if key in terms],
        released_on=first,
        example=True,
    )
    for count in range(seed.versions):
        if count:
            version = begin_version(
                publication=publication,
                by=audit.SYSTEM,
                released_on=first + timedelta(days=120 * count),
                note_de="Neue Beispiele, Fristen und Verweise geprüft.",
                note_en="New examples, dates and references checked.",
            )
        else:
            version = publication.versions.get()
        if fonts is not None and seed.kind != "recording":
            _put_files(seed, version, [a.organisation for a in authors], fonts)
        publish(publication=publication, by=audit.SYSTEM)
    at = timezone.make_aware(datetime.combine(first, time(9)))
    Publication.objects.filter(pk=publication.pk).update(
        published_at=at, created_at=at, changed_at=at + timedelta(days=120 * (seed.versions - 1))
    )


def _text(language: str) -> str:
    sections = demo_texts.SECTIONS_DE if language == "de" else demo_texts.SECTIONS_EN
    return "\n\n".join(paragraph for _title, paragraph in sections)


def _put_files(seed: Seed, version: Version, authors: list[str], fonts: Path) -> None:
    from steiger.adapters.pdf.inspection import inspect

    for language in ("de", "en") if seed.english else ("de",):
        made_at = datetime.combine(version.released_on, time(9), timezone.get_default_timezone())
        # Our own file: it need not be read in a process of its own, which would take longer.
        data = pdf(
            TEMPLATE, _content(seed, version, authors, language), fonts=fonts, made_at=made_at
        )
        put_file(
            version=version, by=audit.SYSTEM, language=language, data=data, found=inspect(data)
        )


def _content(seed: Seed, version: Version, authors: list[str], language: str) -> dict[str, Any]:
    german = language == "de"
    sections = demo_texts.SECTIONS_DE if german else demo_texts.SECTIONS_EN
    points = demo_texts.POINTS_DE if german else demo_texts.POINTS_EN
    about = seed.about_de if german else seed.about_en
    written = [
        {"title": title, "paragraphs": [about, text] if n == 0 else [text]}
        for n, (title, text) in enumerate(sections)
    ]
    written[2]["points"] = list(points)
    return {
        "title": seed.title_de if german else seed.title_en,
        "authors": authors,
        "language": language,
        "kind": KINDS[seed.kind][0 if german else 1],
        "day": f"{version.released_on:%d.%m.%Y}" if german else f"{version.released_on:%d %B %Y}",
        "notice": "Beispiel: Diese Veröffentlichung ist erfunden."
        if german
        else "Example: this publication is invented.",
        "sections": written,
    }


def _download(today: date) -> int:
    """Invented downloads of a year: many in the first weeks, then fewer."""
    chance = random.Random(4)  # noqa: S311 - invented figures, no secret
    rows = []
    documents = Document.objects.filter(version__publication__example=True).select_related(
        "version"
    )
    for document in documents.order_by("pk"):
        first = max(document.version.released_on, today - timedelta(days=365))
        for day in range((today - first).days):
            number = int(chance.expovariate(1.0) * (3 + 12 / (1 + day / 10)) / 4)
            if number:
                rows.append(
                    DownloadCount(document=document, day=first + timedelta(days=day), number=number)
                )
    DownloadCount.objects.bulk_create(rows, batch_size=1000)
    return sum(row.number for row in rows)
