"""Addresses of this room."""

from django.urls import path

from steiger.web.publications.views import orders, reading, staff

app_name = "publications"
DESK = "verwaltung/<slug:slug>/"
VERSION = "<slug:slug>/fassung/<int:number>/"
urlpatterns = [
    path("", reading.publications, name="list"),
    path("neues.xml", reading.feed, name="feed"),
    path("anfordern/unterwegs/", orders.sent, name="sent"),
    path("anfordern/bestaetigen/<str:token>/", orders.confirm_page, name="confirm"),
    path("verwaltung/", staff.publications, name="staff"),
    path("verwaltung/neu/", staff.add, name="add"),
    path(DESK, staff.manage, name="manage"),
    path(f"{DESK}angaben/", staff.edit, name="edit"),
    path(f"{DESK}datei/", staff.upload, name="upload"),
    path(f"{DESK}fassung/", staff.next_version, name="next_version"),
    path(f"{DESK}veroeffentlichen/", staff.publish_it, name="publish"),
    path(f"{DESK}zurueckziehen/", staff.withdraw_it, name="withdraw"),
    path("<slug:slug>/", reading.publication, name="publication"),
    path(VERSION, reading.publication, name="version"),
    path(f"{VERSION}<slug:language>.pdf", reading.file, name="file"),
    path(f"{VERSION}zitat/<slug:style>", reading.cite, name="cite"),
    path("<slug:slug>/anfordern/", orders.order, name="order"),
]
