"""Addresses of this room."""

from django.urls import path

from steiger.web.curation.views import contacts, freshness, submitted, subscriptions

app_name = "curation"
urlpatterns = [
    path("zustand/", freshness.health, name="health"),
    path("bestaetigen/<str:token>/", freshness.confirm_page, name="confirm"),
    path("bestaetigen/<str:token>/aendern/", freshness.change_page, name="confirm_change"),
    path("aktualitaet/", freshness.overview, name="freshness"),
    path("aktualitaet/eigene/", freshness.own, name="own_confirm"),
    path("aktualitaet/<int:number>/geprueft/", freshness.confirm_checked, name="confirm_checked"),
    path("abonnement/", subscriptions.subscribe_page, name="subscribe"),
    path("abonnement/unterwegs/", subscriptions.sent, name="subscription_sent"),
    path("abonnement/beendet/", subscriptions.left, name="subscription_left"),
    path(
        "abonnement/bestaetigen/<str:token>/",
        subscriptions.confirm_page,
        name="subscription_confirm",
    ),
    path("abonnement/beenden/<str:token>/", subscriptions.leave_page, name="subscription_leave"),
    path("ansprechperson/<str:token>/", contacts.contact, name="contact"),
    path("ansprechpersonen/<slug:slug>/", contacts.contacts, name="contacts"),
    path("abgeschickt/<str:token>/", submitted.confirm_page, name="confirm_submission"),
    path("stand/<str:token>/", submitted.status_page, name="status"),
    path("vertreten/<slug:slug>/", submitted.claim_page, name="claim"),
    path("unterwegs/", submitted.sent, name="sent"),
    path("einladung/<str:token>/", submitted.invitation_page, name="invitation"),
    path("meine/", submitted.mine, name="mine"),
]
