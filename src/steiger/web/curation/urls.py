"""Addresses of this room."""

from django.urls import path

from steiger.web.curation.views import submitted

app_name = "curation"
urlpatterns = [
    path("bestaetigen/<str:token>/", submitted.confirm_page, name="confirm"),
    path("stand/<str:token>/", submitted.status_page, name="status"),
    path("vertreten/<slug:slug>/", submitted.claim_page, name="claim"),
    path("unterwegs/", submitted.sent, name="sent"),
    path("einladung/<str:token>/", submitted.invitation_page, name="invitation"),
    path("meine/", submitted.mine, name="mine"),
]
