"""No more mails: a link that ends them without an account, for ever and by one click (RFC 8058).

The secret is signed, so nothing has to be kept for it.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from steiger.web.accounts.domain import audit
from steiger.web.cases.domain.contacts import agreed, set_consents
from steiger.web.cases.models import ConsentEvent, Contact

SALT = "cases.leave"
Purpose = ConsentEvent.Purpose


class LeaveError(ValueError):
    """The link is not one of ours."""


def leave_link(contact: int, language: str) -> str:
    """The full address of the page on which a contact ends the mails. 0 is nobody (a trial)."""
    token = signing.dumps(contact, salt=SALT)
    with override(language):
        path = reverse("cases:unsubscribe", kwargs={"token": token})
    return f"{settings.BASE_URL}{path}"


def contact_of(token: str) -> Contact | None:
    """Whom a token names; None if she is erased already.

    Raises:
        LeaveError: it is forged or torn.
    """
    try:
        number = int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LeaveError("This link does not work.") from error
    return Contact.objects.filter(pk=number).first()


@transaction.atomic
def leave(*, contact: Contact) -> int:
    """Withdraw the consent to mails for this address, at every firm; returns how many changed."""
    changed = 0
    for one in Contact.objects.filter(email__iexact=contact.email).order_by("pk"):
        purposes = {key for key, event in agreed(one).items() if event.given}
        changed += bool(
            set_consents(
                contact=one,
                purposes=purposes - {str(Purpose.NEWS)},
                told=ConsentEvent.Told.MAIL,
                by=audit.VISITOR,
            )
        )
    return changed


def still_agrees(contact: Contact, purpose: str = Purpose.NEWS) -> bool:
    """Whether this address agrees now: one firm's yes, and no withdrawal at another.

    A person who belongs to two firms is one person; her last no counts more than an older yes.
    """
    twins = Contact.objects.filter(email__iexact=contact.email, firm__erased_at=None)
    latest = [event.given for one in twins if (event := agreed(one).get(purpose))]
    return bool(latest) and all(latest)
