"""Pages for staff who run the product."""

from django.urls import path

from steiger.web.operations.views import pages

app_name = "operations"
urlpatterns = [path("zustand/", pages.status, name="status")]
