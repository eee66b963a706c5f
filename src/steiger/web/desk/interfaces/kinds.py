"""What can be taken along as a table: kinds, their columns, and the rows that a person may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from steiger.adapters.sheets import Cell
from steiger.web.accounts.models import STAFF_ROLES, RoleName, User
from steiger.web.advice.domain.queries import bookings_of, window
from steiger.web.advice.domain.texts import topic_names
from steiger.web.advice.models import Booking
from steiger.web.cases.domain.queries import agreed_to, visible_to
from steiger.web.cases.interfaces.pages import firm_view
from steiger.web.cases.models import Case, CaseEntry, Contact
from steiger.web.desk.domain.audience import NEWS
from steiger.web.directory.domain.areas import area_name
from steiger.web.directory.domain.vocabulary_cache import vocabulary
from steiger.web.events.models import Registration

#: What a form lets one choose: ``first``, ``last`` (days), ``state``, ``event``, ``district``.
Choice = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``personal``: it names somebody, so it has to be chosen."""

    key: str
    label: str | Promise
    value: Callable[[Any], Cell]
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One table. ``narrow``: names of the form's fields that choose among its rows."""

    key: str
    label: str | Promise
    about: str | Promise
    roles: tuple[str, ...]
    narrow: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[User, Choice], QuerySet[Any]]

    def chosen(self, keys: list[str]) -> list[Column]:
        """These columns, in the table's order."""
        return [column for column in self.columns if column.key in keys]


def _at(moment: Any) -> Cell:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None


def _day(moment: Any) -> Cell:
    return timezone.localtime(moment).date() if moment else None


def _size(key: str) -> str:
    return vocabulary().label("size", key) if key else ""


def _sector(key: str) -> str:
    return vocabulary().label("sector", key) if key else ""


def _within(choice: Choice, field: str) -> Q:
    """From the first day to the last one, both included."""
    first, last = choice.get("first") or date(2000, 1, 1), choice.get("last") or date(2199, 12, 31)
    begin, end = window(first, last)
    return Q(**{f"{field}__gte": begin, f"{field}__lt": end})


# --- cases ----------------------------------------------------------------------------------------
def _cases(person: User, choice: Choice) -> QuerySet[Case]:
    found = Case.objects.exclude(state=Case.State.MERGED).filter(_within(choice, "opened_at"))
    if choice.get("state"):
        found = found.filter(state=choice["state"])
    seen = visible_to(person, found).select_related("firm__actor", "adviser")
    return seen.prefetch_related("entries").order_by("opened_at", "pk")


def _entries(case: Case, kind: str) -> int:
    return sum(entry.kind == kind for entry in case.entries.all())


CASES = Kind(
    key="faelle",
    label=gettext_lazy("Cases"),
    about=gettext_lazy("One row for each case, without the words that were written in it."),
    roles=(RoleName.ADVISER,),
    narrow=("first", "last", "state"),
    rows=_cases,
    columns=(
        Column("number", gettext_lazy("Number"), lambda case: case.number),
        Column("firm", gettext_lazy("Firm"), lambda case: firm_view(case.firm).name, personal=True),
        Column("state", gettext_lazy("State"), lambda case: case.get_state_display()),
        Column("opened", gettext_lazy("Opened"), lambda case: _day(case.opened_at)),
        Column("closed", gettext_lazy("Closed"), lambda case: _day(case.closed_at)),
        Column("why", gettext_lazy("Why closed"), lambda case: case.get_closing_display()),
        Column("size", gettext_lazy("Size"), lambda case: _size(case.firm.size)),
        Column("sector", gettext_lazy("Sector"), lambda case: _sector(case.firm.sector)),
        Column("place", gettext_lazy("Place"), lambda case: firm_view(case.firm).place),
        Column("adviser", pgettext_lazy("case", "Adviser"), lambda case: str(case.adviser or "")),
        Column(
            "talks",
            gettext_lazy("Consultations held"),
            lambda case: _entries(case, CaseEntry.Kind.TALK),
        ),
        Column(
            "in_use",
            gettext_lazy("Said to be in use"),
            lambda case: sum(e.result == CaseEntry.Result.IN_USE for e in case.entries.all()),
        ),
    ),
)


# --- bookings -------------------------------------------------------------------------------------
def _bookings(person: User, choice: Choice) -> QuerySet[Booking]:
    found = bookings_of(person).filter(_within(choice, "starts_at"))
    found = found.exclude(state__in=(Booking.State.ASKED, Booking.State.EXPIRED))
    return found.prefetch_related("topics").order_by("starts_at", "pk")


