"""Health, readiness, metrics."""

from django.urls import URLPattern

app_name = "operations-machine"
urlpatterns: list[URLPattern] = []
