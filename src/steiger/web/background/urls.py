"""Addresses of this room."""

from django.urls import URLPattern

app_name = "background"
urlpatterns: list[URLPattern] = []