BOOKINGS = Kind(
    key="sprechstunden",
    label=gettext_lazy("Consultations"),
    about=gettext_lazy("One row for each appointment, without notes."),
    roles=(RoleName.ADVISER,),
    narrow=("first", "last"),
    rows=_bookings,
    columns=(
        Column("begins", gettext_lazy("Begins"), lambda one: _at(one.starts_at)),
        Column("ends", gettext_lazy("Ends"), lambda one: _at(one.ends_at)),
        Column("state", gettext_lazy("State"), lambda one: one.get_state_display()),
        Column("format", gettext_lazy("How"), lambda one: one.get_format_display()),
        Column("adviser", pgettext_lazy("case", "Adviser"), lambda one: one.adviser.name),
        Column("topics", gettext_lazy("Topics"), lambda one: ", ".join(topic_names(one))),
        Column("firm", gettext_lazy("Firm"), lambda one: one.firm_name, personal=True),
        Column("contact", gettext_lazy("Name"), lambda one: one.contact, personal=True),
        Column("email", gettext_lazy("E-mail address"), lambda one: one.email, personal=True),
        Column("phone", gettext_lazy("Telephone"), lambda one: one.phone, personal=True),
        Column("size", gettext_lazy("Size"), lambda one: _size(one.size)),
        Column("sector", gettext_lazy("Sector"), lambda one: _sector(one.sector)),
        Column(
            "place",
            gettext_lazy("Place"),
            lambda one: area_name(one.municipality) if one.municipality else "",
        ),
    ),
)


# --- registrations --------------------------------------------------------------------------------
def _registrations(_person: User, choice: Choice) -> QuerySet[Registration]:
    found = Registration.objects.exclude(
        state__in=(Registration.State.ASKED, Registration.State.ASKED_LATE)
    ).filter(_within(choice, "event__starts_at"))
    if choice.get("event"):
        found = found.filter(event=choice["event"])
    found = found.select_related("event", "ticket").prefetch_related("attendances")
    return found.order_by("event__starts_at", "event_id", "created_at", "pk")


REGISTRATIONS = Kind(
    key="anmeldungen",
    label=gettext_lazy("Registrations for events"),
    about=gettext_lazy("One row for each registration. Erased names stay empty."),
    roles=tuple(STAFF_ROLES),
    narrow=("event", "first", "last"),
    rows=_registrations,
    columns=(
        Column("event", gettext_lazy("Event"), lambda row: row.event.title),
        Column("begins", gettext_lazy("Begins"), lambda row: _at(row.event.starts_at)),
        Column("ticket", gettext_lazy("Ticket"), lambda row: row.ticket.name),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display()),
        Column("seats", gettext_lazy("People"), lambda row: row.seats),
        Column("came", gettext_lazy("Came"), lambda row: len(row.attendances.all())),
        Column("name", gettext_lazy("Name"), lambda row: row.name, personal=True),
        Column("email", gettext_lazy("E-mail address"), lambda row: row.email, personal=True),
        Column("firm", gettext_lazy("Firm"), lambda row: row.firm_name, personal=True),
        Column("size", gettext_lazy("Size"), lambda row: _size(row.firm_size)),
        Column("sector", gettext_lazy("Sector"), lambda row: _sector(row.firm_sector)),
    ),
)


# --- people who agreed ----------------------------------------------------------------------------
def _contacts(person: User, choice: Choice) -> QuerySet[Contact]:
    """Of firms of which the person may see a case."""
    seen = visible_to(person, Case.objects.filter(firm=OuterRef("firm")))
    found = agreed_to(NEWS).filter(Exists(seen)).prefetch_related("consents")
    if choice.get("district"):
        near = Q(firm__municipality__startswith=choice["district"])
        by_actor = Q(firm__municipality="", firm__actor__district=choice["district"])
        found = found.filter(near | by_actor)
    return found.order_by("firm__name", "pk")


def _since(contact: Contact) -> Cell:
    given = [event.at for event in contact.consents.all() if event.purpose == NEWS and event.given]
    return _day(max(given)) if given else None


CONTACTS = Kind(
    key="einwilligungen",
    label=gettext_lazy("People who agreed to mails"),
    about=gettext_lazy("Whoever withdraws later is not in the next table. Use it on the same day."),
    roles=(RoleName.ADVISER,),
    narrow=("district",),
    rows=_contacts,
    columns=(
        Column("name", gettext_lazy("Name"), lambda one: one.name, personal=True),
        Column("email", gettext_lazy("E-mail address"), lambda one: one.email, personal=True),
        Column("language", gettext_lazy("Language"), lambda one: one.language),
        Column("firm", gettext_lazy("Firm"), lambda one: firm_view(one.firm).name, personal=True),
        Column("size", gettext_lazy("Size"), lambda one: _size(one.firm.size)),
        Column("sector", gettext_lazy("Sector"), lambda one: _sector(one.firm.sector)),
        Column("place", gettext_lazy("Place"), lambda one: firm_view(one.firm).place),
        Column("since", gettext_lazy("Agreed on"), _since),
    ),
)

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (CASES, BOOKINGS, REGISTRATIONS, CONTACTS)}


def kinds_for(person: User) -> list[Kind]:
    """The tables that a person may take along."""
    return [kind for kind in KINDS.values() if person.has_role(*kind.roles)]


def kind_words(key: str) -> str:
    """What was taken, for the log; tables outlive their code."""
    return str(KINDS[key].label) if key in KINDS else _("Other table")
