"""What the entries of freshness, subscriptions and contact persons in the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.curation.interfaces.fresh_forms import ChangeForm
from steiger.web.curation.models import Confirmation

register(
    acts={
        "directory.actor.verify": _("Entry confirmed"),
        "directory.actor.unconfirm": _("Entry marked as not confirmed"),
        "curation.reminder.write": _("Representatives asked whether an entry is right"),
        "curation.reminder.archive": _("Representatives told that an entry was archived"),
        "curation.link.edit": _("Change proposed by the link in a mail"),
        "curation.subscription.ask": _("Subscription asked for"),
        "curation.subscription.confirm": _("Subscription confirmed"),
        "curation.subscription.leave": _("Subscription ended"),
        "curation.subscription.expire": _("Subscription never confirmed"),
        "curation.contact.propose": _("Contact person proposed"),
        "curation.contact.agree": _("Contact person agreed to be shown"),
        "curation.contact.hide": _("Contact person does not want to be shown"),
        "curation.contact.correct": _("Contact person corrected her data"),
        "curation.contact.erase": _("Contact person erased"),
        "curation.contact.expire": _("Contact person erased in time"),
        "curation.retention.run": _("Erased in time"),
        "curation.submission.forget": _("Person of a submission erased on request"),
        "curation.representation.forget": _("Representation ended on request"),
    },
    objects={
        "curation.mapsubscription": _("Subscription"),
        "curation.contactperson": _("Contact person"),
        "curation.retention": _("Retention"),
    },
    reasons={
        "not confirmed": _("nobody confirmed it"),
        "confirmed again": _("confirmed again"),
    },
    changes={
        "directory.actor": words_for(
            {
                "verified_on": _("Confirmed on"),
                "how": _("How"),
                "number": _("Number of the reminder"),
                "mails": _("Mails"),
                "fields": _("Fields"),
            },
            {
                "how": dict(Confirmation.How.choices),
                "number": {0: _("the last one")},
                "fields": labels_of(ChangeForm),
            },
        ),
        "curation.retention": words_for(
            {
                "submissions": _("Submissions"),
                "reminders": _("Reminders"),
                "subscriptions": _("Subscriptions"),
                "contacts": _("Contact persons"),
                "deliveries": _("Messages to programs"),
            }
        ),
    },
)
