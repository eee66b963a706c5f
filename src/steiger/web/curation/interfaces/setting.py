"""What this room gives to others when it is ready: guards of mails, parts of an entry's page."""

from steiger.web.background.domain.mail import Guard, guard_mails
from steiger.web.curation.domain import reminders, subscriptions
from steiger.web.curation.interfaces.fresh_pages import contacts_shown
from steiger.web.curation.interfaces.freshness_words import archived_words, fresh_words
from steiger.web.directory.interfaces.extras import Extra, register

guard_mails(reminders.GUARD, Guard(reminders.may_leave, reminders.has_left, resend=False))
guard_mails(subscriptions.GUARD, Guard(subscriptions.may_leave, lambda _mail: None))
register(
    Extra(
        key="freshness",
        place="proof",
        template="curation/fresh/parts/fresh.html",
        given=fresh_words,
    )
)
register(
    Extra(
        key="contact-persons",
        place="contact",
        template="curation/fresh/parts/contacts.html",
        given=contacts_shown,
    )
)
register(
    Extra(
        key="archived",
        place="withdrawn",
        template="curation/fresh/parts/archived.html",
        given=archived_words,
    )
)
