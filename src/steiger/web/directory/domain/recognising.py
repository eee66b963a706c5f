"""Which actor is it? The actors of other sources of which the rows of a list speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings

from steiger.lib.text import tokens
from steiger.web.directory.domain.incoming import RECOGNISED_BY, Item
from steiger.web.directory.domain.own_entries import OwnEntry, own_entries
from steiger.web.directory.models import Actor, Identifier


class Recogniser:
    """What one import knows about the actors that are there already."""

    def __init__(self) -> None:
        self._addresses = {settings.BASE_URL}
        self._at_host: dict[str, list[tuple[int, str]]] | None = None

    def own(self, items: Sequence[Item]) -> dict[str, OwnEntry]:
        """Record id → the entry of this very map that it names by the address of its page.

        The map may have had another address when the list left it, or be called by another one
        now. So another address is taken for one of this map as soon as one row says exactly what
        the entry of that name shows here; slugs alone are alike in any two maps.
        """
        found = own_entries({item.record_id: item.entry for item in items if item.entry})
        for item in items:
            entry = found.get(item.record_id)
            if entry is not None and entry.digest == item.digest:
                self._addresses.add(item.entry_at)
        return {
            item.record_id: found[item.record_id]
            for item in items
            if item.record_id in found and item.entry_at in self._addresses
        }

    def recognised(
        self, items: Sequence[Item], own: dict[str, OwnEntry], taken: set[int]
    ) -> dict[str, int]:
        """Record id → actor, by the page here, by a shared id, or by name and website.

        Args:
            own: what :meth:`own` has found.
            taken: actors of which other records of this source speak.
        """
        taken, found = set(taken), {}
        for finder in (self._by_page(items, own), self._by_id(items), self._by_site(items)):
            for record, actor in finder:
                if actor not in taken and record not in found:
                    found[record] = actor
                    taken.add(actor)
        return found

    def _by_page(self, items: Sequence[Item], own: dict[str, OwnEntry]) -> list[tuple[str, int]]:
        return [(i.record_id, own[i.record_id].number) for i in items if i.record_id in own]

    def _by_id(self, items: Sequence[Item]) -> list[tuple[str, int]]:
        wanted = {pair: item.record_id for item in items for pair in item.identifiers}
        rows = Identifier.objects.filter(
            scheme__in=RECOGNISED_BY, value__in=[value for _, value in wanted]
        )
        # What a merged actor says twice stays behind with it.
        rows = rows.exclude(actor__state=Actor.State.MERGED).order_by("actor_id")
        return [
            (wanted[scheme, value], actor)
            for scheme, value, actor in rows.values_list("scheme", "value", "actor_id")
            if (scheme, value) in wanted
        ]

    def _by_site(self, items: Sequence[Item]) -> list[tuple[str, int]]:
        """Several rows may share a host, as a university and its institutes do."""
        wanted = [item for item in items if item.website and not item.slug]
        if not wanted:
            return []
        if self._at_host is None:
            self._at_host = _actors_by_host()
        return [
            (item.record_id, actor)
            for item in wanted
            for actor, name in self._at_host.get(host(item.website), ())
            if same_name(item.name, name)
        ]


def _actors_by_host() -> dict[str, list[tuple[int, str]]]:
    """Host → published actors with a website there, as they were before this import.

    Read once: databases compare neither hosts nor names without regard to case and umlauts.
    """
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = Actor.objects.filter(state=Actor.State.PUBLISHED).exclude(website="").order_by("pk")
    for actor, name, site in rows.values_list("pk", "name", "website").iterator():
        found[host(site)].append((actor, name))
    return dict(found)


def host(url: str) -> str:
    """Host of a web address without ``www.``, or "" for none."""
    return url.split("://", 1)[-1].split("/", 1)[0].lower().removeprefix("www.") if url else ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, umlauts and punctuation."""
    return tokens(one) == tokens(other)
