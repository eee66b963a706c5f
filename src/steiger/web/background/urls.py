"""Addresses of this room."""

from django.urls import path

from steiger.web.background.views import runs

app_name = "background"
urlpatterns = [
    path("hintergrund/", runs.runs, name="runs"),
    path("hintergrund/<uuid:run_id>/erneut/", runs.retry, name="retry"),
]
