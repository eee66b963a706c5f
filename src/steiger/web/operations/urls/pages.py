"""Pages for staff who run the product."""

from django.urls import URLPattern

app_name = "operations"
urlpatterns: list[URLPattern] = []
