"""How fresh an entry is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.web.curation.domain.freshness import (
    archived_for_silence,
    came_as_proposal,
    rules,
    standing_of,
)
from steiger.web.curation.models import Confirmation, Freshness
from steiger.web.directory.domain.sources import OWNER, get_source, source_label
from steiger.web.directory.models import Actor


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the page of an entry says.

    Attributes:
        mark: ``confirmed``, ``unconfirmed`` or empty; with a word beside it.
        lines: sentences.
    """

    mark: str
    word: str
    lines: tuple[str, ...]


def fresh_words(actor: Actor) -> Fresh:
    """When, by whom and how an entry was last confirmed; or that nobody did."""
    found = standing_of(actor)
    lines = [_last(found.last)] if found.last else []
    mark, word = ("confirmed", _("confirmed")) if found.last else ("", "")
    if not found.last and actor.verified_on:
        lines.append(_("Checked on %(day)s.") % {"day": date_format(actor.verified_on)})
    if found.state == Freshness.State.UNCONFIRMED:
        mark, word = "unconfirmed", _("not confirmed")
        number = rules().reminders
        asked = ngettext(
            "Not confirmed: the organisation did not answer our question.",
            "Not confirmed: the organisation did not answer %(n)d questions.",
            number,
        )
        lines.insert(0, asked % {"n": number})
    elif not found.last:
        lines.append(_origin(actor))
    if found.website:
        day = date_format(timezone.localtime(found.website.checked_at), "SHORT_DATE_FORMAT")
        lines.append(
            _("Its website could not be reached at the last three looks, most recently on %(day)s.")
            % {"day": day}
        )
    return Fresh(mark, word, tuple(lines))


def _origin(actor: Actor) -> str:
    """Where an unconfirmed entry comes from.

    What somebody proposed is kept as the organisation's own word, although nobody has proven to
    speak for it; so the page says what that means here.
    """
    if came_as_proposal(actor):
        return _(
            "It was proposed and then checked by the editors; “%(source)s” means here: as it was "
            "proposed. Nobody who speaks for the organisation has confirmed it yet."
        ) % {"source": source_label(get_source(OWNER))}
    return _("Not confirmed by the organisation itself; what stands here comes from the sources.")


def _last(last: Confirmation) -> str:
    return _("Last confirmed on %(day)s by %(who)s, %(how)s.") % {
        "day": date_format(timezone.localtime(last.at)),
        "who": last.get_role_display(),
        "how": last.get_how_display(),
    }


def archived_words(actor: Actor) -> str | None:
    """What the page of an entry says that left the map because nobody confirmed it."""
    at = archived_for_silence(actor)
    if at is None:
        return None
    return _(
        "“%(name)s” used to be on this map. Nobody has confirmed the entry for a long time, so it "
        "was put into the archive on %(day)s. As soon as the organisation confirms it, it comes "
        "back to this address."
    ) % {"name": actor.name, "day": date_format(timezone.localtime(at))}


def span_words(span: timedelta | None) -> str:
    """A span in days or, from two months on, in months."""
    if span is None:
        return "–"
    days = span.total_seconds() / 86_400
    if days < 1:
        hours = max(1, round(days * 24))
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if days < 61:
        whole = round(days)
        return ngettext("%(n)d day", "%(n)d days", whole) % {"n": whole}
    months = number_format(days / 30.44, 1)
    return _("%(n)s months") % {"n": months}
