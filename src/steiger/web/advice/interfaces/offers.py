"""Times as a firm sees them: by day, with the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from steiger.web.advice.domain import texts
from steiger.web.advice.domain.need import Need
from steiger.web.advice.domain.offering import Fit, Offer, Offers
from steiger.web.advice.models import Adviser, Format
from steiger.web.directory.domain.areas import area_name

_KEY = "%Y%m%dT%H%MZ"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One time: the value of its choice, when, with whom, and why."""

    key: str
    time: str
    names: str
    reasons: tuple[str, ...]
    best: bool


@dataclass(frozen=True, slots=True)
class OfferDay:
    """The times of one day."""

    day: str
    lines: tuple[OfferLine, ...]


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """A topic that was read out of the words."""

    label: str
    words: str


def days_of(need: Need, offers: Offers) -> list[OfferDay]:
    """Times grouped by day."""
    days = groupby(offers.offers, lambda offer: texts.day_text(offer.start))
    return [OfferDay(day, _short([line_of(need, one) for one in group])) for day, group in days]


def _short(lines: Sequence[OfferLine]) -> tuple[OfferLine, ...]:
    """The same lines; reasons that the one before on this day has given are not said again."""
    result: list[OfferLine] = []
    said: tuple[str, tuple[str, ...]] | None = None
    for line in lines:
        reasons = (line.names, line.reasons)
        result.append(replace(line, reasons=()) if reasons == said else line)
        said = reasons
    return tuple(result)


def line_of(need: Need, offer: Offer) -> OfferLine:
    """One time in words."""
    first = offer.fits[0]
    return OfferLine(
        key=offer.key,
        time=texts.time_text(offer.start),
        names=names_of([fit.adviser for fit in offer.fits]),
        reasons=tuple(reasons_for(need, first, best=offer.best)),
        best=offer.best,
    )


def names_of(advisers: Sequence[Adviser]) -> str:
    """“A, B or C”."""
    names = [adviser.name for adviser in advisers]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def reasons_for(need: Need, fit: Fit, *, best: bool) -> list[str]:
    """Why this adviser: topic, language, way."""
    found = []
    if fit.topics:
        topics = ", ".join(texts.topic_label(key) for key in fit.topics)
        found.append(_("knows about %(topics)s") % {"topics": topics})
    elif need.topics:
        found.append(_("other topics, helps with first questions"))
    if not best:
        found.append(_("sooner, fits less"))
    found.append(_("speaks %(language)s") % {"language": texts.language_name(need.language)})
    if need.format == Format.SITE and fit.place is not None:
        where = f"{fit.place.address}, {area_name(fit.place.municipality)}"
        found.append(f"{where} ({texts.km_text(fit.km)})" if fit.km is not None else where)
    elif need.format == Format.VIDEO:
        found.append(_("by video, no way to go"))
    else:
        found.append(_("calls you"))
    return found


def read_topics(need: Need) -> list[ReadTopic]:
    """What was read out of the firm's words."""
    opening, closing = "“”" if texts.is_english() else "„“"
    return [
        ReadTopic(
            texts.topic_label(match.key),
            ", ".join(f"{opening}{word}{closing}" for word in match.words[:3]),
        )
        for match in need.topics
    ]


def chosen(key: str) -> tuple[datetime, str] | None:
    """The time and area that a choice names; None if it is none of ours."""
    try:
        start = datetime.strptime(key[:14], _KEY).replace(tzinfo=UTC)
    except ValueError:
        return None
    area = key[14:]
    return (start, area) if area.isdigit() or not area else None


def time_key(moment: datetime) -> str:
    """How a form names a time."""
    return moment.astimezone(UTC).strftime(_KEY)


def time_choices(moments: Sequence[datetime], most: int = 60) -> list[tuple[str, str]]:
    """Times for a list to choose from."""
    return [(time_key(moment), texts.moment_text(moment)) for moment in moments[:most]]
