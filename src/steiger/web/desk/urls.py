"""Addresses of this room."""

from django.urls import path

from steiger.web.desk.views import circulars, extracts, today

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
]
