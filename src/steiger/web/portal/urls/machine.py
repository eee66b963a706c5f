"""robots.txt, sitemap, security.txt, pictures for previews."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path
from django.views.decorators.cache import cache_control

from steiger.web.portal.domain.sitemaps import SITEMAPS
from steiger.web.portal.views import machine

app_name = "portal-machine"
_hourly = cache_control(public=True, max_age=3600)
urlpatterns = [
    path("robots.txt", machine.robots, name="robots"),
    path(".well-known/security.txt", machine.security, name="security"),
    path(
        "sitemap.xml",
        _hourly(sitemaps.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "portal-machine:section"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml", _hourly(sitemaps.sitemap), {"sitemaps": SITEMAPS}, name="section"
    ),
    path("favicon.ico", machine.favicon, name="favicon"),
    path("icon-<int:size>.png", machine.icon_png, name="icon"),
    path("manifest.webmanifest", machine.manifest, name="manifest"),
    path("vorschau/<slug:kind>/<slug:slug>.png", machine.preview, name="preview"),
]
