"""The reader's language, and figures in addresses and words."""

from __future__ import annotations

from django.http import Http404, QueryDict
from django.utils.http import urlencode
from django.utils.translation import get_language

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.indicators import MONTH, Labels, label
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Language
from steiger.web.accounts.interfaces.access import may
from steiger.web.accounts.models import RoleName

PERIOD, INDICATOR = "zeitraum", "kennzahl"
#: Who writes reports and hands them in; administrators may do everything.
AUTHORS = (RoleName.MODERATOR, RoleName.FUNDING_OFFICER)


def may_write(reader: object) -> bool:
    """Whether a person writes reports."""
    return may(reader, *AUTHORS)


def language() -> Language:
    """The reader's language."""
    return "en" if (get_language() or "de").startswith("en") else "de"


def spot_query(spot: Spot) -> str:
    """A figure's place in an address."""
    return urlencode([(INDICATOR, spot.indicator), (PERIOD, spot.period.key), *spot.where])


def spot_of(query: QueryDict, book: Book) -> Spot:
    """The place that an address names.

    Raises:
        Http404: it names none that the book has rows for.
    """
    try:
        period = Period.of(query.get(PERIOD, ""))
    except ValueError:
        raise Http404 from None
    about = book.indicators.get(query.get(INDICATOR, ""))
    if about is None or (about.key, period) not in book.rows:
        raise Http404
    named = [(key, query.get(key, "")) for key in query if about.dimension(key) is not None]
    try:
        Period.of(query.get(MONTH, period.key))
    except ValueError:
        raise Http404 from None
    return Spot(about.key, period, tuple(sorted((key, str(value)) for key, value in named)))


def where_words(spot: Spot, book: Book, labels: Labels) -> list[tuple[str, str]]:
    """Dimension and value of a figure, in words."""
    about, words = book.indicators[spot.indicator], language()
    found = []
    for name, value in spot.where:
        dimension = about.dimension(name)
        if dimension is not None:
            found.append((dimension.name.of(words), label(labels, name, value, words)))
    return found
