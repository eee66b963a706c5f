"""What waits for a person who works for the hub today. Each line leads to the thing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steiger.lib.text import one_line
from steiger.web.accounts.models import RoleName, User
from steiger.web.advice.domain.queries import (
    adviser_of,
    bookings_of,
    late_follow_ups,
    on_days,
    over_unmarked,
    window,
)
from steiger.web.advice.models import Booking
from steiger.web.cases.domain.queries import open_tasks, waiting_enquiries
from steiger.web.cases.interfaces.pages import firm_view
from steiger.web.communities.domain.queries import unanswered, waiting_by_community
from steiger.web.communities.domain.texts import localized
from steiger.web.curation.domain.duplicates import open_pairs
from steiger.web.curation.domain.queue import late_before, waiting
from steiger.web.desk.interfaces.roles import SENDERS
from steiger.web.desk.models import Circular
from steiger.web.events.domain.queries import (
    drafts as event_drafts,
)
from steiger.web.events.domain.queries import (
    fresh_opinions,
    public_between,
    waiting_beside_free_places,
)
from steiger.web.events.models import Event
from steiger.web.flood.domain.queries import troubled
from steiger.web.flood.domain.texts import name_of
from steiger.web.publications.domain.queries import drafts as publication_drafts
from steiger.web.reports.domain.queries import unfinished
from steiger.web.reports.interfaces.words import AUTHORS, language

#: Lines of one part that are seen at once, and those behind a fold where there is no list of all.
MOST, FOLDED = 6, 60
DOORS_AHEAD = timedelta(days=7)
#: A question in a community waits so long for another member before it stands here,
UNANSWERED_AFTER = timedelta(days=2)
#: and opinions on events stand here for so long.
FRESH = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits. ``when``: its time or day; ``mark``: why it is urgent, in a word."""

    title: str
    url: str
    when: str = ""
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one sort; ``total`` of them in all.

    Attributes:
        folded: further lines, where there is no list of all.
        more: address of the list of all.
    """

    key: str
    title: str
    lines: Sequence[Line]
    total: int
    folded: Sequence[Line] = ()
    more: str = ""

    @property
    def rest(self) -> int:
        """How many are not seen at once."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True)
class Today:
    """The page. ``plan``: parts with a day, also when they are empty; ``queues``: the others."""

    day: str
    advises: bool
    is_adviser: bool
    talks: Part
    over: Part
    doors: Part
    coming: Part
    tasks: Part
    queues: Sequence[Part]

    @property
    def waiting(self) -> int:
        """How much waits in the queues."""
        return sum(part.total for part in self.queues)


def today(user: User, now: datetime | None = None) -> Today:
    """What waits for a person; only what the person may see anyway."""
    now = now or timezone.now()
    day = timezone.localdate(now)
    begin, end = window(day, day)
    bookings = bookings_of(user)
    everybodys = user.has_role(RoleName.ADMINISTRATOR)

    def talk(booking: Booking) -> Line:
        return _talk(booking, now, names_adviser=everybodys)

    # Those of today stand among the day's talks, with a mark.
    earlier = over_unmarked(bookings, now=now).filter(starts_at__lt=begin)
    events = list(public_between(begin, end + DOORS_AHEAD))
    doors = [event for event in events if event.starts_at < end]
    coming = [event for event in events if event.starts_at >= end]
    return Today(
        day=date_format(day, _("l, j F Y")),
        advises=adviser_of(user) is not None,
        is_adviser=user.has_role(RoleName.ADVISER),
        talks=_part("gespraeche", _("Consultations"), on_days(bookings, day, day), talk, most=40),
        over=_part("vorbei", _("Over, and not marked"), earlier, _over),
        doors=_part("tueren", _("Doors today"), doors, _door, most=40),
        coming=_part(
            "woche",
            _("In the coming week"),
            coming,
            _coming,
            more=reverse("events:plan"),
        ),
        tasks=_tasks(user, day),
        queues=[part for part in _queues(user, now) if part.total],
    )


def _part(
    key: str,
    title: str,
    rows: QuerySet[Any] | Sequence[Any],
    line: Callable[[Any], Line],
    *,
    more: str = "",
    most: int = MOST,
) -> Part:
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    found = [line(row) for row in rows[: most if more else most + FOLDED]]
    return Part(key, title, found[:most], total, found[most:], more)


def _day(moment: datetime | date) -> str:
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return date_format(day, "SHORT_DATE_FORMAT")


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def _joined(parts: Iterable[object]) -> str:
    return " · ".join(str(part) for part in parts if part)


