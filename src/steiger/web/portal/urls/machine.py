"""robots.txt, sitemap, security.txt, pictures for previews."""

from django.urls import URLPattern

app_name = "portal-machine"
urlpatterns: list[URLPattern] = []
