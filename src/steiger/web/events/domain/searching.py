"""Words in events, whatever their spelling; if nothing fits, typing mistakes are forgiven."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet

from steiger.web.accounts.domain.spelling import Hits, forgiving
from steiger.web.events.models import Event

COLUMNS = (
    *("title_de", "title_en", "summary_de", "summary_en", "text_de", "text_en"),
    *("town", "venue", "host", "series__title_de", "series__title_en"),
)
_LABELS = ("term__label_de", "term__label_en")


def about(events: QuerySet[Event], text: str) -> Hits[Event]:
    """Events that hold every word of a text, in their order; all if it holds none."""
    if not text.strip():
        return Hits(events)
    topics = Event.topics.through.objects

    def said() -> list[str]:
        here = topics.filter(event__in=events.order_by().values("pk"))
        return [label for labels in here.values_list(*_LABELS).distinct() for label in labels]

    beside = [(topics.filter(event=OuterRef("pk")), _LABELS)]
    return forgiving(events, text, *COLUMNS, beside=beside, said=said)
