"""Addresses of this room."""

from django.urls import path

from steiger.web.desk.views import circulars, extracts, personal_data, today

app_name = "desk"
urlpatterns = [
    path("", today.show, name="today"),
    path("suche/", today.search, name="search"),
    path("rundschreiben/", circulars.circulars, name="circulars"),
    path("rundschreiben/neu/", circulars.new_circular, name="new_circular"),
    path("rundschreiben/<int:pk>/", circulars.circular, name="circular"),
    path("rundschreiben/<int:pk>/vorgang/", circulars.act, name="circular_act"),
    path("tabellen/", extracts.extracts, name="extracts"),
    path("tabellen/<slug:kind>/", extracts.extract, name="extract"),
    path("personenbezogene-daten/", personal_data.person, name="personal_data"),
    path("personenbezogene-daten/datei/", personal_data.person_file, name="personal_data_file"),
    path("verarbeitung/", personal_data.processing, name="processing"),
    path(
        "verarbeitung/verzeichnis.<slug:form>",
        personal_data.processing_file,
        name="processing_file",
    ),
]
