"""Addresses of this room."""

from django.urls import path

from steiger.web.advice.views import desk, firms, own, profile

app_name = "advice"
OWN = "termin/<str:token>/"
BOOKING = "kalender/termin/<uuid:booking>/"
PROFILE = "kalender/profil/"
urlpatterns = [
    path("", firms.start, name="start"),
    path("buchen/", firms.book, name="book"),
    path("unterwegs/", firms.sent, name="sent"),
    path("bestaetigen/<str:token>/", own.confirm_page, name="confirm"),
    path(OWN, own.show, name="own"),
    path(f"{OWN}verlegen/", own.move_page, name="move"),
    path(f"{OWN}absagen/", own.cancel_page, name="cancel"),
    path(f"{OWN}termin.ics", own.calendar, name="ics"),
    path(f"{OWN}vorbereitung.pdf", own.preparation, name="sheet"),
    path("ergebnis/<str:token>/", own.outcome, name="outcome"),
    path("abo/<str:key>.ics", desk.feed, name="feed"),
    path("kalender/", desk.calendar, name="calendar"),
    path(BOOKING, desk.booking, name="booking"),
    path(f"{BOOKING}stand/", desk.mark_booking, name="mark"),
    path(f"{BOOKING}verlegen/", desk.move_booking, name="desk_move"),
    path(f"{BOOKING}absagen/", desk.cancel_booking, name="desk_cancel"),
    path(PROFILE, profile.profile, name="profile"),
    path(f"{PROFILE}zeiten/", profile.hours, name="hours"),
    path(f"{PROFILE}frei/", profile.absence, name="absence"),
    path(f"{PROFILE}frei/<int:pk>/entfernen/", profile.absence_end, name="absence_end"),
    path(f"{PROFILE}orte/", profile.place, name="place"),
    path(f"{PROFILE}orte/<int:pk>/entfernen/", profile.place_end, name="place_end"),
    path(f"{PROFILE}kalender/", profile.calendar, name="source"),
    path(f"{PROFILE}abo/", profile.feed_key, name="feed_key"),
]
