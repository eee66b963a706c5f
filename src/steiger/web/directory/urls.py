"""Addresses of this room."""

from django.urls import path

from steiger.web.directory.views import actors, finder, map_data, regions, terms

app_name = "directory"
urlpatterns = [
    path("", finder.finder, name="map"),
    path("vorschlaege", finder.suggestions, name="suggest"),
    path("punkte.json", map_data.points, name="points"),
    path("karte/<int:number>/", map_data.card, name="card"),
    path("eintrag/<slug:slug>/", actors.actor, name="actor"),
    path("region/", regions.regions, name="regions"),
    path("region/<str:ags>-<slug:slug>/", regions.region_page, name="region"),
    path("pflege/woerter/", terms.vocabularies, name="terms"),
    path("pflege/woerter/<slug:vocabulary>/<slug:key>/", terms.term, name="term"),
]
