"""Addresses of the API."""

from steiger.web.api.views.service import addresses

app_name = "api"
urlpatterns = addresses()
