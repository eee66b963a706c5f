"""Pages for people who write programs."""

from django.urls import path

from steiger.web.api.views import pages

app_name = "api-pages"
urlpatterns = [path("", pages.reference, name="reference")]