# --- the day --------------------------------------------------------------------------------------
def _talk(booking: Booking, now: datetime, *, names_adviser: bool) -> Line:
    adviser = booking.adviser.name if names_adviser else ""
    plain = booking.state == Booking.State.CONFIRMED
    unmarked = _("over, not marked") if booking.ends_at < now else ""
    return Line(
        title=booking.firm_name or _("without a name"),
        url=reverse("advice:booking", kwargs={"booking": booking.pk}),
        when=f"{_clock(booking.starts_at)}–{_clock(booking.ends_at)}",
        note=_joined((booking.get_format_display(), adviser, one_line(booking.words, 110))),
        mark=unmarked if plain else booking.get_state_display(),
    )


def _over(booking: Booking) -> Line:
    return Line(
        title=booking.firm_name or _("without a name"),
        url=reverse("advice:booking", kwargs={"booking": booking.pk}),
        when=_day(booking.starts_at),
        note=_("Was it held? Mark it."),
    )


def _places(event: Event) -> str:
    tickets = list(event.tickets.all())
    taken, quota = sum(t.taken for t in tickets), sum(t.quota for t in tickets)
    if not tickets:
        return ""
    return _("%(taken)s of %(quota)s places taken") % {"taken": taken, "quota": quota}


def _door(event: Event) -> Line:
    off = event.state == Event.State.CANCELLED
    return Line(
        title=event.title,
        url=reverse("events:door", kwargs={"pk": event.pk}),
        when=f"{_clock(event.starts_at)}–{_clock(event.ends_at)}",
        note=_joined((event.venue, event.town, _places(event))),
        mark=event.get_state_display() if off else "",
    )


def _coming(event: Event) -> Line:
    off = event.state == Event.State.CANCELLED
    return Line(
        title=event.title,
        url=reverse("events:registrations", kwargs={"pk": event.pk}),
        when=_day(event.starts_at),
        note=_joined((event.town, _places(event))),
        mark=event.get_state_display() if off else "",
    )


def _tasks(user: User, day: date) -> Part:
    def line(task: Any) -> Line:
        return Line(
            title=task.title,
            url=reverse("cases:case", kwargs={"case": task.case_id}),
            when=_day(task.due_on),
            note=firm_view(task.case.firm).name,
            mark=_("late") if task.due_on < day else _("today") if task.due_on == day else "",
        )

    is_adviser = user.has_role(RoleName.ADVISER)
    rows: Any = open_tasks(user) if is_adviser else []
    return _part("aufgaben", _("Tasks"), rows, line, more=reverse("cases:tasks"), most=8)


# --- what waits for somebody ----------------------------------------------------------------------
def _queues(user: User, now: datetime) -> list[Part]:
    # What warns of floods waits for nothing else.
    parts = [_floods()]
    if user.has_role(RoleName.ADVISER):
        parts += [_enquiries(user), _follow_ups(user, now)]
    if user.has_role(RoleName.MODERATOR):
        parts += [_entries(now), _duplicates(), _moderation(), _questions(now)]
    parts += [_lists(), _opinions(now), _event_drafts(), _publication_drafts()]
    if user.has_role(*AUTHORS):
        parts.append(_reports())
    if user.has_role(*SENDERS):
        parts.append(_circulars())
    return parts


def _enquiries(user: User) -> Part:
    def line(case: Any) -> Line:
        return Line(
            title=firm_view(case.firm).name,
            url=reverse("cases:case", kwargs={"case": case.pk}),
            when=_day(case.opened_at),
            note=firm_view(case.firm).facts,
            mark="" if case.adviser_id else _("nobody has it"),
        )

    # Whoever has an appointment ahead does not wait.
    booked = Booking.objects.filter(
        state__in=(Booking.State.ASKED, Booking.State.CONFIRMED), starts_at__gt=timezone.now()
    )
    rows = waiting_enquiries(user).exclude(firm__in=booked.exclude(firm=None).values("firm"))
    more = f"{reverse('cases:cases')}?adviser=none"
    return _part("anfragen", _("Enquiries without an appointment"), rows, line, more=more)


def _follow_ups(user: User, now: datetime) -> Part:
    def line(question: Any) -> Line:
        days = {"days": question.days, "day": _day(question.asked_at)}
        return Line(
            title=question.booking.firm_name or _("without a name"),
            url=reverse("advice:booking", kwargs={"booking": question.booking_id}),
            when=_day(question.asked_at),
            note=_("asked after %(days)s days what came of it") % days,
        )

    rows = late_follow_ups(user, now=now)
    return _part("nachfragen", _("Follow-ups without an answer"), rows, line)


