"""The report: what was said and measured, each with its evidence; to read, as PDF, as OSCAL."""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.audits import DECLARATION, all_rated, certified, rated, results
from steiger.web.audits.domain import applying, evidence, examining, reporting
from steiger.web.audits.domain.applying import Said
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.models import Audit

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def reader(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_report_says_who_said_what_and_leads_to_the_files(people: Any) -> None:
    audit = certified(people.applicant, people.first, people.second).audit
    client = reader(people.applicant)
    page = client.get(reverse("audits:report", args=[audit.pk])).content.decode()
    assert "Antragsteller: A. Gesehen, siehe Beleg 1." in page
    assert "Prüfung: A. Gesehen, siehe Beleg 1." in page
    assert "Die Bescheinigung wird erteilt." in page
    assert reverse("audits:file", args=[audit.pk, 1]) in page
    assert "95-%-Intervall 0,85 bis 0,95, aus 5000 Beobachtungen" in page
    pdf = client.get(reverse("audits:report_pdf", args=[audit.pk])).content
    with pikepdf.open(io.BytesIO(pdf)) as made, made.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"
        assert "Prüfbericht" in facts["dc:title"]
    oscal = json.loads(client.get(reverse("audits:report_oscal", args=[audit.pk])).content)
    found = oscal["assessment-results"]["results"][0]["findings"]
    assert {one["target"]["status"]["state"] for one in found} == {"satisfied"}


def test_what_examiners_are_about_to_say_is_not_told_before_they_are_done(people: Any) -> None:
    audit = rated(people.applicant)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    one = next(iter(all_rated(audit)))
    examining.rate(audit=audit, by=people.first, said={one: Said("D", "Noch nicht gesagt.")})
    audit.refresh_from_db()
    words = str(reporting.chapters_of(audit, "de"))
    assert "Noch nicht gesagt." not in words
    assert "Zwischenstand" in words
    day = timezone.localtime(audit.changed_at)
    assert f"{day:%d.%m.%Y}" in words
    assert f"{day.day} {day:%B %Y} (interim" in str(reporting.chapters_of(audit, "en"))
    assert (
        reader(people.colleague).get(reverse("audits:report", args=[audit.pk])).status_code == 404
    )


def test_thresholds_of_handed_in_results_are_held_against_the_catalogue(people: Any) -> None:
    audit = rated(people.applicant)
    applying.submit(audit=audit, by=people.applicant)
    examining.assign(audit=audit, by=people.first, part="first", declaration=DECLARATION)
    content = json.loads(results(audit))
    one = content["checks"][0]["measurements"][0]
    figure = {"check": "calibration", "name": "expected_calibration_error", "better": "below"}
    content["checks"].append({"id": "calibration", "measurements": [one | figure]})
    content["audit"]["thresholds"] = {"calibration": {"expected_calibration_error": 0.5}}
    data = json.dumps(content).encode()
    evidence.add_results(audit=audit, by=people.first, name="results.json", data=data)
    audit.refresh_from_db()
    words = str(reporting.chapters_of(audit, "de"))
    assert "der Katalog verlangt höchstens 0,05" in words
    content["audit"]["thresholds"] = {"calibration": {"expected_calibration_error": float("nan")}}
    with pytest.raises(RefusedError, match="results"):
        evidence.add_results(
            audit=audit, by=people.first, name="results.json", data=json.dumps(content).encode()
        )


def test_report_of_an_older_catalogue_stays_readable(people: Any) -> None:
    audit = certified(people.applicant, people.first, people.second).audit
    Audit.objects.filter(pk=audit.pk).update(catalogue_digest="0" * 64)
    audit.refresh_from_db()
    titles = [chapter.title for chapter in reporting.chapters_of(audit, "en").chapters]
    # Ids stand alone: today's names may be those of other indicators.
    assert "TR1.1" in titles
    with pytest.raises(RefusedError, match="catalogue"):
        reporting.oscal_of(audit, "de")
