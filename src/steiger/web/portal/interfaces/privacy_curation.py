"""What the page on privacy says of the curation of the Landkarte."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from steiger.web.curation.domain import contacts, subscriptions
from steiger.web.curation.domain.freshness import rules
from steiger.web.curation.domain.links import KEEP_DRAFT
from steiger.web.portal.interfaces.addresses import reverse_if_there
from steiger.web.portal.interfaces.privacy import Section, after, months


def curation() -> list[Section]:
    """Tending entries, contact persons, subscriptions."""
    return [_entries(), _contacts(), _subscriptions()]


def _entries() -> Section:
    given = rules()
    return Section(
        "eintraege",
        _("If you propose or tend an entry on the Landkarte"),
        _(
            "Your name, your e-mail address, what you write to the editors; if you speak for an "
            "organisation, your account and when we asked you whether the entry is right. The "
            "entry itself says in which role it was confirmed, never by whom."
        ),
        _("An up-to-date Landkarte as a task of public interest (Article 6(1)(e) GDPR)."),
        (
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(timedelta(days=given.unconfirmed_days))},
            _("%(span)s after the decision your name, address and words are erased.")
            % {"span": months(given.keep_person_months)},
            _(
                "A link in a reminder works once, for %(n)d days. We keep only a check value of "
                "it; it stands in no log."
            )
            % {"n": given.link_days},
            _(
                "A draft is kept without your name, address and words; it is erased once it is "
                "sent, after %(span)s at the latest. What your browser keeps stays there."
            )
            % {"span": after(KEEP_DRAFT)},
            _("If you no longer speak for an entry, nothing says any more that you did."),
        ),
    )


def _contacts() -> Section:
    return Section(
        "ansprechpersonen",
        _("If you are a contact person on the Landkarte"),
        _("Your name and function, your e-mail address and telephone number if you want that."),
        _("So that firms find somebody to talk to (your consent, Article 6(1)(a) GDPR)."),
        (
            _("Without your yes nothing is shown and everything is erased after %(span)s.")
            % {"span": after(timedelta(days=rules().link_days))},
            _(
                "With the link in your mail you change or withdraw your yes at any time; then "
                "everything is erased at once, the proof of your consent included."
            ),
            _("If the entry leaves the map, your data is erased after %(span)s.")
            % {"span": after(contacts.KEEP_OF_WITHDRAWN)},
        ),
    )


def _subscriptions() -> Section:
    return Section(
        "abonnement",
        _("If you subscribe to a selection of the Landkarte"),
        _("The address that you give, and the filters of your selection."),
        _("The mails that you asked for (your consent, Article 6(1)(a) GDPR)."),
        (
            _("Each mail has a link with which you leave; then the address is erased at once."),
            _("What you do not confirm is erased after %(span)s.")
            % {"span": after(subscriptions.KEEP_UNCONFIRMED)},
        ),
        reverse_if_there("curation:subscribe"),
        _("To the subscription"),
    )
