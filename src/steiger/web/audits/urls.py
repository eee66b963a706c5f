"""Addresses of this room."""

from django.urls import path

from steiger.web.audits.views import (
    applicant,
    examiner,
    examples,
    keys,
    public,
    reports,
    tests,
    watching,
)

app_name = "audits"
AUDIT = "<uuid:audit>/"
EXAMPLE = "beispiel/<uuid:audit>/"
ENTRY = "register/<uuid:certificate>/"
urlpatterns = [
    path("", public.start, name="start"),
    path("register/", public.register, name="register"),
    path(ENTRY, public.certificate, name="certificate"),
    path(f"{ENTRY}bescheinigung.json", public.certificate_file, name="certificate_file"),
    path(f"{ENTRY}eintrag.json", public.inclusion, name="inclusion"),
    path(f"{ENTRY}beschwerde/", watching.complain, name="complain"),
    path(f"{ENTRY}aufsicht/", watching.watch, name="watch"),
    path(f"{ENTRY}beschwerde/<int:number>/", watching.answer, name="answer"),
    path("status/<slug:purpose>.json", public.status, name="status"),
    path("aussteller.json", public.issuer, name="issuer"),
    path("schluessel/", keys.keys, name="keys"),
    path("schluessel/neu/", keys.rotate, name="rotate"),
    path("pruefen/", public.verify, name="verify"),
    path("ki-verordnung/", public.classification, name="classification"),
    path("meine/", applicant.own, name="own"),
    path("neu/", applicant.new, name="new"),
    path("pruefende/", examiner.desk, name="desk"),
    path(AUDIT, applicant.audit, name="audit"),
    path(f"{AUDIT}angaben/", applicant.edit, name="edit"),
    path(f"{AUDIT}schutzbedarf/", applicant.needs, name="needs"),
    path(f"{AUDIT}bewertung/<slug:dimension>/", applicant.rating, name="rating"),
    path(f"{AUDIT}belege/", applicant.add_file, name="add_file"),
    path(f"{AUDIT}belege/<int:number>/", applicant.file, name="file"),
    path(f"{AUDIT}belege/<int:number>/entfernen/", applicant.remove_file, name="remove_file"),
    path(f"{AUDIT}messung/", applicant.add_results, name="add_results"),
    path(f"{AUDIT}pruefungen/ordner/", tests.start_folder, name="test_folder"),
    path(f"{AUDIT}pruefungen/adresse/", tests.start_endpoint, name="test_endpoint"),
    path(f"{AUDIT}pruefungen/<uuid:run>/beenden/", tests.stop, name="test_stop"),
    path(f"{AUDIT}bericht/", reports.report, name="report"),
    path(f"{AUDIT}bericht.pdf", reports.report_pdf, name="report_pdf"),
    path(f"{AUDIT}bericht.json", reports.report_oscal, name="report_oscal"),
    path(EXAMPLE, examples.example, name="example"),
    path(f"{EXAMPLE}bericht/", reports.example, name="example_report"),
    path(f"{EXAMPLE}bericht.pdf", reports.example_pdf, name="example_report_pdf"),
    path(f"{EXAMPLE}bericht.json", reports.example_oscal, name="example_report_oscal"),
    path(f"{EXAMPLE}bewertung/<slug:dimension>/", examples.rating, name="example_rating"),
    path(f"{EXAMPLE}protokoll/", examples.chain, name="example_chain"),
    path(f"{EXAMPLE}belege/<int:number>/", examples.file, name="example_file"),
    path(f"{AUDIT}einreichen/", applicant.hand_in, name="hand_in"),
    path(f"{AUDIT}zuruecknehmen/", applicant.take_back, name="take_back"),
    path(f"{AUDIT}stellungnahme/", applicant.statement, name="statement"),
    path(f"{AUDIT}protokoll/", applicant.chain, name="chain"),
    path(f"{AUDIT}uebernehmen/", examiner.take, name="take"),
    path(f"{AUDIT}abgeben/<slug:part>/", examiner.release, name="release"),
    path(f"{AUDIT}pruefen/<slug:dimension>/", examiner.rating, name="examine"),
    path(f"{AUDIT}abschliessen/", examiner.done, name="done"),
    path(f"{AUDIT}entscheidung/", examiner.decision, name="decision"),
]
