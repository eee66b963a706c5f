"""Addresses of this room."""

from django.urls import path

from steiger.web.curation.views import desk, duplicates

app_name = "curation"
urlpatterns = [
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
