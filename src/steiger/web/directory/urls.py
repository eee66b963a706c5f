"""Addresses of this room."""

from django.urls import path, re_path

from steiger.web.directory.views import (
    actors,
    comparison,
    embedding,
    export,
    feeds,
    finder,
    history,
    map_data,
    network,
    open_data,
    regions,
    terms,
)

app_name = "directory"
urlpatterns = [
    path("", finder.finder, name="map"),
    path("vorschlaege", finder.suggestions, name="suggest"),
    path("punkte.json", map_data.points, name="points"),
    path("gebiete.json", map_data.areas, name="areas"),
    path("gemeinden.json", map_data.municipalities, name="municipalities"),
    path("vergleich/", comparison.compare, name="compare"),
    path("steckbrief.pdf", comparison.profile, name="profile"),
    path("netz.json", network.data, name="network_data"),
    path("netz.svg", network.drawing, name="network_picture"),
    path("netz/<int:number>/", network.ties, name="network_ties"),
    path("daten.csv", export.csv, name="export_csv"),
    path("daten.xlsx", export.xlsx, name="export_xlsx"),
    path("daten.geojson", export.geojson, name="export_geojson"),
    path("daten.jsonld", export.json_ld, name="export_json_ld"),
    path("neues.atom", feeds.atom, name="feed_atom"),
    path("neues.rss", feeds.rss, name="feed_rss"),
    path("katalog.ttl", open_data.turtle, name="catalogue_turtle"),
    path("katalog.rdf", open_data.rdf_xml, name="catalogue_rdf"),
    path("katalog.jsonld", open_data.json_ld, name="catalogue_json_ld"),
    path("einbetten/", embedding.maker, name="embed_maker"),
    path("eingebettet/", embedding.embedded, name="embed"),
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
