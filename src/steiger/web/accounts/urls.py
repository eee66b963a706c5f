"""Addresses of this room; sign-in itself is allauth's."""

from django.urls import include, path

from steiger.web.accounts.views import access_keys, codes, first_sign_in, profile, staff

own = [
    path("", profile.profile, name="profile"),
    path("daten/", profile.data, name="data"),
    path("zugangsschluessel/", access_keys.keys, name="keys"),
    path("zugangsschluessel/<int:number>/entziehen/", access_keys.revoke, name="revoke_key"),
    path("schutz/", profile.protect, name="protect"),
    path("schliessen/", profile.close, name="close"),
    path("erste-anmeldung/<str:token>/", first_sign_in.first_sign_in, name="first_sign_in"),
    path("personen/", staff.people, name="people"),
    path("personen/hinzufuegen/", staff.invite, name="invite"),
    path("personen/<int:number>/", staff.person, name="person"),
    path("protokoll/", staff.log, name="log"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    # Before the library's own: here wrong codes count like wrong passwords.
    path("login/code/", codes.request_code, name="account_request_login_code"),
    path("login/code/confirm/", codes.confirm_code, name="account_confirm_login_code"),
    path("", include("allauth.urls")),
]
