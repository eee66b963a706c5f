"""What pages and reports read.

For reports: :func:`firms_advised`, :func:`entry_rows`, :func:`entries_by_kind`, :func:`outcomes`,
:func:`first_in_use`, :func:`cases_in`. Periods are half open, ``[start, end)``, with aware times.
Firms whose words are erased still count, with the same figures; their ``name`` is then empty. Firms
and cases that were merged into others count once. ``examples=False`` leaves out what was invented
for demonstration.

Invariant: nothing that these functions return changes when a case is erased, except ``name``, and
``municipality``, of which the district is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import RoleName, User
from steiger.web.cases.models import Case, CaseEntry, CaseTask, ConsentEvent, Contact, Firm

Kind = CaseEntry.Kind
#: Stations that count as advice; an event or a publication alone does not.
ADVICE = (Kind.TALK, Kind.USE_CASE, Kind.PARTNER, Kind.FUNDING, Kind.TRIAL, Kind.OUTCOME)
#: The stations of the path in their order; notes are none.
STATIONS = tuple(kind for kind in Kind if kind != Kind.NOTE)


# --- for reports ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry with what is known of its firm.

    Attributes:
        kind: key of :class:`CaseEntry.Kind`.
        result: key of :class:`CaseEntry.Result`, or empty.
        amount_eur: whole euros (funding), or None.
        partner: number of the actor that was introduced, or None.
        evidenced: whether there is, or was, evidence.
        name: of the firm; empty if erased.
        size, sector: keys of the vocabularies, or empty.
        district: key (5 digits), or empty.
        municipality: key (8 digits) if it is known and not erased.
    """

    entry: int
    case: UUID
    firm: UUID
    kind: str
    happened_at: datetime
    room: str
    result: str
    amount_eur: int | None
    partner: int | None
    evidenced: bool
    name: str
    size: str
    sector: str
    district: str
    municipality: str
    erased: bool
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRow:
    """One firm that was advised in a period. ``entries``: how many of the kinds asked for."""

    firm: UUID
    name: str
    size: str
    sector: str
    district: str
    entries: int
    first_at: datetime
    last_at: datetime
    erased: bool
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """Cases in a period, merged ones counted once. ``closings``: reason → how many."""

    opened: int
    closed: int
    closings: dict[str, int]


def entry_rows(
    start: datetime,
    end: datetime,
    *,
    kinds: Collection[str] | None = None,
    examples: bool = True,
) -> list[EntryRow]:
    """Every entry of the period, by time; notes only if asked for by kind."""
    wanted = STATIONS if kinds is None else kinds
    found = CaseEntry.objects.filter(happened_at__gte=start, happened_at__lt=end, kind__in=wanted)
    if not examples:
        found = found.filter(case__firm__example=False)
    return [_row(entry) for entry in found.select_related("case__firm__actor")]


def _row(entry: CaseEntry) -> EntryRow:
    firm = entry.case.firm
    place = firm.place
    return EntryRow(
        entry=entry.pk,
        case=entry.case_id,
        firm=firm.pk,
        kind=entry.kind,
        happened_at=entry.happened_at,
        room=entry.room,
        result=entry.result,
        amount_eur=entry.amount_eur,
        partner=entry.partner_id,
        evidenced=entry.evidenced,
        name=firm.name,
        size=firm.size,
        sector=firm.sector,
        district=place[:5],
        municipality=place if len(place) == 8 else "",
        erased=firm.erased_at is not None,
        example=firm.example,
    )


def firms_advised(
    start: datetime,
    end: datetime,
    *,
    kinds: Collection[str] = ADVICE,
    examples: bool = True,
) -> list[FirmRow]:
    """Firms with at least one entry of these kinds in the period, each once, by first entry."""
    rows: dict[UUID, list[EntryRow]] = {}
    for row in entry_rows(start, end, kinds=kinds, examples=examples):
        rows.setdefault(row.firm, []).append(row)
    return [
        FirmRow(
            firm=firm,
            name=own[0].name,
            size=own[0].size,
            sector=own[0].sector,
            district=own[0].district,
            entries=len(own),
            first_at=own[0].happened_at,
            last_at=own[-1].happened_at,
            erased=own[0].erased,
            example=own[0].example,
        )
        for firm, own in rows.items()
    ]


def entries_by_kind(start: datetime, end: datetime, *, examples: bool = True) -> dict[str, int]:
    """How many entries of each kind the period has; every station is named, also with 0."""
    counted = Counter(row.kind for row in entry_rows(start, end, examples=examples))
    return {str(kind): counted[kind] for kind in STATIONS}


def outcomes(start: datetime, end: datetime, *, examples: bool = True) -> list[EntryRow]:
    """What firms and advisers said came of advice, by time; ``result`` says what, also nothing."""
    return entry_rows(start, end, kinds=(Kind.OUTCOME,), examples=examples)


def first_in_use(start: datetime, end: datetime) -> list[EntryRow]:
    """Of every firm the entry by which an application was in use for the first time, by time.

    A firm has one such entry in all its time, so that the figures of two periods add up.
    """
    used = CaseEntry.objects.filter(kind=Kind.OUTCOME, result=CaseEntry.Result.IN_USE)
    before = Q(happened_at__lt=OuterRef("happened_at")) | Q(
        happened_at=OuterRef("happened_at"), pk__lt=OuterRef("pk")
    )
    earlier = used.filter(before, case__firm=OuterRef("case__firm"))
    found = used.filter(~Exists(earlier), happened_at__gte=start, happened_at__lt=end)
    return [_row(entry) for entry in found.select_related("case__firm__actor")]


