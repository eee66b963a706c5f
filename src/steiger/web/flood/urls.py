"""Addresses of this room."""

from django.urls import path

from steiger.web.flood.views import (
    board,
    data,
    gauges,
    networks,
    overview,
    sources,
    staff,
    storm,
    subscriptions,
)
from steiger.web.flood.views import warnings as warned

app_name = "flood"
PEGEL = "pegel/<slug:network>/<slug:gauge>/"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("lage/", board.board, name="board"),
    path("sturm/<slug:network>/", storm.start, name="storm"),
    path(PEGEL, gauges.gauge, name="gauge"),
    path(f"{PEGEL}verlauf.json", gauges.gauge_json, name="gauge_json"),
    path(f"{PEGEL}rueckblick/", gauges.replay, name="replay"),
    path(f"{PEGEL}rueckblick.json", gauges.replay_json, name="replay_json"),
    path("warnungen/", warned.warnings, name="warnings"),
    path("warnungen/<int:pk>/", warned.event, name="event"),
    path("warnungen/<int:pk>/cap.xml", warned.cap, name="cap"),
    path("daten/", data.downloads, name="downloads"),
    path("daten/<slug:network>/<slug:form>", data.download, name="download"),
    path("daten/qualitaet/", data.quality, name="quality"),
    path("nachricht/", subscriptions.subscribe, name="subscribe"),
    path("nachricht/unterwegs/", subscriptions.sent, name="sent"),
    path("nachricht/beendet/", subscriptions.left, name="left"),
    path("nachricht/bestaetigen/<str:token>/", subscriptions.confirm_page, name="confirm"),
    path("nachricht/beenden/<str:token>/", subscriptions.leave_page, name="leave"),
    path("betrieb/", staff.control, name="control"),
    path("betrieb/netze/neu/", networks.hand_in, name="hand_in"),
    path("betrieb/netze/<uuid:draft>/", networks.draft, name="draft"),
    path("betrieb/netze/<uuid:draft>/uebernehmen/", networks.take, name="take"),
    path("betrieb/<slug:network>/quellen/", sources.sources, name="sources"),
    path(
        "betrieb/<slug:network>/quellen/neu/<slug:adapter>/", sources.add_source, name="add_source"
    ),
    path("betrieb/<slug:network>/quellen/<slug:source>/", sources.source, name="source"),
    path(
        "betrieb/<slug:network>/quellen/<slug:source>/entfernen/",
        sources.drop_source,
        name="drop_source",
    ),
    path(
        "betrieb/<slug:network>/sensoren/<slug:sensor>/pruefen/", sources.try_feed, name="try_feed"
    ),
    path("betrieb/<slug:network>/lernen/", staff.learn, name="learn"),
    path("betrieb/<slug:network>/lernen/beenden/", staff.stop_learn, name="stop_learn"),
    path("betrieb/<slug:network>/anhalten/", staff.pause_network, name="pause"),
    path("betrieb/<slug:network>/weiter/", staff.resume_network, name="resume"),
    path("betrieb/vorhersagen/<int:pk>/pruefen/", staff.check_forecast, name="check"),
]
