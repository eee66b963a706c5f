"""Addresses of this room."""

from django.urls import path

from steiger.web.reports.views import public, staff

app_name = "reports"
ARBEIT = "arbeit/<uuid:report>/"
FASSUNG = "fassung/<int:pk>/"
urlpatterns = [
    path("", public.overview, name="overview"),
    path("kennzahlen/", public.indicators, name="indicators"),
    path("kennzahlen/zeilen/", staff.live_rows, name="live_rows"),
    path("arbeit/", staff.reports, name="reports"),
    path(ARBEIT, staff.edit, name="edit"),
    path(f"{ARBEIT}vorschau/", staff.preview, name="preview"),
    path(f"{ARBEIT}entwurf/<slug:form>", staff.draft_file, name="draft_file"),
    path(f"{ARBEIT}abgeben/", staff.hand_in, name="hand_in"),
    path(f"{ARBEIT}kapitel/", staff.add_chapter, name="add_chapter"),
    path(f"{ARBEIT}kapitel/<int:pk>/", staff.chapter, name="chapter"),
    path(f"{ARBEIT}kapitel/<int:pk>/ordnen/", staff.arrange_chapter, name="arrange_chapter"),
    path(FASSUNG, public.edition, name="edition"),
    path(f"{FASSUNG}datei/<slug:form>", public.edition_file, name="edition_file"),
    path(f"{FASSUNG}tabelle/<int:number>.csv", public.edition_table, name="edition_table"),
    path(f"{FASSUNG}zeilen/", public.edition_rows, name="edition_rows"),
    path(f"{FASSUNG}vergleich/", staff.compare, name="compare"),
    path(f"{FASSUNG}veroeffentlichen/", staff.publish, name="publish"),
]
