"""Addresses of this room."""

from django.urls import path

from steiger.web.events.views import calendar, door, events, own, planning, series

app_name = "events"
OWN = "anmeldung/<str:token>/"
PLAN = "planung/<int:pk>/"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("kalender.ics", calendar.feed_file, name="feed"),
    path("einbetten/", calendar.embed, name="embed"),
    path("unterwegs/", events.sent, name="sent"),
    path("abgemeldet/", own.left, name="left"),
    path(OWN, own.own, name="own"),
    path(f"{OWN}termin.ics", own.appointment, name="appointment"),
    path(f"{OWN}meinung/", own.opinion, name="opinion"),
    path(f"{OWN}teilnahme.pdf", own.certificate, name="certificate"),
    path("planung/", planning.plan, name="plan"),
    path("planung/neu/", planning.new, name="new"),
    path("planung/reihen/", series.series, name="series"),
    path("planung/reihen/<int:pk>/", series.edit_series, name="edit_series"),
    path(PLAN, planning.edit, name="edit"),
    path(f"{PLAN}stand/", planning.state, name="state"),
    path(f"{PLAN}teil/<slug:kind>/", planning.part, name="part"),
    path(f"{PLAN}anmeldungen/", planning.registrations, name="registrations"),
    path(f"{PLAN}anmeldungen/absagen/", planning.withdraw, name="withdraw"),
    path(f"{PLAN}auswertung/", planning.report, name="report"),
    path(f"{PLAN}tuer/", door.door, name="door"),
    path(f"{PLAN}tuer/lesen/", door.read, name="read"),
    path(f"{PLAN}tuer/zaehlen/", door.count, name="count"),
    path("<slug:slug>/", events.event, name="event"),
    path("<slug:slug>/termin.ics", calendar.event_file, name="event_file"),
]
