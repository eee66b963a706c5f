"""The search index exists, can be read, and knows as many actors as the public sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.engines.directory.search import SearchIndexError
from steiger.web.directory.domain.index import search_index
from steiger.web.directory.models import Actor, IndexChange
from steiger.web.operations.domain.findings import Finding

ORDER = 20
PART = "index"
LONG_S = 30.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Index and database side by side; ``lag_s`` is the age of the oldest waiting change."""

    indexed: int
    published: int
    waiting: int
    lag_s: float

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def compare() -> Comparison:
    """Count on both sides.

    Raises:
        SearchIndexError: there is no readable index.
    """
    queued = IndexChange.objects.aggregate(number=Count("id"), oldest=Min("at"))
    lag = (timezone.now() - queued["oldest"]).total_seconds() if queued["oldest"] else 0.0
    published = Actor.objects.filter(state=Actor.State.PUBLISHED).count()
    return Comparison(len(search_index()), published, queued["number"], round(max(0.0, lag), 1))


def look() -> Iterator[Finding]:
    """Findings about the index."""
    rebuild = _("Run “steiger index rebuild”.")
    try:
        state = compare()
    except (SearchIndexError, OSError) as error:
        text = _("It cannot be read: %(reason)s") % {"reason": error}
        yield Finding(PART, "fail", text, rebuild)
        return
    except DatabaseError:
        text = _("It cannot be compared, because the database does not answer.")
        yield Finding(PART, "warn", text, _("Mend the database first."))
        return
    if state.indexed != state.published and not state.waiting:
        text = _("Actors in it: %(indexed)s, published: %(published)s.") % state.as_dict()
        yield Finding(PART, "fail", text, rebuild)
    elif state.lag_s > LONG_S:
        text = _("Changes that wait: %(waiting)s, the oldest for %(lag_s)s s.") % state.as_dict()
        yield Finding(PART, "warn", text, _("Check whether the worker runs."))
    else:
        text = _("Actors in it: %(indexed)s. Changes that wait: %(waiting)s.") % state.as_dict()
        yield Finding(PART, "ok", text)
