"""All addresses. German pages carry no prefix, English ones begin with ``/en/``."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "steiger.web.portal.views.errors.bad_request"
handler403 = "steiger.web.portal.views.errors.permission_denied"
handler404 = "steiger.web.portal.views.errors.not_found"
handler500 = "steiger.web.portal.views.errors.server_error"

urlpatterns = [
    path("", include("steiger.web.operations.urls.machine")),
    path("", include("steiger.web.portal.urls.machine")),
    path("api/v1/", include("steiger.web.api.urls.machine")),
    *i18n_patterns(
        path("", include("steiger.web.portal.urls.pages")),
        path("schnittstelle/", include("steiger.web.api.urls.pages")),
        path("landkarte/", include("steiger.web.directory.urls")),
        path("eintraege/", include("steiger.web.curation.urls")),
        path("veranstaltungen/", include("steiger.web.events.urls")),
        path("sprechstunde/", include("steiger.web.advice.urls")),
        path("wissen/", include("steiger.web.publications.urls")),
        path("gemeinschaften/", include("steiger.web.communities.urls")),
        path("mein-weg/", include("steiger.web.cases.urls")),
        path("berichte/", include("steiger.web.reports.urls")),
        path("arbeitsplatz/", include("steiger.web.desk.urls")),
        path("pruefung/", include("steiger.web.audits.urls")),
        path("hochwasser/", include("steiger.web.flood.urls")),
        path("konto/", include("steiger.web.accounts.urls")),
        path("betrieb/", include("steiger.web.operations.urls.pages")),
        path("betrieb/", include("steiger.web.background.urls")),
        prefix_default_language=False,
    ),
]