def _entries(now: datetime) -> Part:
    late = late_before(now)

    def line(row: Any) -> Line:
        return Line(
            title=row.title,
            url=reverse("curation:item", kwargs={"submission": row.pk}),
            when=_day(row.created_at),
            note=row.get_kind_display(),
            mark=_("late") if row.created_at < late else "",
        )

    more = reverse("curation:desk")
    return _part("eintraege", _("Entries of the map to decide on"), waiting(), line, more=more)


def _duplicates() -> Part:
    def line(pair: Any) -> Line:
        return Line(
            title=f"{pair.first.name} – {pair.second.name}",
            url=reverse("curation:pair", kwargs={"pk": pair.pk}),
            note=_joined((pair.first.town, pair.second.town)),
        )

    more = reverse("curation:duplicates")
    return _part("doppelte", _("Entries that may be the same"), open_pairs(), line, more=more)


def _moderation() -> Part:
    def line(pair: Any) -> Line:
        community, number = pair
        return Line(
            title=localized(community, "name"),
            url=reverse("communities:moderation", kwargs={"slug": community.slug}),
            note=ngettext("%(n)s contribution", "%(n)s contributions", number) % {"n": number},
        )

    return _part("moderation", _("Contributions to decide on"), waiting_by_community(), line)


def _questions(now: datetime) -> Part:
    def line(question: Any) -> Line:
        address = reverse("communities:questions", kwargs={"slug": question.community.slug})
        return Line(
            title=question.title,
            url=f"{address}#frage-{question.pk}",
            when=_day(question.shown_at),
            note=localized(question.community, "name"),
        )

    rows = unanswered(now - UNANSWERED_AFTER)
    return _part("fragen", _("Questions in communities without an answer"), rows, line)


def _lists() -> Part:
    def line(ticket: Any) -> Line:
        free = {"free": ticket.quota - ticket.taken}
        return Line(
            title=ticket.event.title,
            url=reverse("events:registrations", kwargs={"pk": ticket.event_id}),
            when=_day(ticket.event.starts_at),
            note=_("%(free)s free, but a larger group is next on the list") % free,
        )

    rows = waiting_beside_free_places()
    return _part("wartelisten", _("Waiting lists beside free places"), rows, line)


def _opinions(now: datetime) -> Part:
    def line(opinion: Any) -> Line:
        return Line(
            title=one_line(opinion.text, 80),
            url=reverse("events:report", kwargs={"pk": opinion.event_id}),
            when=_day(opinion.given_on),
            note=_joined((opinion.event.title, f"{opinion.rating}/5")),
        )

    rows = fresh_opinions(timezone.localdate(now - FRESH))
    return _part("rueckmeldungen", _("New opinions on events"), rows, line)


def _floods() -> Part:
    def line(network: Any) -> Line:
        lost = _("Its files are missing.") if network.without_files else ""
        url = f"{reverse('flood:control')}#netz-{network.key}"
        return Line(title=name_of(network), url=url, note=lost or one_line(network.trouble, 110))

    return _part("hochwasser", _("River networks in trouble"), troubled(), line)


def _event_drafts() -> Part:
    def line(event: Any) -> Line:
        address = reverse("events:edit", kwargs={"pk": event.pk})
        return Line(title=event.title, url=address, when=_day(event.starts_at), note=event.town)

    more = f"{reverse('events:plan')}?show=draft"
    return _part("veranstaltungen", _("Events to publish"), event_drafts(), line, more=more)


def _publication_drafts() -> Part:
    def line(publication: Any) -> Line:
        return Line(
            title=localized(publication, "title"),
            url=reverse("publications:manage", kwargs={"slug": publication.slug}),
            when=_day(publication.changed_at),
            note=publication.get_kind_display(),
        )

    more = reverse("publications:staff")
    return _part("wissen", _("Publications to publish"), publication_drafts(), line, more=more)


def _reports() -> Part:
    def line(report: Any) -> Line:
        return Line(
            title=localized(report, "title"),
            url=report.get_absolute_url(),
            note=report.period.label(language()),
        )

    more = reverse("reports:reports")
    return _part("berichte", _("Reports to hand in or publish"), unfinished(), line, more=more)


def _circulars() -> Part:
    def line(circular: Any) -> Line:
        return Line(
            title=circular.subject_de,
            url=reverse("desk:circular", kwargs={"pk": circular.pk}),
            when=_day(circular.changed_at),
            mark=circular.get_state_display(),
        )

    rows = Circular.objects.filter(state__in=(Circular.State.DRAFT, Circular.State.STOPPED))
    more = reverse("desk:circulars")
    return _part("rundschreiben", _("Circulars to send"), rows, line, more=more)
