"""Addresses of actors: readable, unique, and never given to another actor again."""

from __future__ import annotations

import re
import unicodedata

from django.db import transaction

from steiger.web.accounts.domain import audit
from steiger.web.directory.models import Actor, FormerAddress

MAX = 100
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"}
    | {"&": " und ", "+": " plus ", "'": "", "’": ""}
)
_DOTTED = re.compile(r"\b(?:\w\.){2,}")


def base_slug(name: str) -> str:
    """The readable part: plain letters and digits, at most 100 characters.

    Umlauts are spelt out, as in addresses everywhere in German ("koeln"), and what is spelt in
    plain letters already stays as it is.
    """
    text = unicodedata.normalize("NFC", name).casefold()
    text = _DOTTED.sub(lambda match: match.group().replace(".", ""), text).translate(_SPELT_OUT)
    text = unicodedata.normalize("NFKD", text).translate(_SPELT_OUT)
    plain = "".join(c for c in text if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:MAX].rstrip("-") or "eintrag"


class SlugMaker:
    """Hands out unique slugs; knows those of all actors, present and past."""

    def __init__(self) -> None:
        self._taken = set(Actor.objects.values_list("slug", flat=True))
        self._taken.update(FormerAddress.objects.values_list("slug", flat=True))
        self._next: dict[str, int] = {}

    def make(self, name: str) -> str:
        """A new slug for a name."""
        base = base_slug(name)
        slug, number = base, self._next.get(base, 2)
        while slug in self._taken:
            slug = f"{base}-{number}"
            number += 1
        self._next[base] = number
        self._taken.add(slug)
        return slug


@transaction.atomic
def change_slug(*, actor: Actor, slug: str, by: audit.Actor, reason: str) -> None:
    """Give an actor another address; the old one redirects for ever.

    Raises:
        ValueError: the address belongs, or belonged, to another actor.
    """
    slug = base_slug(slug)
    former = FormerAddress.objects.filter(slug=slug).exclude(actor=actor)
    if Actor.objects.filter(slug=slug).exclude(pk=actor.pk).exists() or former.exists():
        raise ValueError(f"The address “{slug}” is or was another actor's.")
    before = actor.slug
    if slug == before:
        return
    FormerAddress.objects.filter(slug=slug, actor=actor).delete()
    FormerAddress.objects.create(slug=before, actor=actor)
    actor.slug = slug
    actor.save(update_fields=["slug"])
    audit.record(
        by=by,
        act="directory.actor.change_slug",
        on=actor,
        changes={"slug": [before, slug]},
        reason=reason,
    )
