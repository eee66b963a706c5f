"""Home page, search, static pages."""

from django.urls import path

from steiger.web.portal.views import pages

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("suche/", pages.search, name="search"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("seite/<slug:slug>/", pages.page, name="page"),
]
