"""The root of the API: each room adds its router."""

from django.urls import URLPattern

app_name = "api"
urlpatterns: list[URLPattern] = []
