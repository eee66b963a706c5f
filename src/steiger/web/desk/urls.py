"""Addresses of this room."""

from django.urls import path

from steiger.web.desk.views import today

app_name = "desk"
urlpatterns = [path("", today.show, name="today")]
