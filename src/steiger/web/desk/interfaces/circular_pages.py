"""What the pages about circulars show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.web.advice.domain.texts import topic_label
from steiger.web.cases.models import Contact
from steiger.web.communities.domain.texts import localized
from steiger.web.communities.models import Community
from steiger.web.desk.domain.audience import Filters, audience
from steiger.web.desk.domain.circulars import progress
from steiger.web.desk.domain.mails import letter
from steiger.web.desk.models import Circular
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.models import Event

ERRORS = {
    "begun": gettext_lazy("This circular is on its way already. It cannot be changed any more."),
    "nobody": gettext_lazy("Nobody who agreed fits these filters. Leave one of them out."),
    "changed": gettext_lazy("Meanwhile it is another number of people. Look again, then send."),
    "over": gettext_lazy("There is nothing left to stop or to go on with."),
}


def error_words(code: str) -> str:
    """What went wrong, and the way out."""
    return str(ERRORS.get(code, code))


def whom(circular: Circular) -> list[tuple[str, str]]:
    """The filters in words: label and values."""
    return filter_words(circular.filters)


def filter_words(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Filters as a circular keeps them, in words: label and values."""
    filters, known = Filters.of(kept), vocabulary()
    topics = [topic_label(key) for key in filters.topics]
    communities = Community.objects.filter(slug__in=filters.communities)
    event = Event.objects.filter(pk=filters.event).first() if filters.event else None
    told = (
        (_("Topics"), topics),
        (_("Districts"), [area_name(key) for key in filters.districts]),
        (_("Sectors"), [known.label("sector", key) for key in filters.sectors]),
        (_("Communities"), [localized(one, "name") for one in communities]),
        (_("Came to this event"), [event.title] if event else []),
    )
    return [(str(label), ", ".join(values)) for label, values in told if values]


def by_language(people: Iterable[Contact], circular: Circular) -> tuple[int, int]:
    """How many get the German text and how many the English one."""
    english = sum(one.language.startswith("en") for one in people) if circular.text_en else 0
    return len(list(people)) - english, english


def circular_context(circular: Circular) -> dict[str, Any]:
    """One circular: before it is sent its preview and exact number, afterwards how far it is."""
    context: dict[str, Any] = {"circular": circular, "whom": whom(circular)}
    languages = ["de", "en"] if circular.text_en else ["de"]
    context["letters"] = [(language, letter(circular, 0, language)) for language in languages]
    if circular.state == Circular.State.DRAFT:
        people = audience(Filters.of(circular.filters))
        german, english = by_language(people, circular)
        return context | {"people": len(people), "german": german, "english": english}
    told = progress(circular)
    may_stop = circular.state == Circular.State.SENDING or (
        circular.state == Circular.State.DONE and told.under_way > 0
    )
    return context | {"progress": told, "may_stop": may_stop}
