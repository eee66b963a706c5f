"""Health, readiness, metrics."""

from django.urls import path

from steiger.web.operations.views import machine

app_name = "operations-machine"
urlpatterns = [
    path("healthz", machine.live, name="live"),
    path("readyz", machine.ready, name="ready"),
    path("metrics", machine.metrics, name="metrics"),
]
