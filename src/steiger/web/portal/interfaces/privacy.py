"""What the page on privacy says of each room; times come from the rooms' own constants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from steiger.web.accounts.domain import retention as accounts
from steiger.web.advice.domain import booking as advice_booking
from steiger.web.advice.domain import retention as advice
from steiger.web.advice.domain.follow_up import AFTER_DAYS
from steiger.web.audits.domain import retention as audits
from steiger.web.background.domain.runs import KEEP_UNSENT_MAIL_DAYS
from steiger.web.cases.domain.retention import rules
from steiger.web.communities.domain import retention as communities
from steiger.web.curation.domain import links as curation
from steiger.web.events.domain import erasing as events
from steiger.web.events.domain import persons, registering
from steiger.web.events.models import Event, Question
from steiger.web.flood.domain import subscriptions as flood
from steiger.web.portal.interfaces.addresses import reverse_if_there
from steiger.web.publications.domain import orders


@dataclass(frozen=True, slots=True)
class Section:
    """One room: which data, what for, how long."""

    key: str
    title: str
    data: str
    purpose: str
    times: tuple[str, ...]
    url: str = ""
    link: str = ""


def sections() -> list[Section]:
    """One section for each room that keeps what people say about themselves."""
    return [
        _events(),
        _advice(),
        _cases(),
        _orders(),
        _communities(),
        _curation(),
        _flood(),
        _audits(),
    ]


def after(span: timedelta) -> str:
    """A span as it stands behind “after”: hours below two days, whole years as years, else days."""
    days = span.days
    if span < timedelta(days=2):
        hours = int(span.total_seconds() // 3600)
        return npgettext("after", "%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if days % 365 == 0:
        years = days // 365
        return npgettext("after", "%(n)d year", "%(n)d years", years) % {"n": years}
    return npgettext("after", "%(n)d day", "%(n)d days", days) % {"n": days}


def months(number: int) -> str:
    """Months as they stand behind “after”."""
    return npgettext("after", "%(n)d month", "%(n)d months", number) % {"n": number}


def _default_days(model: Any) -> str:
    return after(timedelta(days=model._meta.get_field("keep_days").default))


def unproven() -> str:
    """After which time an account goes whose address nobody confirmed."""
    return after(accounts.KEEP_UNPROVEN)


def unsent() -> str:
    """After which time a mail goes that could not be delivered."""
    return after(timedelta(days=KEEP_UNSENT_MAIL_DAYS))


def _events() -> Section:
    year = ngettext(
        "A check value of your address stays, so that we count people instead of visits. Its key "
        "is destroyed when %(n)d further year has begun; then it leads to nobody.",
        "A check value of your address stays, so that we count people instead of visits. Its key "
        "is destroyed when %(n)d further years have begun; then it leads to nobody.",
        persons.KEEP_YEARS,
    )
    return Section(
        "veranstaltungen",
        _("If you come to an event"),
        _(
            "Your name, your e-mail address, the number of people, the language of the mails; if "
            "you want, your firm and answers to questions; when your ticket was read at the door."
        ),
        _(
            "Your registration, mails about this event, the door, and the certificate of "
            "attendance (Article 6(1)(b) GDPR). What you say about your firm also goes into its "
            "path, see below."
        ),
        (
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(registering.KEEP_UNCONFIRMED)},
            _("If you cancel, or the event is called off, your data is erased after %(span)s.")
            % {"span": after(events.KEEP_LEFT)},
            _(
                "Names, addresses and tickets are erased %(span)s after the event, unless its page "
                "names another time."
            )
            % {"span": _default_days(Event)},
            _(
                "Answers to questions are erased %(span)s after the event, unless the question "
                "names another time."
            )
            % {"span": _default_days(Question)},
            _(
                "What you write about an event afterwards is kept without your name; the words "
                "are erased after %(span)s."
            )
            % {"span": after(events.KEEP_WORDS)},
            year % {"n": persons.KEEP_YEARS},
        ),
    )


def _advice() -> Section:
    minutes = int(advice_booking.HOLD.total_seconds() // 60)
    return Section(
        "sprechstunde",
        _("If you book a consultation"),
        _(
            "Your firm, your name, your e-mail address, your telephone number if you give it, "
            "what you want to achieve in your own words, size, sector and place; the adviser’s "
            "notes, all of which you see; your answers to the question what came of it."
        ),
        _(
            "The consultation that you asked for, and the question after %(first)d and "
            "%(second)d days what came of it (Article 6(1)(b) GDPR)."
        )
        % {"first": AFTER_DAYS[0], "second": AFTER_DAYS[1]},
        (
            _(
                "A time is held for %(minutes)d minutes until you confirm it; what you do not "
                "confirm is erased after %(span)s."
            )
            % {"minutes": minutes, "span": after(advice.KEEP_UNCONFIRMED)},
            _(
                "If a talk was cancelled or missed, names and words are erased %(span)s after its "
                "time."
            )
            % {"span": after(advice.KEEP_UNHELD)},
            _("If it was held, names and words are erased %(span)s after it.")
            % {"span": after(advice.KEEP_HELD)},
            _("Time, length, topics, size, sector and district stay as a figure without a name."),
        ),
    )


def _cases() -> Section:
    given = rules()
    return Section(
        "mein-weg",
        _("Your firm’s path"),
        _(
            "The firm’s name, size, sector and place; names and e-mail addresses of its contacts; "
            "what happened: enquiries, talks, events, publications, partners, funding, trials, "
            "results with their evidence; advisers’ notes and tasks; what you agreed to."
        ),
        _(
            "So that advice goes on where it stopped, and nobody has to tell everything twice "
            "(Article 6(1)(b) GDPR). Mails about offers, passing on your address, naming you as an "
            "example: only with your consent (Article 6(1)(a) GDPR), which you can take back."
        ),
        (
            _("An address that nobody confirms is erased after %(span)s.")
            % {"span": after(timedelta(days=given.unconfirmed_days))},
            _("A link to your path works once, within %(n)d hours.") % {"n": given.link_hours},
            _("A case in which nothing happens is closed after %(span)s.")
            % {"span": months(given.dormant_months)},
            _("%(span)s after the closing, words, names, addresses and files are erased.")
            % {"span": months(given.keep_months)},
            _(
                "It is sooner if nothing more happens: name and contacts of the firm are erased "
                "together with your last registration or consultation."
            ),
            _(
                "You can see everything, take it along as a file and have it erased at once, in "
                "all parts of this site. What was counted stays as a figure without a name."
            ),
        ),
        reverse_if_there("cases:home"),
        _("To my path"),
    )


def _orders() -> Section:
    return Section(
        "veroeffentlichungen",
        _("If you ask for a publication by mail"),
        _("Your e-mail address, your firm, its size and place if you give them."),
        _(
            "The publication that you asked for (Article 6(1)(b) GDPR), and a note in your firm’s "
            "path."
        ),
        (
            _(
                "As soon as you confirm, your data is erased here; your firm’s path has it then. "
                "What you do not confirm is erased after %(span)s."
            )
            % {"span": after(orders.KEEP_UNCONFIRMED)},
            _(
                "Whoever downloads a file leaves no trace: we count one number per file and day, "
                "nothing else."
            ),
        ),
    )


def _curation() -> Section:
    return Section(
        "eintraege",
        _("If you represent an entry of the map"),
        _("Your e-mail address, your name if you give it, and what you write to the editors."),
        _("Deciding who speaks for an entry, and tending it (Article 6(1)(e) GDPR)."),
        (
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(curation.unconfirmed_for())},
            _("Invitations that nobody takes up are erased after %(span)s.")
            % {"span": after(curation.invitation_for())},
        ),
    )


def _communities() -> Section:
    return Section(
        "gemeinschaften",
        _("If you join a community"),
        _(
            "Your name, your e-mail address, your organisation and its entry on the map if you "
            "want, whether you want the weekly mail; what you write. Your name and what you write "
            "are public there, your address is not."
        ),
        _("Taking part in the community (your consent, Article 6(1)(a) GDPR)."),
        (
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(communities.KEEP_UNCONFIRMED)},
            _(
                "You leave by one click. Name, address and offers are then erased at once; if a "
                "community is closed, at the latest after %(span)s."
            )
            % {"span": after(communities.KEEP_MEMBERS_OF_CLOSED)},
            _("Offers are erased %(span)s after their last day.")
            % {"span": after(communities.KEEP_NOTES)},
            _(
                "Questions and answers stay without your name when you leave, unless you have them "
                "erased; at the latest %(span)s after a community was closed they are erased."
            )
            % {"span": after(communities.KEEP_TEXTS_OF_CLOSED)},
            _("What moderators do not show is erased after %(span)s.")
            % {"span": after(communities.KEEP_HIDDEN)},
        ),
    )


def _flood() -> Section:
    return Section(
        "hochwasser",
        _("If you want flood warnings by mail"),
        _("The address that you give, the gauge and the level."),
        _("The warnings that you asked for (your consent, Article 6(1)(a) GDPR)."),
        (
            _("Each mail has a link with which you leave; then the address is erased at once."),
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(flood.KEEP_UNCONFIRMED)},
        ),
    )


def _audits() -> Section:
    return Section(
        "pruefung",
        _("If you have an AI system examined"),
        _(
            "Your account, your organisation, what you write about the system, your ratings, your "
            "files, your statement; the examiners’ ratings and declarations; complaints."
        ),
        _("The examination that you apply for (Article 6(1)(b) GDPR)."),
        (
            _("What you take back is erased after %(span)s.")
            % {"span": after(audits.KEEP_TAKEN_BACK)},
            _("What you do not hand in is erased %(span)s after your last change.")
            % {"span": after(audits.KEEP_DRAFT)},
            _("A self-check is erased after %(span)s.") % {"span": after(audits.KEEP_PROFILE)},
            _("If no certificate is granted, everything is erased after %(span)s.")
            % {"span": after(audits.KEEP_REFUSED)},
            _(
                "If one is granted, words and files are erased %(span)s after its end. The "
                "certificate itself stays in the public register with your organisation’s name."
            )
            % {"span": after(audits.KEEP_CERTIFIED)},
            _("The log of the examination holds check values instead of words, and stays."),
        ),
    )
