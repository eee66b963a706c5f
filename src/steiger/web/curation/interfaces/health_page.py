"""The page on the health of the map: figures as words, a chart and its table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steiger.lib.text import percent
from steiger.web.curation.domain.freshness import rules
from steiger.web.curation.domain.health import BANDS, Health, health
from steiger.web.curation.interfaces.freshness_words import span_words
from steiger.web.curation.models import LinkCheck


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, number, share of all in percent, and length from 0 to 100."""

    label: str
    number: int
    percent: str
    length: float


def health_context() -> dict[str, Any]:
    """Everything that the page shows."""
    now = timezone.now()
    found = health(now)
    given = rules()
    return {
        "now": now,
        "figures": _figures(found),
        "bars": _bars(found),
        "links": _links(found),
        "found": found,
        "rules": given,
        "checks": settings.CHECK_LINKS,
    }


def _percent(share: float, decimals: int = 0) -> str:
    return percent(share, get_language() or "de", decimals)


def _figures(found: Health) -> list[tuple[str, str, str]]:
    share = "–" if found.share is None else _percent(found.share)
    of = _("%(part)s of %(all)s entries") % {
        "part": number_format(found.confirmed, force_grouping=True),
        "all": number_format(found.entries, force_grouping=True),
    }
    answer = _("promised within %(n)d days") % {"n": rules().answer_days}
    return [
        (share, _("confirmed within 12 months"), of),
        (
            span_words(found.median_age),
            _("since the last confirmation (median)"),
            _("of entries that were ever confirmed"),
        ),
        (str(found.open), _("proposals that wait"), _("for a decision of the editors")),
        (span_words(found.median_decision), _("to a decision (median)"), answer),
        (
            number_format(found.represented, force_grouping=True),
            _("entries tended by the organisation itself"),
            "",
        ),
    ]


def _bars(found: Health) -> list[Bar]:
    ends = list(BANDS)
    labels = [_("up to %(n)d months") % {"n": ends[0]}]
    labels += [_("%(a)d to %(b)d months") % {"a": a, "b": b} for a, b in pairwise(ends)]
    labels += [_("longer than %(n)d months") % {"n": ends[-1]}, _("never confirmed")]
    most = max(found.bands, default=0) or 1
    total = found.entries or 1
    return [
        Bar(label, number, _percent(number / total, 1), 100 * number / most)
        for label, number in zip(labels, found.bands, strict=True)
    ]


def _links(found: Health) -> list[tuple[str, int]]:
    return [(str(LinkCheck.Result(key).label), number) for key, number in found.links.items()]
