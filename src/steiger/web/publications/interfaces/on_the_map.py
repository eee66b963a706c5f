"""What an actor has written, for its page on the map."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from steiger.web.directory.interfaces.shelves import Shelf, ShelfLine, register
from steiger.web.publications.domain.queries import of_actor
from steiger.web.publications.interfaces.cards import card_of

#: More are found by the list of publications.
MOST = 12


def lines_of(actor_id: int) -> list[ShelfLine]:
    """The actor's published publications, the newest first."""
    cards = (card_of(row) for row in of_actor(actor_id)[:MOST])
    return [ShelfLine(c.title, c.url, ", ".join(p for p in (c.kind, c.day) if p)) for c in cards]


register(Shelf(key="publications", title=_("Publications"), lines=lines_of))
