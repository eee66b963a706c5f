"""Publications for the staff's search, drafts too."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from steiger.lib.text import one_line
from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.models import User
from steiger.web.publications.domain.searching import found
from steiger.web.publications.domain.texts import localized
from steiger.web.publications.models import Publication


def _rows(_person: User, text: str) -> QuerySet[Publication]:
    seen = Publication.objects.defer("search_title", "search_beside", "search_text")
    return found(seen, text)


def _hit(publication: Publication) -> Hit:
    is_plain = publication.state == Publication.State.PUBLISHED
    return Hit(
        kind=publication.get_kind_display(),
        title=localized(publication, "title"),
        url=reverse("publications:manage", kwargs={"slug": publication.slug}),
        note=one_line(localized(publication, "abstract"), 140),
        state="" if is_plain else publication.get_state_display(),
    )


register(Searcher(key="wissen", label=gettext_lazy("Publications"), place=50, rows=_rows, hit=_hit))
