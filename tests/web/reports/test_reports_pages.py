"""The pages: from the template to a public report, and each figure to its rows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from steiger.web.accounts.domain import audit
from steiger.web.reports.domain.declared import all_declared
from steiger.web.reports.domain.writing import hand_in, publish
from steiger.web.reports.models import Edition, Report


def links(page: str) -> list[tuple[str, str]]:
    """Addresses of rows and the figures that lead there."""
    found = re.findall(r'class="st-opens" href="([^"]+)"[^>]*>(.*?)</a>', page)
    return [(url.replace("&amp;", "&"), re.sub("<[^>]+>", "", words)) for url, words in found]


def test_officer_makes_a_report_and_hands_it_in(life: None, signed_in: Any) -> None:
    officer: Client = signed_in("funding_officer")
    answer = officer.post("/berichte/arbeit/", {"template": "halbjahr", "period": "2026-H1"})
    report = Report.objects.get()
    assert answer.headers["Location"] == report.get_absolute_url()
    assert officer.get(report.get_absolute_url()).status_code == 200
    preview = officer.get(f"{report.get_absolute_url()}vorschau/").content.decode()
    assert "Beratungsgespräche" in preview
    answer = officer.post(f"{report.get_absolute_url()}abgeben/")
    edition = Edition.objects.get()
    assert answer.headers["Location"] == edition.get_absolute_url()
    assert officer.get(edition.get_absolute_url()).status_code == 200


@pytest.fixture
def edition(report: Report) -> Edition:
    """The half-year as it was handed in."""
    return hand_in(report=report, by=audit.SYSTEM)


def test_every_figure_opens_to_as_many_rows(edition: Edition, signed_in: Any) -> None:
    moderator: Client = signed_in("moderator")
    page = moderator.get(edition.get_absolute_url()).content.decode()
    found = dict(links(page))
    assert len(found) > 60
    for url, words in list(found.items())[::7]:
        rows = moderator.get(url).content.decode()
        count = rows.count('<th class="st-nowrap" scope="row">')
        said = re.search(r'<span class="st-figure">([\d.]+)</span>', rows)
        assert said
        assert int(said.group(1).replace(".", "")) == count
        if words.replace(".", "").isdigit():
            assert count == int(words.replace(".", ""))


def test_strangers_see_what_is_public_and_no_row_of_a_person(edition: Edition) -> None:
    visitor = Client()
    assert visitor.get(edition.get_absolute_url()).status_code == 404
    publish(edition=edition, by=audit.SYSTEM)
    page = visitor.get(edition.get_absolute_url()).content.decode()
    opened = {url for url, _words in links(page)}
    assert opened
    shown = {parse_qs(urlsplit(url).query)["kennzahl"][0] for url in opened}
    personal = {key for key, one in all_declared().items() if one.about.personal}
    assert "map_entries" in shown
    assert not shown & personal
    rows = reverse("reports:edition_rows", kwargs={"pk": edition.pk})
    assert visitor.get(f"{rows}?kennzahl=map_entries&zeitraum=2026-H1").status_code == 200
    assert visitor.get(f"{rows}?kennzahl=consultations&zeitraum=2026-H1").status_code == 404
    assert visitor.get(f"{rows}?kennzahl=consultations&zeitraum=x").status_code == 404


def test_names_are_for_those_who_may(edition: Edition, signed_in: Any) -> None:
    rows = reverse("reports:edition_rows", kwargs={"pk": edition.pk})
    url = f"{rows}?kennzahl=consultations&zeitraum=2026-H1"
    assert "Betrieb Beispiel" in signed_in("adviser").get(url).content.decode()
    seen = signed_in("funding_officer").get(url).content.decode()
    assert "Betrieb Beispiel" not in seen
    assert "Namen" in seen


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_files(edition: Edition, form: str) -> None:
    publish(edition=edition, by=audit.SYSTEM)
    answer = Client().get(f"{edition.get_absolute_url()}datei/{form}")
    assert answer.status_code == 200
    assert answer.content[:4] in {b"%PDF", b"PK\x03\x04"}
    assert answer.headers["Content-Disposition"].endswith(f'.{form}"')


def test_tables_as_csv(edition: Edition) -> None:
    publish(edition=edition, by=audit.SYSTEM)
    answer = Client().get(f"{edition.get_absolute_url()}tabelle/1.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Kategorie;1. Halbjahr 2026;1. Halbjahr 2025")
    assert Client().get(f"{edition.get_absolute_url()}tabelle/99.csv").status_code == 404


def test_keys_for_writing_stand_beside_the_names_of_their_indicators(
    report: Report, signed_in: Any
) -> None:
    chapter = report.chapters.first()
    assert chapter is not None
    page = (
        signed_in("moderator")
        .get(f"{report.get_absolute_url()}kapitel/{chapter.pk}/")
        .content.decode()
    )
    assert '<code>visits</code></a> <span class="st-muted">Besuche</span>' in page


def test_a_chapter_that_cannot_be_read_loses_nothing(report: Report, signed_in: Any) -> None:
    chapter = report.chapters.first()
    assert chapter is not None
    url = f"{report.get_absolute_url()}kapitel/{chapter.pk}/"
    text = "Gut.\n\n::table nonsense\n\nEs war {{Unfug!}}."
    answer = signed_in("moderator").post(
        url, {"title_de": "Titel", "title_en": "", "text_de": text, "text_en": ""}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Zeile 3" in page
    assert "Zeile 5" in page
    assert "::table nonsense" in page


def test_asking_for_what_is_not_counted_is_said(report: Report, signed_in: Any) -> None:
    chapter = report.chapters.first()
    assert chapter is not None
    chapter.text_de = "{{unicorns}} und ::"
    chapter.save()
    answer = signed_in("moderator").get(f"{report.get_absolute_url()}vorschau/")
    assert answer.status_code == 422
    assert "unicorns" in answer.content.decode()


def test_texts_are_never_markup(report: Report, signed_in: Any) -> None:
    chapter = report.chapters.first()
    assert chapter is not None
    chapter.text_de = "<script>alert(1)</script> [x](javascript:alert) **<b>**"
    chapter.text_de = chapter.text_de.replace("[x](javascript:alert)", "")
    chapter.save()
    page = signed_in("moderator").get(f"{report.get_absolute_url()}vorschau/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_correction_needs_a_reason(edition: Edition, signed_in: Any) -> None:
    officer: Client = signed_in("funding_officer")
    url = f"{edition.report.get_absolute_url()}abgeben/"
    assert officer.post(url, {"reason": ""}).status_code == 422
    officer.post(url, {"reason": "Ein Gespräch war doppelt."})
    second = Edition.objects.get(number=2)
    assert second.reason == "Ein Gespräch war doppelt."
    publish(edition=edition, by=audit.SYSTEM)
    publish(edition=second, by=audit.SYSTEM)
    old = Client().get(edition.get_absolute_url()).content.decode()
    assert "Ein Gespräch war doppelt." in old
    assert second.get_absolute_url() in old


def test_a_period_that_runs_is_named_before_handing_in(life: None, signed_in: Any) -> None:
    officer: Client = signed_in("funding_officer")
    today = timezone.localdate()
    officer.post("/berichte/arbeit/", {"template": "halbjahr", "period": f"{today.year}"})
    report = Report.objects.get()
    page = officer.get(report.get_absolute_url()).content.decode()
    assert "Der Zeitraum ist noch nicht zu Ende" in page
    assert f"31. Dezember {today.year}" in page
    answer = officer.post(f"{report.get_absolute_url()}abgeben/")
    assert (answer.status_code, Edition.objects.count()) == (422, 0)
    officer.post(f"{report.get_absolute_url()}abgeben/", {"early": "on"})
    assert Edition.objects.count() == 1


def test_a_period_that_is_over_needs_no_word(report: Report, signed_in: Any) -> None:
    page = signed_in("moderator").get(report.get_absolute_url()).content.decode()
    assert "Der Zeitraum ist noch nicht zu Ende" not in page
    assert 'name="early"' not in page


def test_rows_before_collection_are_not_shown_as_nothing(edition: Edition, signed_in: Any) -> None:
    moderator: Client = signed_in("moderator")
    rows = reverse("reports:edition_rows", kwargs={"pk": edition.pk})
    live = reverse("reports:live_rows")
    for address in (rows, live):
        asked = f"{address}?kennzahl=consultations&zeitraum="
        assert moderator.get(f"{asked}2026-H1").status_code == 200
        assert moderator.get(f"{asked}2025-H1").status_code == 404
        assert moderator.get(f"{asked}2026-H1&month=x").status_code == 404


def test_catalogue_is_public_and_its_keys_are_for_authors(client: Client, signed_in: Any) -> None:
    page = client.get("/berichte/kennzahlen/").content.decode()
    assert "Beratungsgespräche" in page
    assert "<code>" not in page
    officer = signed_in("funding_officer").get("/berichte/kennzahlen/").content.decode()
    assert "<code>consultations</code>" in officer
    assert client.get("/en/berichte/kennzahlen/").status_code == 200
