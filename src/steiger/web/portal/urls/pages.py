"""Home page, search, static pages."""

from django.urls import URLPattern

app_name = "portal"
urlpatterns: list[URLPattern] = []
