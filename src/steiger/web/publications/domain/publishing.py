"""Writing, publishing and withdrawing publications: one function per act."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from steiger.adapters.pdf import Inspection
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.slugs import base_slug
from steiger.web.directory.models import Actor, Term
from steiger.web.publications.domain.checking import MUST, findings_of
from steiger.web.publications.domain.searching import refresh
from steiger.web.publications.models import Author, Document, Publication, Version

#: From this many signs on, a text beside an inaccessible file counts as its accessible form.
ENOUGH_TEXT = 400
#: Words that stand at this place in other addresses of the room.
RESERVED = frozenset({"verwaltung", "anfordern"})
#: Fields that people edit.
FIELDS = (
    "kind",
    "title_de",
    "title_en",
    "abstract_de",
    "abstract_en",
    "text_de",
    "text_en",
    "licence",
    "community",
    "url",
)


class NotReadyError(ValueError):
    """It cannot be published yet; ``reasons`` are keys of ``interfaces.staff.REASONS``."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class AuthorGiven:
    """An organisation: an actor of the map, or a name."""

    organisation: str
    actor: Actor | None = None


@transaction.atomic
def create(
    *,
    by: audit.Actor,
    values: Mapping[str, Any],
    authors: Sequence[AuthorGiven],
    topics: Sequence[Term],
    released_on: date,
    doi: str = "",
    example: bool = False,
) -> Publication:
    """Begin a publication as a draft with its first version."""
    slug = _free_slug(values["title_de"])
    publication = Publication.objects.create(
        slug=slug, example=example, **{name: values.get(name, "") for name in FIELDS}
    )
    Version.objects.create(publication=publication, number=1, released_on=released_on, doi=doi)
    _write_authors(publication, authors)
    publication.topics.set(topics)
    refresh(publication)
    audit.record(by=by, act="publications.publication.create", on=publication)
    return publication


@transaction.atomic
def change(
    *,
    publication: Publication,
    by: audit.Actor,
    values: Mapping[str, Any],
    authors: Sequence[AuthorGiven],
    topics: Sequence[Term],
) -> Publication:
    """Change what is said about a publication; its address stays.

    Raises:
        NotReadyError: it is published and would lose what it needs for that.
    """
    locked = Publication.objects.select_for_update().get(pk=publication.pk)
    changes: dict[str, list[Any]] = {}
    for name in FIELDS:
        before, after = getattr(locked, name), values.get(name, "")
        if before != after:
            changes[name] = [str(before)[:200], str(after)[:200]]
            setattr(locked, name, after)
    locked.changed_at = timezone.now()
    locked.save()
    _write_authors(locked, authors)
    locked.topics.set(topics)
    if locked.state == Publication.State.PUBLISHED:
        shown = locked.versions.filter(public=True).first()
        if missing := missing_in(locked, shown):
            raise NotReadyError(missing)
    refresh(locked)
    audit.record(by=by, act="publications.publication.change", on=locked, changes=changes)
    return locked


@transaction.atomic
def begin_version(
    *,
    publication: Publication,
    by: audit.Actor,
    released_on: date,
    doi: str = "",
    note_de: str = "",
    note_en: str = "",
) -> Version:
    """Begin the next version. Until it is published, readers see the version before it."""
    locked = Publication.objects.select_for_update().get(pk=publication.pk)
    last = locked.versions.first()
    version = Version.objects.create(
        publication=locked,
        number=(last.number if last else 0) + 1,
        released_on=released_on,
        doi=doi,
        note_de=note_de,
        note_en=note_en,
    )
    audit.record(by=by, act="publications.version.begin", on=version)
    return version


@transaction.atomic
def put_file(
    *, version: Version, by: audit.Actor, language: str, data: bytes, found: Inspection
) -> Document:
    """Keep a PDF that was read by :func:`.checking.read_pdf`; it takes the place of an older one.

    Raises:
        ValueError: the version was published; a changed file is a new version.
    """
    locked = Version.objects.select_for_update().get(pk=version.pk)
    if locked.public:
        raise ValueError("The files of a published version stay as they are.")
    digest = hashlib.sha256(data).hexdigest()
    path = f"publications/{digest[:2]}/{digest}.pdf"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(data))
    Document.objects.filter(version=locked, language=language).delete()
    document = Document.objects.create(
        version=locked,
        language=language,
        path=path,
        size=len(data),
        sha256=digest,
        pages=found.pages,
        findings=findings_of(found, language),
        texts=list(found.texts),
    )
    refresh(locked.publication)
    audit.record(by=by, act="publications.document.put", on=document)
    return document


@transaction.atomic
def publish(*, publication: Publication, by: audit.Actor) -> Publication:
    """Let the public see it, in its newest version.

    Raises:
        NotReadyError: something is missing.
    """
    locked = Publication.objects.select_for_update().get(pk=publication.pk)
    if missing := not_ready(locked):
        raise NotReadyError(missing)
    version = locked.versions.first()
    assert version is not None  # noqa: S101 - not_ready() names a missing version
    fresh = not version.public
    if locked.state == Publication.State.PUBLISHED and not fresh:
        return locked
    version.public = True
    version.save(update_fields=["public"])
    locked.state = Publication.State.PUBLISHED
    locked.withdrawn_reason = ""
    locked.changed_at = timezone.now()
    if locked.published_at is None:
        locked.published_at = locked.changed_at
    locked.save()
    refresh(locked)
    audit.record(
        by=by,
        act="publications.publication.publish",
        on=locked,
        changes={"version": [None, version.number]},
    )
    return locked


@transaction.atomic
def withdraw(*, publication: Publication, by: audit.Actor, reason: str) -> Publication:
    """Take it back; its address says so and why."""
    locked = Publication.objects.select_for_update().get(pk=publication.pk)
    if locked.state == Publication.State.WITHDRAWN:
        return locked
    locked.state = Publication.State.WITHDRAWN
    locked.withdrawn_reason = reason.strip()[:250]
    locked.changed_at = timezone.now()
    locked.save(update_fields=["state", "withdrawn_reason", "changed_at"])
    audit.record(by=by, act="publications.publication.withdraw", on=locked, reason=reason)
    return locked


def not_ready(publication: Publication) -> list[str]:
    """Keys of what is missing before the public may see the newest version."""
    return missing_in(publication, publication.versions.first())


def missing_in(publication: Publication, version: Version | None) -> list[str]:
    """Keys of what is missing before the public may see this version."""
    documents = list(version.documents.all()) if version else []
    missing = []
    if not publication.authors.exists():
        missing.append("authors")
    if publication.kind == Publication.Kind.RECORDING:
        if not publication.url:
            missing.append("url")
        # Whoever cannot hear needs the words.
        if _signs(publication) < ENOUGH_TEXT:
            missing.append("transcript")
    elif version is None or not (documents or _signs(publication)):
        missing.append("content")
    barred = any(set(MUST) & set(document.findings) for document in documents)
    if barred and _signs(publication) < ENOUGH_TEXT:
        missing.append("accessible")
    return missing


def _signs(publication: Publication) -> int:
    return max(len(publication.text_de.strip()), len(publication.text_en.strip()))


def _write_authors(publication: Publication, authors: Sequence[AuthorGiven]) -> None:
    publication.authors.all().delete()
    Author.objects.bulk_create(
        Author(publication=publication, position=n, actor=a.actor, organisation=a.organisation)
        for n, a in enumerate(authors)
    )


def _free_slug(title: str) -> str:
    base, number = base_slug(title), 2
    slug = base
    while slug in RESERVED or Publication.objects.filter(slug=slug).exists():
        slug = f"{base}-{number}"
        number += 1
    return slug
