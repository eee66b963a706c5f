"""Events, people of events and opinions for the staff's search."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steiger.lib.text import one_line
from steiger.web.accounts.domain.finding import Hit, Searcher, register
from steiger.web.accounts.domain.folding import holding
from steiger.web.accounts.models import User
from steiger.web.events.domain import words
from steiger.web.events.models import Event, Feedback, Registration


def _events(_person: User, text: str) -> QuerySet[Event]:
    columns = ("title_de", "title_en", "summary_de", "summary_en", "town", "venue", "host")
    return holding(Event.objects.all(), text, *columns).order_by("-starts_at", "-pk")


def _event(event: Event) -> Hit:
    is_plain = event.state == Event.State.PUBLISHED
    return Hit(
        kind=event.get_kind_display(),
        title=event.title,
        url=reverse("events:edit", kwargs={"pk": event.pk}),
        note=" · ".join(part for part in (words.when_text(event), event.town) if part),
        state="" if is_plain else event.get_state_display(),
    )


def _people(_person: User, text: str) -> QuerySet[Registration]:
    seen = Registration.objects.filter(erased_at=None).select_related("event")
    found = holding(seen, text, "name", "email", "firm_name")
    return found.order_by(F("event__starts_at").desc(), "created_at", "pk")


def _registration(row: Registration) -> Hit:
    address = reverse("events:registrations", kwargs={"pk": row.event_id})
    when = words.when_text(row.event)
    return Hit(
        kind=_("Registration"),
        title=row.name or row.email,
        url=f"{address}#anmeldung-{row.pk}",
        note=" · ".join(part for part in (row.firm_name, row.event.title, when) if part),
        state=row.get_state_display(),
    )


def _opinions(_person: User, text: str) -> QuerySet[Feedback]:
    seen = Feedback.objects.exclude(text="").select_related("event")
    return holding(seen, text, "text").order_by("-given_on", "-pk")


def _opinion(row: Feedback) -> Hit:
    return Hit(
        kind=_("Opinion"),
        title=one_line(row.text, 90),
        url=reverse("events:report", kwargs={"pk": row.event_id}),
        note=_("%(rating)s of 5 · %(event)s") % {"rating": row.rating, "event": row.event.title},
    )


for _searcher in (
    Searcher(
        key="veranstaltungen", label=gettext_lazy("Events"), place=30, rows=_events, hit=_event
    ),
    Searcher(
        key="anmeldungen",
        label=gettext_lazy("People of events"),
        place=40,
        rows=_people,
        hit=_registration,
    ),
    Searcher(
        key="rueckmeldungen",
        label=gettext_lazy("Opinions on events"),
        place=90,
        rows=_opinions,
        hit=_opinion,
    ),
):
    register(_searcher)
