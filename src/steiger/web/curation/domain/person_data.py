"""How this room forgets a person who asks for it; entries and decisions stay."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from steiger.web.accounts.domain import audit
from steiger.web.curation.domain import contacts, proposing, subscriptions
from steiger.web.curation.models import (
    ContactPerson,
    Invitation,
    MapSubscription,
    Representation,
    Submission,
)


@transaction.atomic
def erase_person(address: str) -> int:
    """Forget one address: whoever subscribed, is named, was invited, submitted or speaks.

    A claim goes as a whole, because it is about the person.
    """
    wishes = MapSubscription.objects.filter(email__iexact=address).values_list("pk", flat=True)
    number = sum(subscriptions.leave(subscription_id=pk) for pk in list(wishes))
    people = ContactPerson.objects.filter(email__iexact=address).values_list("pk", flat=True)
    number += sum(contacts.erase(contact_id=pk, by=audit.VISITOR) for pk in list(people))
    own = Submission.objects.filter(Q(email__iexact=address) | Q(user__email__iexact=address))
    for row in own:
        entry = audit.Entry("curation.submission.forget", "curation.submission", str(row.pk))
        audit.record_many(by=audit.VISITOR, entries=[entry])
    gone = own.filter(Q(kind=Submission.Kind.CLAIM) | Q(state=Submission.State.UNCONFIRMED))
    number += gone.count()
    gone.delete()
    proposing.forget_exchange(own)
    number += own.update(email="", person_name="", words="", user=None)
    number += Invitation.objects.filter(email__iexact=address).delete()[0]
    speaking = Representation.objects.filter(user__email__iexact=address)
    for one in speaking:
        audit.record(by=audit.VISITOR, act="curation.representation.forget", on=one.actor)
    return number + speaking.delete()[0]
