"""Where a use stands under the AI Act: outcome, listed uses, duties with their days, in words."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from steiger.engines.audit.catalogue import own_catalogue
from steiger.engines.audit.catalogue.types import Reference
from steiger.web.audits.interfaces.classifying import words_of

pytestmark = pytest.mark.django_db
PAGE = "/pruefung/ki-verordnung/"
NOTHING_ELSE = "AIA-Q1=none&AIA-Q2=no"


def read(client: Client, query: str, language: str = "") -> str:
    """The text of the page."""
    answer = client.get(f"{language}{PAGE}?{query}")
    assert answer.status_code == 200
    content = answer.content.decode()
    main = content[content.index("<main") : content.index("</main")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_without_answers_there_are_only_questions(client: Client) -> None:
    page = read(client, "")
    assert "Nutzt oder ermöglicht das System eine dieser Praktiken?" in page
    assert "Noch nicht zu entscheiden" not in page
    assert "Pflichten und ihre Tage" not in page
    assert "Was tut das System im Bereich Beschäftigung?" not in page


def test_screening_of_applications_is_high_risk_with_its_postponed_day(client: Client) -> None:
    query = f"{NOTHING_ELSE}&AIA-Q4=employment&AIA-Q8=recruitment&AIA-Q13=yes&AIA-Q16=none"
    page = read(client, query)
    assert "Hochrisiko-Verwendung Die Angaben entsprechen" in page
    assert (
        "Anzeigen, Sichtung oder Bewertung von Bewerbungen (Anhang III Nummer 4 Buchstabe a)"
        in page
    )
    assert "Artikel 6 Absatz 2 2. August 2026 verschoben, siehe den späteren Tag" in page
    assert "Artikel 6 Absatz 2 2. Dezember 2027 gilt ab diesem Tag" in page
    assert "Verordnung (EU) 2026/1744 zur Änderung der Verordnung (EU) 2024/1689" in page
    assert "ihr Text wurde nicht gelesen" in page
    assert "Maßnahmen der Cybersicherheit" in page
    english = read(client, query, "/en")
    assert "High-risk use" in english
    assert "(Annex III, point 4(a))" in english


def test_ways_out_and_uses_that_are_not_listed(client: Client) -> None:
    listed = f"{NOTHING_ELSE}&AIA-Q4=employment&AIA-Q8=recruitment"
    out = f"{listed}&AIA-Q13=no&AIA-Q14=preparatory&AIA-Q15=no"
    assert "Gelistet, aber eine Ausnahme kommt in Betracht" in read(client, out)
    free = read(client, f"{NOTHING_ELSE}&AIA-Q4=none&AIA-Q16=talks")
    assert "Nicht als Hochrisiko gelistet" in free
    assert "Artikel 50 2. August 2026 gilt heute" in free
    assert "Cybersicherheit" not in free
    assert "Möglicherweise eine verbotene Praktik" in read(client, "AIA-Q1=social_scoring")


def test_open_answers_leave_it_open_and_are_named(client: Client) -> None:
    page = read(client, "AIA-Q2=no&AIA-Q4=employment&AIA-Q13=unknown")
    answer, _, questions = page.partition("Der Einsatz")
    assert "Noch nicht zu entscheiden" in answer
    assert "Nutzt oder ermöglicht das System eine dieser Praktiken?" in answer
    assert "Was tut das System im Bereich Beschäftigung?" in answer
    assert "Was tut das System im Bereich Beschäftigung?" in questions


@pytest.mark.parametrize(
    "query", ["AIA-Q1=nonsense&AIA-Q2=<b>", "AIA-Q2=yes&AIA-Q2=no&AIA-Q99=1", "x=1&AIA-Q1="]
)
def test_answers_that_nobody_offers_are_left_out(client: Client, query: str) -> None:
    assert "Der Einsatz" in read(client, query)


def test_every_place_in_the_law_has_words() -> None:
    catalogue = own_catalogue()
    assert catalogue.use is not None
    places = [rule.article for rule in catalogue.dated_rules if rule.article.source == "ai_act"]
    places += [Reference("ai_act", one.id) for one in catalogue.use.classes]
    found = {str(place): words_of(place) for place in places}
    assert all(words.startswith(("Artikel ", "Anhang ")) for words in found.values()), found
    assert found["ai_act:50(2)"] == "Artikel 50 Absatz 2"
    assert found["ai_act:annex_iii.2"] == "Anhang III Nummer 2"


def test_laws_are_named_in_the_language_of_the_page(client: Client) -> None:
    """Also one that the catalogue may cite tomorrow needs its German name."""
    catalogue = own_catalogue()
    cited = {rule.basis.source for rule in catalogue.dated_rules}
    laws = [one for one in catalogue.sources if one.id in cited]
    page, english = read(client, ""), read(client, "", "/en")
    assert [one.title for one in laws if one.title in page or one.edition in page] == []
    assert [one.title for one in laws if f"{one.title} ({one.edition})" not in english] == []
