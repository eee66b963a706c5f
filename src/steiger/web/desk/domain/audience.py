"""Whom a circular reaches: people who agreed to mails about offers, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from steiger.web.advice.models import Booking
from steiger.web.cases.domain.queries import agreed_to
from steiger.web.cases.models import CaseEntry, ConsentEvent, Contact
from steiger.web.communities.models import Member
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.models import Registration

NEWS = ConsentEvent.Purpose.NEWS


@dataclass(frozen=True, slots=True)
class Filters:
    """Who is meant. Empty parts do not narrow; within a part one value is enough.

    Attributes:
        topics: keys of topics: asked about in a consultation, or of an event registered for.
        districts: keys of districts (5 digits).
        sectors: keys of sectors; one with subdivisions stands for these, too.
        communities: slugs: the address is a member of one.
        event: number of an event to which the address, or somebody of the firm, came.
    """

    topics: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    event: int | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Filters:
        """From what a circular keeps."""
        parts = {
            name: tuple(str(key) for key in kept.get(name) or ())
            for name in ("topics", "districts", "sectors", "communities")
        }
        return cls(**parts, event=kept.get("event") or None)

    def as_json(self) -> dict[str, Any]:
        """As a circular keeps it; only what narrows."""
        parts: dict[str, Any] = {
            name: list(getattr(self, name))
            for name in ("topics", "districts", "sectors", "communities")
        }
        return {name: value for name, value in (parts | {"event": self.event}).items() if value}


def audience(filters: Filters) -> list[Contact]:
    """Each person once, however many firms she belongs to; whoever withdrew anywhere is out.

    Invented firms of the demonstration get no mail.
    """
    withdrawn = _withdrawn()
    people: dict[str, Contact] = {}
    real = agreed_to(NEWS).filter(firm__example=False).order_by("pk")
    for contact in _narrowed(real, filters):
        address = contact.email.lower()
        if address not in withdrawn:
            people.setdefault(address, contact)
    return list(people.values())


def _withdrawn() -> set[str]:
    """Addresses of which some contact's last word on mails is a no."""
    yes = agreed_to(NEWS).values("pk")
    no = Contact.objects.filter(consents__purpose=NEWS).exclude(pk__in=yes).distinct()
    return {email.lower() for email in no.values_list("email", flat=True)}


def _narrowed(contacts: Iterable[Contact], filters: Filters) -> Iterable[Contact]:
    sectors = _with_subdivisions(filters.sectors)
    reached = [
        part
        for part in (
            _of_topics(filters.topics) if filters.topics else None,
            _of_communities(filters.communities) if filters.communities else None,
            _of_event(filters.event) if filters.event else None,
        )
        if part is not None
    ]
    for contact in contacts:
        firm = contact.firm
        place = firm.place
        if filters.districts and place[:5] not in filters.districts:
            continue
        if filters.sectors and firm.sector not in sectors:
            continue
        address = contact.email.lower()
        if all(address in emails or firm.pk in firms for emails, firms in reached):
            yield contact


def _with_subdivisions(sectors: Iterable[str]) -> set[str]:
    wanted = set(sectors)
    words = vocabulary().facet("sector").values()
    return wanted | {word.key for word in words if word.parent in wanted}


Reached = tuple[set[str], set[Any]]


def _of_topics(topics: Iterable[str]) -> Reached:
    keys = list(topics)
    asked = Booking.objects.filter(topics__key__in=keys).exclude(state=Booking.State.EXPIRED)
    came = Registration.objects.filter(
        event__topics__key__in=keys, state=Registration.State.CONFIRMED
    )
    firms = set(asked.exclude(firm=None).values_list("firm_id", flat=True))
    return _emails(came) | _emails(asked), firms


def _of_communities(slugs: Iterable[str]) -> Reached:
    found = Member.objects.filter(community__slug__in=list(slugs)).exclude(confirmed_at=None)
    return _emails(found), set()


def _of_event(event: int) -> Reached:
    """By address as long as the event's registrations have one, later by the firm's case."""
    came = Registration.objects.filter(event=event, attendances__isnull=False).distinct()
    sources = [f"registration/{pk}" for pk in came.values_list("pk", flat=True)]
    told = CaseEntry.objects.filter(room="events", source__in=sources)
    return _emails(came), set(told.values_list("case__firm_id", flat=True))


def _emails(rows: Any) -> set[str]:
    found = rows.exclude(email="").values_list("email", flat=True)
    return {email.lower() for email in found}
