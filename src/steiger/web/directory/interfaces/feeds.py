"""New or changed entries of a filtered view, for feed readers (Atom, RFC 4287, and RSS 2.0)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.web.directory.domain.areas import region
from steiger.web.directory.domain.export_fields import entry_address
from steiger.web.directory.domain.queries import in_language
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.directory.interfaces.selection import Selection
from steiger.web.directory.models import Actor

#: Entries in one feed.
ENTRIES = 50
FORMS: dict[str, type[SyndicationFeed]] = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
_COLUMNS = (
    "pk", "state", "slug", "name", "town", "role_keys", "offer_de", "offer_en", "created_at",
    "changed_at",
)  # fmt: skip


def feed_address(form: str, selection_query: str, *, changed: bool = False) -> str:
    """The full address of the feed of a view."""
    query = selection_query
    if changed:
        query = f"{query}&show=changed" if query else "?show=changed"
    return f"{settings.BASE_URL}{reverse(f'directory:feed_{form}')}{query}"


def feed(selection: Selection, form: str, *, changed: bool) -> str:
    """The latest entries, or the latest changes, of a selection.

    In the feed of changes every change is an item of its own: most readers show an item once.
    """
    numbers = selection.numbers[:ENTRIES] if changed else selection.newest(ENTRIES)
    found = {row[0]: row for row in Actor.objects.filter(pk__in=numbers).values_list(*_COLUMNS)}
    rows = [found[n] for n in numbers if n in found and found[n][1] == Actor.State.PUBLISHED]
    what = _("changed entries") if changed else _("new entries")
    made = FORMS[form](
        title=f"{selection.title} – {what}",
        link=selection.view_url,
        description=_("The latest entries of this view of the map."),
        language=get_language() or "de",
        feed_url=feed_address(form, selection.query_string, changed=changed),
        author_name=region().imprint["operator"],
    )
    for row in rows:
        _add(made, row, changed=changed, label=_roles())
    return made.writeString("utf-8")


def _roles() -> Callable[[str], str]:
    words = vocabulary()
    return lambda key: words.label("role", key)


def _add(
    made: SyndicationFeed, row: tuple[Any, ...], *, changed: bool, label: Callable[[str], str]
) -> None:
    _pk, _state, slug, name, town, roles, offer_de, offer_en, created_at, changed_at = row
    address = entry_address(slug)
    labels = [label(key) for key in roles]
    facts = " · ".join(part for part in (town, *labels) if part)
    offer = in_language(offer_de, offer_en)
    at = changed_at if changed else created_at
    made.add_item(
        title=name,
        link=settings.BASE_URL + reverse("directory:actor", kwargs={"slug": slug}),
        # Both forms take it for HTML.
        description=escape(" – ".join(part for part in (offer, facts) if part)),
        unique_id=f"{address}#{changed_at:%Y%m%dT%H%M%S}" if changed else address,
        unique_id_is_permalink=not changed,
        pubdate=_local(at),
        updateddate=_local(changed_at),
        categories=labels,
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))
