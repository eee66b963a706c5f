"""What waits for a decision, who speaks for an actor, and how fresh an entry is."""

from steiger.web.curation.models.decisions import Admission, Decision, Pair
from steiger.web.curation.models.drafts import Draft, Invitation
from steiger.web.curation.models.freshness import Confirmation, Freshness, LinkCheck, Reminder
from steiger.web.curation.models.people import ContactConsent, ContactPerson, MapSubscription
from steiger.web.curation.models.representations import Representation
from steiger.web.curation.models.submissions import Evidence, Submission

__all__ = [
    "Admission",
    "Confirmation",
    "ContactConsent",
    "ContactPerson",
    "Decision",
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
]
