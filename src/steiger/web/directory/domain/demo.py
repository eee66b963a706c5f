"""The region's own actors, and invented examples beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steiger.regions import example_actors, load_region
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.importing import import_items
from steiger.web.directory.domain.incoming import Reader, item_of_seed
from steiger.web.directory.domain.sources import EXAMPLES, region_source
from steiger.web.directory.domain.vocabularies import load_vocabularies
from steiger.web.directory.domain.vocabulary_cache import forget_vocabulary, vocabulary
from steiger.web.directory.models import Actor

#: The demonstration shows a hub after a year; this share of the examples was there at its begin.
YEAR, AT_BEGIN = timedelta(days=365), 0.6


def load_demo(
    region_key: str, *, fill: int = 0, progress: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Load vocabularies, the region's actors and ``fill`` examples; a second time changes nothing.

    An empty map that gets examples gets an invented year, too, so that it had a size then. What
    comes later, and whatever comes without examples, came on the day it came: feeds, mails and
    figures take that day for true.

    Returns:
        How many terms, actors and examples are new or changed.

    Raises:
        RegionError: the region's folder is not right.
    """
    region = load_region(region_key)
    with transaction.atomic():
        progress("Vocabularies")
        is_first = not Actor.objects.exists()
        terms = load_vocabularies(region=region, by=audit.SYSTEM)
        forget_vocabulary()
        reader = Reader(region, vocabulary(), timezone.localdate())
        progress("Actors of the region")
        real = import_items(
            source=region_source(region.key),
            items=(item_of_seed(s, n, reader) for n, s in enumerate(region.actors(), start=1)),
            by=audit.SYSTEM,
            file_name=f"regions/{region.key}",
            complete=bool(region.seed),
        )
        counts = {"terms": terms, "actors": real.new + real.changed, "examples": 0}
        if fill:
            progress("Examples")
            seeds = enumerate(example_actors(region, fill), start=1)
            invented = import_items(
                source=EXAMPLES,
                items=(item_of_seed(seed, number, reader) for number, seed in seeds),
                by=audit.SYSTEM,
                file_name=f"{fill} examples",
                complete=True,
            )
            counts["examples"] = invented.new + invented.changed
            if is_first:
                _spread(now=timezone.now())
    return counts


def _spread(*, now: datetime) -> None:
    """Date all entries: many to the year's begin, others within it.

    Days rise with numbers, because feeds take the highest numbers for the newest entries.
    """
    new = list(Actor.objects.order_by("is_example", "pk"))
    examples = sum(actor.is_example for actor in new)
    stock = len(new) - examples + int(AT_BEGIN * examples)
    for place, actor in enumerate(new):
        share = max(0, place - stock) / max(1, len(new) - stock)
        actor.created_at = now - YEAR * (1 - share)
    Actor.objects.bulk_update(new, ["created_at"], batch_size=200)
