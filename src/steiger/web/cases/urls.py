"""Addresses of this room."""

from django.urls import path

from steiger.web.cases.views import acts, advisers, entrance, firms, leaving, merging

app_name = "cases"
FIRM = "firma/<uuid:firm>/"
CASE = "faelle/<uuid:case>/"
urlpatterns = [
    path("", entrance.home, name="home"),
    path("zugang/", entrance.enter, name="enter"),
    path("zugang/unterwegs/", entrance.sent, name="sent"),
    path("zugang/<str:token>/", entrance.use_link, name="use_link"),
    path("bestaetigen/<str:token>/", entrance.confirm, name="confirm"),
    path("abmelden/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("verlassen/", entrance.leave, name="leave"),
    path("geloescht/", firms.erased, name="erased"),
    path(FIRM, firms.path, name="path"),
    path(f"{FIRM}daten/<slug:form>/", firms.data, name="data"),
    path(f"{FIRM}beleg/<int:pk>/", firms.evidence, name="own_evidence"),
    path(f"{FIRM}einwilligung/", firms.consent, name="own_consent"),
    path(f"{FIRM}loeschen/", firms.erase, name="erase_own"),
    path("aufgaben/", advisers.tasks, name="tasks"),
    path("faelle/", advisers.cases, name="cases"),
    path("faelle/neu/", advisers.new_case, name="new"),
    path(CASE, advisers.case, name="case"),
    path(f"{CASE}beleg/<int:pk>/", advisers.evidence, name="evidence"),
    path(f"{CASE}beleg/<int:pk>/entfernen/", acts.remove_proof, name="remove_evidence"),
    path(f"{CASE}eintrag/<int:pk>/beleg/", acts.add_proof, name="add_evidence"),
    path(f"{CASE}daten/<slug:form>/", advisers.export, name="export"),
    path(f"{CASE}station/<slug:kind>/", acts.station, name="station"),
    path(f"{CASE}notiz/", acts.note, name="note"),
    path(f"{CASE}eintrag/<int:pk>/sichtbar/", acts.show, name="show"),
    path(f"{CASE}eintrag/<int:pk>/entfernen/", acts.remove, name="remove"),
    path(f"{CASE}aufgabe/", acts.task, name="task"),
    path(f"{CASE}aufgabe/<int:pk>/erledigt/", acts.task_done, name="task_done"),
    path(f"{CASE}firma/", acts.facts, name="facts"),
    path(f"{CASE}kontakt/", acts.contact, name="contact"),
    path(f"{CASE}kontakt/<int:pk>/einwilligung/", acts.consent, name="consent"),
    path(f"{CASE}kontakt/<int:pk>/loeschen/", acts.forget_contact, name="forget_contact"),
    path(f"{CASE}vertraulich/", acts.keep_confidential, name="confidential"),
    path(f"{CASE}uebernehmen/", acts.take_case, name="take"),
    path(f"{CASE}uebergeben/", acts.give, name="hand_over"),
    path(f"{CASE}schliessen/", acts.close_case, name="close"),
    path(f"{CASE}oeffnen/", acts.reopen_case, name="reopen"),
    path(f"{CASE}loeschen/", acts.erase, name="erase"),
    path(f"{CASE}zusammenfuehren/", merging.choose, name="merge_choose"),
    path(f"{CASE}zusammenfuehren/<uuid:other>/", merging.merge_cases, name="merge"),
]
