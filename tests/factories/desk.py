"""People of every role, bookings and consents for tests of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from factories.cases import make_case
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import User
from steiger.web.advice.models import Adviser, Booking
from steiger.web.cases.domain.contacts import set_consents
from steiger.web.cases.models import Contact

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make_person(role: str, name: str = "") -> User:
    """A person with one role."""
    name = name or role.title()
    email = f"{name.split(maxsplit=1)[0].lower()}@hub.example.org"
    user = create_person(email=email, by=audit.SYSTEM, verified=True)
    user.display_name = name
    user.save()
    grant_role(user=user, role=role, by=audit.SYSTEM, reason="test")
    return user


def browser_of(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def make_advising(user: User, name: str = "") -> Adviser:
    """Consultation hours of a person."""
    return Adviser.objects.create(
        user=user, name=name or user.display_name, languages=["de"], formats=["phone"]
    )


def make_talk(adviser: Adviser, starts_at: datetime | None = None, **values: Any) -> Booking:
    """A confirmed consultation of three quarters of an hour."""
    begin = starts_at or timezone.now() + timedelta(hours=1)
    given: dict[str, Any] = {
        "state": Booking.State.CONFIRMED,
        "format": "phone",
        "firm_name": "Bäckerei Müllerß",
        "contact": "Änne Groß",
        "email": "aenne@example.org",
        "words": "Abends bleibt Brot übrig.",
        "held_until": begin,
        "confirmed_at": timezone.now(),
    }
    return Booking.objects.create(
        adviser=adviser,
        starts_at=begin,
        ends_at=begin + timedelta(minutes=45),
        **(given | values),
    )


def agree(contact: Contact, *purposes: str) -> Contact:
    """Say to what a contact agrees; to mails if nothing is said."""
    wanted = set(purposes or ("news",))
    set_consents(contact=contact, purposes=wanted, told="self", by=audit.VISITOR)
    return contact


def withdraw(contact: Contact) -> None:
    """Agree to nothing any more."""
    set_consents(contact=contact, purposes=set(), told="self", by=audit.VISITOR)


def make_agreed(number: int, *, email: str = "", **firm: Any) -> Contact:
    """A firm whose contact agreed to mails about offers."""
    given = {"name": f"Betrieb {number:03}", "contact": f"Person {number:03}"}
    case = make_case(email or f"person{number}@firma.example.org", **(given | firm))
    return agree(case.firm.contacts.get())
