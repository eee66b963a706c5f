"""What this room's entries of the audit log mean."""

from django.utils.translation import gettext_lazy as _

from steiger.web.accounts.interfaces.log_words import labels_of, register, words_for
from steiger.web.directory.domain.areas import area_name
from steiger.web.events.interfaces.planning_forms import EventForm, SeriesForm, TicketForm
from steiger.web.events.models import Event

#: What else of an event is kept than its form asks for.
FOUND = {
    "venue_actor": _("Place from the map"),
    "municipality": _("Municipality"),
    "district": _("District"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "came": _("Came"),
    "events": _("Events"),
}

register(
    acts={
        "events.event.create": _("Event created"),
        "events.event.change": _("Event changed"),
        "events.event.publish": _("Event published"),
        "events.event.call_off": _("Event called off"),
        "events.event.delete": _("Draft of an event deleted"),
        "events.series.create": _("Series of events created"),
        "events.series.change": _("Series of events changed"),
        "events.ticket.create": _("Kind of ticket added"),
        "events.ticket.change": _("Kind of ticket changed"),
        "events.ticket.delete": _("Kind of ticket removed"),
        "events.question.save": _("Question of a registration saved"),
        "events.question.delete": _("Question of a registration removed"),
        "events.material.add": _("Material of an event added"),
        "events.material.delete": _("Material of an event removed"),
        "events.registration.ask": _("Registration for an event asked for"),
        "events.registration.confirm": _("Registration for an event confirmed"),
        "events.registration.offer": _("Place offered from the waiting list"),
        "events.registration.accept": _("Offered place accepted"),
        "events.registration.lapse": _("Offered place expired"),
        "events.registration.resize": _("Number of people of a registration changed"),
        "events.registration.leave": _("Registration for an event cancelled"),
        "events.registration.call_off": _("Registration ended with its event"),
        "events.registration.expire": _("Registration for an event never confirmed"),
        "events.registration.erase": _("Names of a registration erased"),
        "events.scan.take": _("Code read at the door"),
        "events.attendance.count": _("People without registration counted"),
        "events.feedback.give": _("Opinion on an event given"),
        "events.demo.load": _("Example events loaded"),
    },
    objects={
        "events.event": _("Event"),
        "events.series": _("Series of events"),
        "events.ticketkind": _("Kind of ticket"),
        "events.question": _("Question of a registration"),
        "events.material": _("Material of an event"),
        "events.registration": _("Registration for an event"),
        "events.scan": _("Reading at the door"),
    },
    changes={
        "events.event": words_for(
            labels_of(EventForm) | FOUND,
            {
                "kind": dict(Event.Kind.choices),
                "format": dict(Event.Format.choices),
                "language": {"de": _("German"), "en": _("English")},
                "municipality": area_name,
                "district": area_name,
            },
        ),
        "events.series": words_for(labels_of(SeriesForm)),
        "events.ticketkind": words_for(labels_of(TicketForm)),
        "events.registration": words_for({"seats": _("Number of people")}),
    },
)
