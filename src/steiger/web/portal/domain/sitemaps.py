"""What search engines are told about, each page in both languages; nothing that is invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from steiger.web.communities.models import Community
from steiger.web.directory.domain.areas import area_url, region
from steiger.web.directory.models import Actor
from steiger.web.events.models import Event
from steiger.web.publications.domain.queries import published
from steiger.web.publications.models import Publication

#: Views without arguments, then slugs of pages of text.
VIEWS = (
    "portal:home",
    "directory:map",
    "directory:regions",
    "directory:embed_maker",
    "advice:start",
    "events:calendar",
    "publications:list",
    "communities:list",
    "reports:overview",
    "flood:overview",
    "flood:board",
    "flood:warnings",
    "flood:quality",
    "flood:downloads",
    "flood:subscribe",
    "portal:accessibility",
)
PAGES = (
    "ueber",
    "hilfe",
    "datenquellen",
    "einfache-sprache",
    "einfache-sprache-suchen",
    "einfache-sprache-hilfe",
    "impressum",
    "datenschutz",
)


class _Bilingual(Sitemap):
    i18n = True
    alternates = True
    x_default = True
    limit = 2000

    def get_domain(self, site: Any = None) -> str:  # noqa: ARG002 -- Django's signature
        """The public host, whatever name the machine was asked by."""
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:  # noqa: ARG002 -- as above
        """https in public, http on one's own machine."""
        return urlsplit(settings.BASE_URL).scheme


class PageSitemap(_Bilingual):
    """The portal's own pages."""

    def items(self) -> list[tuple[str, str]]:
        """Pairs of view and slug."""
        return [(view, "") for view in VIEWS] + [("portal:page", slug) for slug in PAGES]

    def location(self, item: tuple[str, str]) -> str:
        """The page's address in the active language."""
        view, slug = item
        return reverse(view, kwargs={"slug": slug} if slug else None)


class RegionSitemap(_Bilingual):
    """Pages of districts and municipalities."""

    def items(self) -> list[str]:
        """Official keys."""
        here = region()
        return [*here.districts, *here.municipalities]

    def location(self, item: str) -> str:
        """The page's address in the active language."""
        return area_url(item)


class ActorSitemap(_Bilingual):
    """Pages of published actors; invented examples are not for search engines."""

    def items(self) -> QuerySet[Actor]:
        """Published, real actors."""
        real = Actor.objects.filter(state=Actor.State.PUBLISHED, is_example=False)
        return real.only("slug", "changed_at").order_by("id")

    def lastmod(self, item: Actor) -> datetime:
        """When the entry last changed."""
        return item.changed_at


class EventSitemap(_Bilingual):
    """Pages of published events, also of past ones; none that is invented."""

    def items(self) -> QuerySet[Event]:
        """Published, real events."""
        real = Event.objects.filter(state=Event.State.PUBLISHED, example=False)
        return real.only("slug", "changed_at").order_by("id")

    def lastmod(self, item: Event) -> datetime:
        """When the event last changed."""
        return item.changed_at


class PublicationSitemap(_Bilingual):
    """Pages of what is published; nothing that is invented."""

    def items(self) -> QuerySet[Publication]:
        """Published, real publications."""
        return published().filter(example=False).only("slug", "changed_at").order_by("id")

    def lastmod(self, item: Publication) -> datetime:
        """When it last changed."""
        return item.changed_at


class CommunitySitemap(_Bilingual):
    """Pages of communities, also of archives; none that is invented."""

    def items(self) -> QuerySet[Community]:
        """Real communities."""
        return Community.objects.filter(example=False).only("slug").order_by("id")


SITEMAPS = {
    "seiten": PageSitemap,
    "regionen": RegionSitemap,
    "eintraege": ActorSitemap,
    "veranstaltungen": EventSitemap,
    "veroeffentlichungen": PublicationSitemap,
    "gemeinschaften": CommunitySitemap,
}
