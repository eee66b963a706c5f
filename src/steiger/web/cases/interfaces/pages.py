"""What the pages of this room show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from steiger.web.accounts.models import User
from steiger.web.cases.domain.contacts import agreed
from steiger.web.cases.domain.entries import BY_HAND, ROOM
from steiger.web.cases.domain.queries import STATIONS, path_of, visible_to
from steiger.web.cases.domain.retention import erased_on, rules
from steiger.web.cases.domain.rooms import Appointment, appointments
from steiger.web.cases.interfaces.forms import ConsentForm, ContactForm, NoteForm, TaskForm
from steiger.web.cases.interfaces.words import Line, lines_of
from steiger.web.cases.models import (
    Case,
    CaseEntry,
    CaseTask,
    ConsentEvent,
    Contact,
    Evidence,
    Firm,
)
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary


@dataclass(frozen=True, slots=True)
class FirmView:
    """A firm in words."""

    firm: Firm
    name: str
    size: str
    sector: str
    place: str

    @property
    def facts(self) -> str:
        """What is known, in one line."""
        return " · ".join(part for part in (self.size, self.sector, self.place) if part)


def firm_view(firm: Firm) -> FirmView:
    """A firm as people call it; an erased one has no name."""
    actor = firm.actor
    name = firm.name or (actor.name if actor else "")
    place = firm.place
    known = vocabulary()
    return FirmView(
        firm=firm,
        name=name or (_("Erased firm") if firm.erased_at else _("Firm without a name")),
        size=known.label("size", firm.size) if firm.size else "",
        sector=known.label("sector", firm.sector) if firm.sector else "",
        place=area_name(place) if place else "",
    )


# --- the adviser's list ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. ``station``: the last station of the path that was reached."""

    case: Case
    firm: FirmView
    station: str
    due: date | None
    late: bool


def case_rows(cases: Iterable[Case]) -> list[CaseRow]:
    """Rows for one page of cases."""
    found = list(cases)
    numbers = [case.pk for case in found]
    order = {str(kind): place for place, kind in enumerate(STATIONS)}
    furthest: dict[Any, str] = {}
    reached = CaseEntry.objects.filter(case__in=numbers, kind__in=STATIONS).order_by()
    for pk, kind in reached.values_list("case_id", "kind").distinct():
        if order[kind] >= order.get(furthest.get(pk, ""), -1):
            furthest[pk] = kind
    waiting = CaseTask.objects.filter(case__in=numbers, done_at=None).order_by("-due_on")
    due: dict[Any, date] = dict(waiting.values_list("case_id", "due_on"))
    today = timezone.localdate()
    return [
        CaseRow(
            case=case,
            firm=firm_view(case.firm),
            station=str(CaseEntry.Kind(furthest[case.pk]).label) if case.pk in furthest else "–",
            due=due.get(case.pk),
            late=case.pk in due and due[case.pk] < today,
        )
        for case in found
    ]


# --- the path -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a path, in words. ``own``: entered by hand, so that it can be taken back."""

    entry: CaseEntry
    kind: str
    title: str
    lines: list[Line]
    evidence: list[Evidence]
    ahead: bool
    own: bool

    @property
    def is_note(self) -> bool:
        """Whether it is a note and no station."""
        return self.entry.kind == CaseEntry.Kind.NOTE


def steps_of(entries: Iterable[CaseEntry]) -> list[Step]:
    """Entries in words, in their order."""
    now = timezone.now()
    return [
        Step(
            entry=entry,
            kind=str(CaseEntry.Kind(entry.kind).label),
            title=entry.title,
            lines=lines_of(entry),
            evidence=list(entry.evidence.all()),
            ahead=entry.happened_at > now,
            own=entry.room == ROOM,
        )
        for entry in entries
    ]