def cases_in(start: datetime, end: datetime, *, examples: bool = True) -> CaseFigures:
    """How many cases were opened and closed in the period, and why closed."""
    found = Case.objects.exclude(state=Case.State.MERGED)
    if not examples:
        found = found.filter(firm__example=False)
    closed = found.filter(state=Case.State.CLOSED, closed_at__gte=start, closed_at__lt=end)
    closings = Counter(closed.order_by().values_list("closing", flat=True))
    return CaseFigures(
        opened=found.filter(opened_at__gte=start, opened_at__lt=end).count(),
        closed=sum(closings.values()),
        closings=dict(sorted(closings.items())),
    )


def contacts_who_agreed(purpose: str) -> list[Contact]:
    """People who agreed to a purpose and still do, for example to mails about offers."""
    return list(agreed_to(purpose))


def agreed_to(purpose: str) -> QuerySet[Contact]:
    """The same as a query: those whose latest word on the purpose is a yes."""
    events = ConsentEvent.objects.filter(contact=OuterRef("pk"), purpose=purpose)
    latest = Subquery(events.order_by("-at", "-pk").values("given")[:1])
    agreed = Contact.objects.alias(agreed=latest).filter(agreed=True, firm__erased_at=None)
    return agreed.select_related("firm__actor")


# --- for pages ------------------------------------------------------------------------------------
def cases_matching(
    *,
    state: str = "",
    adviser: str = "",
    district: str = "",
    sector: str = "",
    size: str = "",
    station: str = "",
    text: str = "",
) -> QuerySet[Case]:
    """Cases that fit, the one last worked on first.

    Args:
        adviser: number of a person, or ``none`` for cases that nobody has.
        station: kind of an entry that the case has.
        text: part of the name of firm or person, of an address, of an entry, or the case's number.
    """
    found = Case.objects.exclude(state=Case.State.MERGED)
    if state:
        found = found.filter(state=state)
    if adviser:
        found = found.filter(adviser=None if adviser == "none" else int(adviser))
    if district:
        near = Q(firm__municipality__startswith=district)
        by_actor = Q(firm__municipality="", firm__actor__district=district)
        found = found.filter(near | by_actor)
    if sector:
        found = found.filter(firm__sector=sector)
    if size:
        found = found.filter(firm__size=size)
    entries = CaseEntry.objects.filter(case=OuterRef("pk"))
    if station:
        found = found.filter(Exists(entries.filter(kind=station)))
    if text.strip():
        people = Contact.objects.filter(firm=OuterRef("firm"))
        found = holding(
            found,
            text,
            "firm__name",
            "firm__actor__name",
            beside=((people, ("name", "email")), (entries, ("title",))),
            exact=_number,
        )
    return found.select_related("firm__actor", "adviser").order_by("-touched_at", "pk")


def _number(word: str) -> Q:
    """Whether a word is the beginning of a case's number; numbers have digits from 0 to f."""
    word = word.strip("#().,;:")
    is_number = len(word) >= 4 and all(sign in "0123456789abcdef" for sign in word)
    return Q(pk__startswith=word) if is_number else Q(pk=None)


def visible_to(person: User, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of these cases that a person may see: advisers all but confidential ones of others."""
    if person.has_role(RoleName.ADMINISTRATOR):
        return cases
    if not person.has_role(RoleName.ADVISER):
        return cases.none()
    return cases.filter(Q(confidential=False) | Q(adviser=person))


def waiting_enquiries(person: User) -> QuerySet[Case]:
    """Cases that began with an enquiry to which no talk followed and none is arranged.

    The oldest first; of those that nobody has, and of the person's own.
    """
    entries = CaseEntry.objects.filter(case=OuterRef("pk"))
    found = Case.objects.filter(state=Case.State.OPEN).filter(
        Exists(entries.filter(kind=Kind.ENQUIRY)), ~Exists(entries.filter(kind=Kind.TALK))
    )
    if not person.has_role(RoleName.ADMINISTRATOR):
        found = found.filter(Q(adviser=None) | Q(adviser=person))
    return visible_to(person, found).select_related("firm__actor").order_by("opened_at", "pk")


def advisers() -> QuerySet[User]:
    """People who can have cases."""
    return User.objects.filter(
        is_active=True, grants__role__in=("adviser", "administrator")
    ).distinct()


def open_tasks(person: User) -> QuerySet[CaseTask]:
    """What a person still has to do, by day."""
    found = CaseTask.objects.filter(assignee=person, done_at=None)
    return found.select_related("case__firm__actor").order_by("due_on", "pk")


def firms_of_addresses(addresses: Collection[str]) -> QuerySet[Firm]:
    """Firms of which these confirmed addresses are contacts."""
    wanted = [address.lower() for address in addresses]
    found = Firm.objects.filter(contacts__email__in=wanted, erased_at=None)
    return found.select_related("actor").distinct().order_by("created_at")


def path_of(firm: Firm, *, all_of_it: bool = False) -> QuerySet[CaseEntry]:
    """What happened with a firm, by time; without ``all_of_it`` only what the firm may see."""
    found = CaseEntry.objects.filter(case__firm=firm, case__erased_at=None)
    if not all_of_it:
        found = found.filter(for_firm=True)
    return found.select_related("case", "author", "partner").prefetch_related("evidence")
