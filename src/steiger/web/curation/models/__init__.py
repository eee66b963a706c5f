"""What waits for a decision, who speaks for an actor, and how fresh an entry is."""

from steiger.web.curation.models.decisions import Admission, Decision, Pair
from steiger.web.curation.models.drafts import Draft, Invitation
from steiger.web.curation.models.freshness import Confirmation, Freshness, LinkCheck, Reminder
from steiger.web.curation.models.people import ContactConsent, ContactPerson, MapSubscription
from steiger.web.curation.models.representations import Representation
from steiger.web.curation.models.submissions import Evidence, Submission
from steiger.web.curation.models.webhooks import Delivery, Webhook

__all__ = [
    "Admission",
    "Confirmation",
    "ContactConsent",
    "ContactPerson",
    "Decision",
    "Delivery",
    "Draft",
    "Evidence",
    "Freshness",
    "Invitation",
    "LinkCheck",
    "MapSubscription",
    "Pair",
    "Reminder",
    "Representation",
    "Submission",
    "Webhook",
]