def appointments_of(firm: Firm) -> list[Appointment]:
    """What lies ahead of a firm in all rooms, the next first."""
    return appointments(firm.pk, list(firm.contacts.values_list("email", flat=True)))


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose, and what a person says to it."""

    purpose: str
    label: str
    given: bool
    since: str
    told: str


def consents_of(contact: Contact) -> list[Consent]:
    """Every purpose with the latest word about it."""
    latest = agreed(contact)
    found = []
    for purpose, label in ConsentEvent.Purpose.choices:
        event = latest.get(purpose)
        found.append(
            Consent(
                purpose=purpose,
                label=str(label),
                given=bool(event and event.given),
                since=_day(event.at) if event else "",
                told=str(event.get_told_display()) if event else "",
            )
        )
    return found


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def given_purposes(contact: Contact) -> list[str]:
    """Keys of what a person agrees to now."""
    return [consent.purpose for consent in consents_of(contact) if consent.given]


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with what she agrees to."""

    contact: Contact
    consents: list[Consent]
    form: ConsentForm


def people_of(firm: Firm) -> list[Person]:
    """All confirmed contacts."""
    return [
        Person(
            contact=contact,
            consents=consents_of(contact),
            form=ConsentForm(
                initial={"purposes": given_purposes(contact)}, auto_id=f"id_{contact.pk}_%s"
            ),
        )
        for contact in firm.contacts.all()
    ]


def case_context(case: Case, person: User, **bound: Any) -> dict[str, Any]:
    """The case page. ``bound``: forms that came back with their mistakes."""
    people = case.firm.contacts.prefetch_related("consents")
    entries = case.entries.select_related("author", "partner").prefetch_related(
        Prefetch("evidence", queryset=Evidence.objects.order_by("pk"))
    )
    erased = case.erased_at is not None
    return {
        "case": case,
        "firm": firm_view(case.firm),
        "steps": steps_of(entries.order_by("-happened_at", "-pk")),
        "stations": [(kind, CaseEntry.Kind(kind).label) for kind in BY_HAND],
        "tasks": case.tasks.select_related("assignee").order_by("done_at", "due_on", "pk"),
        "today": timezone.localdate(),
        "people": [] if erased else people_of(case.firm),
        "pending": case.firm.pending_contacts.all(),
        "appointments": [] if erased else appointments_of(case.firm),
        "hand_overs": case.hand_overs.select_related("giver", "taker"),
        "others": visible_to(person, case.firm.cases.exclude(pk=case.pk)).exclude(
            state=Case.State.MERGED
        ),
        "retention": retention_of(case),
        "mine": case.adviser_id == person.pk,
        "writable": not erased,
        "has_people": people.exists(),
        "note_form": NoteForm(auto_id="id_note_%s"),
        "task_form": TaskForm(auto_id="id_task_%s"),
        "contact_form": ContactForm(auto_id="id_contact_%s"),
        **bound,
    }


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when a case is kept. ``day``: when its words go, if that is known."""

    months: int
    dormant_months: int
    unconfirmed_days: int
    day: date | None
    erased: Any


def retention_of(case: Case | None = None) -> Retention:
    """The rules, and what they mean for one case."""
    known = rules()
    return Retention(
        months=known.keep_months,
        dormant_months=known.dormant_months,
        unconfirmed_days=known.unconfirmed_days,
        day=erased_on(case) if case else None,
        erased=case.erased_at if case else None,
    )


# --- the firm's own page --------------------------------------------------------------------------
def path_context(firm: Firm, me: Contact, by_link: bool, **bound: Any) -> dict[str, Any]:
    """The firm's simple timeline: only what is meant for it."""
    cases = list(firm.cases.exclude(state=Case.State.MERGED).select_related("adviser"))
    running = next((case for case in cases if case.state == Case.State.OPEN), None)
    closed = [day for case in cases if (day := erased_on(case))]
    return {
        "firm": firm_view(firm),
        "me": me,
        "steps": steps_of(path_of(firm).order_by("-happened_at", "-pk")),
        "running": running,
        "adviser": str(running.adviser.display_name) if running and running.adviser else "",
        "appointments": appointments_of(firm),
        "colleagues": firm.contacts.exclude(pk=me.pk).order_by("pk"),
        "consents": consents_of(me),
        "consent_form": ConsentForm(initial={"purposes": given_purposes(me)}),
        "retention": retention_of(),
        "erased_from": max(closed) if closed and running is None else None,
        "by_link": by_link,
        **bound,
    }
