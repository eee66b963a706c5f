"""Addresses of this room; sign-in itself is allauth's."""

from django.urls import include, path

from steiger.web.accounts.views import first_sign_in, profile, staff

own = [
    path("", profile.profile, name="profile"),
    path("daten/", profile.data, name="data"),
    path("schliessen/", profile.close, name="close"),
    path("erste-anmeldung/<str:token>/", first_sign_in.first_sign_in, name="first_sign_in"),
    path("personen/", staff.people, name="people"),
    path("personen/hinzufuegen/", staff.invite, name="invite"),
    path("personen/<int:number>/", staff.person, name="person"),
    path("protokoll/", staff.log, name="log"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("", include("allauth.urls")),
]
