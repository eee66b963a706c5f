"""What the staff's search looks through. Each room says what it has and who may see it.

The desk stands above the rooms, so they register when they are ready::

    register(Searcher(key="faelle", label=_("Cases"), rows=cases_found, hit=case_hit, ...))
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from steiger.web.accounts.models import STAFF_ROLES, User


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer.

    Attributes:
        kind: what it is, in a word ("Case", "Guide").
        note: what tells it from others of its name.
        state: a word that staff should see at once ("Draft", "confidential"), or empty.
    """

    kind: str | Promise
    title: str
    url: str
    note: str = ""
    state: str | Promise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searcher:
    """One kind of thing that is looked for.

    Attributes:
        key: its name in the address.
        label: what a heading calls it.
        place: order among the kinds, small first.
        roles: who may look; empty for all staff.
        rows: what the person may see and the text fits, in the order of the answer. Rights are
            decided here, in the room's own query, and nowhere above.
        hit: a row as a line.
    """

    key: str
    label: str | Promise
    place: int
    rows: Callable[[User, str], QuerySet[Any]]
    hit: Callable[[Any], Hit]
    roles: Collection[str] = ()


_searchers: dict[str, Searcher] = {}


def register(searcher: Searcher) -> None:
    """Make a kind known; the same key again replaces it."""
    _searchers[searcher.key] = searcher


def searchers_for(person: User) -> list[Searcher]:
    """The kinds in which a person may look, in their order."""
    known = sorted(_searchers.values(), key=lambda one: (one.place, one.key))
    return [one for one in known if person.has_role(*(one.roles or STAFF_ROLES))]
