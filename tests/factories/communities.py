"""Communities for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from factories.directory import make_terms
from steiger.web.accounts.domain import audit
from steiger.web.communities.domain.membership import CONSENT
from steiger.web.communities.domain.running import create
from steiger.web.communities.domain.writing import ask, decide, put_note
from steiger.web.communities.models import Community, Member, Note, Question
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary
from steiger.web.directory.models import Term

VALUES = {
    "name_de": "Recht",
    "name_en": "Legal",
    "what_de": "Wir klären, was erlaubt ist.",
    "what_en": "We find out what is allowed.",
    "whom_de": "Für Betriebe und Kanzleien.",
    "whom_en": "For firms and law offices.",
}


def topic_terms(*keys: str) -> list[Term]:
    """Terms of the topics."""
    make_terms()
    forget_vocabulary()
    return list(Term.objects.filter(key__in=keys, vocabulary__in=("method", "technology")))


def make_community(slug: str = "recht", **values: Any) -> Community:
    """An open community."""
    return create(by=audit.SYSTEM, slug=slug, values=VALUES | values)


def make_member(
    community: Community, name: str = "Kim Beispiel", *, confirmed: bool = True, **fields: Any
) -> Member:
    """A member, confirmed just now unless told otherwise."""
    now = timezone.now()
    email = fields.pop("email", f"{name.partition(' ')[0].lower()}@example.org")
    return Member.objects.create(
        community=community,
        name=name,
        email=email,
        consent=CONSENT,
        **({"confirmed_at": now, "told_until": now} if confirmed else {}) | fields,
    )


def make_question(member: Member, title: str = "Was ist erlaubt?") -> Question:
    """A question that everybody sees."""
    question = ask(member=member, title=title)
    shown = decide(thing=question, show=True, by=audit.SYSTEM)
    assert isinstance(shown, Question)
    return shown


def make_note(member: Member, kind: str = "seeks", title: str = "Hilfe", **fields: Any) -> Note:
    """A note that everybody sees."""
    note = put_note(member=member, kind=kind, title=title, **fields)
    shown = decide(thing=note, show=True, by=audit.SYSTEM)
    assert isinstance(shown, Note)
    return shown
