"""Addresses of this room."""

from django.urls import path

from steiger.web.curation.views import (
    contacts,
    desk,
    duplicates,
    entries,
    freshness,
    proposals,
    submitted,
    subscriptions,
)

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
    path("neu/", proposals.propose_page, name="propose"),
    path("neu/aehnlich", proposals.likely, name="likely"),
    path("entwurf/<str:token>/", proposals.draft_page, name="draft"),
    path("abgeschickt/<str:token>/", submitted.confirm_page, name="confirm_submission"),
    path("stand/<str:token>/", submitted.status_page, name="status"),
    path("vertreten/<slug:slug>/", submitted.claim_page, name="claim"),
    path("unterwegs/", submitted.sent, name="sent"),
    path("einladung/<str:token>/", submitted.invitation_page, name="invitation"),
    path("meine/", entries.mine, name="mine"),
    path("bearbeiten/<slug:slug>/", entries.edit_page, name="edit"),
    path("personen/<slug:slug>/", entries.people_page, name="people"),
    path("redaktion/", desk.desk, name="desk"),
    path("redaktion/entschieden/", desk.decided, name="decided"),
    path("redaktion/zusammen/", desk.together, name="together"),
    path("redaktion/zusammen/<uuid:batch>/zurueck/", desk.undo_together, name="undo_together"),
    path("redaktion/entscheidung/<int:pk>/zurueck/", desk.undo, name="undo"),
    path("redaktion/doppelte/", duplicates.duplicates, name="duplicates"),
    path("redaktion/doppelte/suchen/", duplicates.look, name="look"),
    path("redaktion/doppelte/<int:pk>/", duplicates.pair, name="pair"),
    path("redaktion/doppelte/<int:pk>/entscheiden/", duplicates.decide_pair, name="decide_pair"),
    path("redaktion/zusammengefuehrt/<int:pk>/zurueck/", duplicates.unmerge, name="unmerge"),
    path("redaktion/<uuid:submission>/", desk.item, name="item"),
    path("redaktion/<uuid:submission>/entscheiden/", desk.decide, name="decide"),
]
