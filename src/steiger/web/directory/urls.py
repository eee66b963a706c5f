"""Addresses of this room."""

from django.urls import path, re_path

from steiger.web.directory.views import actors, finder, history, map_data, regions, terms

app_name = "directory"
urlpatterns = [
    path("", finder.finder, name="map"),
    path("vorschlaege", finder.suggestions, name="suggest"),
    path("punkte.json", map_data.points, name="points"),
    path("gebiete.json", map_data.areas, name="areas"),
    path("gemeinden.json", map_data.municipalities, name="municipalities"),
    path("karte/<int:number>/", map_data.card, name="card"),
    path("eintrag/<slug:slug>/", actors.actor, name="actor"),
    path("eintrag/<slug:slug>/verlauf/", history.history, name="history"),
    path("eintrag/<slug:slug>/verlauf/zurueck/", history.restore, name="restore"),
    path("region/", regions.regions, name="regions"),
    re_path(r"^region/(?P<ags>[0-9]{5,8})-(?P<slug>[-\w]+)/$", regions.region_page, name="region"),
    path("pflege/woerter/", terms.vocabularies, name="terms"),
    path("pflege/woerter/<slug:vocabulary>/", terms.add, name="add_term"),
    path("pflege/woerter/<slug:vocabulary>/<slug:key>/", terms.term, name="term"),
]
