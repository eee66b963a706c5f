"""Every page in both languages: what it holds, and what it must never hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from factories.communities import make_community
from factories.events import make_event
from factories.publications import make_publication
from steiger.web.directory.models import Actor

from .addresses import PAGES, both_languages

pytestmark = pytest.mark.django_db


class Reader(HTMLParser):
    """Collects elements with their attributes, and the text of inline scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(client: Client, path: str) -> Reader:
    response = client.get(path)
    assert response.status_code == 200
    return Reader(response.content.decode())


@pytest.mark.parametrize(("language", "path"), both_languages())
def test_page_has_one_heading_language_and_landmarks(
    client: Client, language: str, path: str
) -> None:
    page = read(client, path)
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert [m["id"] for m in page.all("main")] == ["inhalt"]
    assert len(page.all("header")) == len(page.all("footer")) == 1
    assert page.all("a")[0]["href"] == "#inhalt"


@pytest.mark.parametrize(("language", "path"), both_languages())
def test_page_keeps_the_strict_content_policy(client: Client, language: str, path: str) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "http:" not in policy
    nonce = re.search(r"script-src [^;]*'nonce-([^']+)'", policy)
    assert nonce
    page = Reader(response.content.decode())
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag in {"script", "style"} and "src" not in attributes:
            assert attributes["nonce"] == nonce.group(1)
        for name in ("src", "srcset", "poster", "data"):
            assert not (attributes.get(name) or "").startswith(("http:", "https:", "//")), tag
    assert "style" not in [tag for tag, _ in page.elements]


@pytest.mark.parametrize("path", PAGES)
def test_german_page_holds_no_english_navigation(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert "Skip to content" not in html
    assert "Zum Inhalt springen" in html


@pytest.mark.parametrize(
    ("path", "german", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/suche/?q=a%26b&page=2", "/suche/?q=a%26b&amp;page=2", "/en/suche/?q=a%26b&amp;page=2"),
        ("/en/seite/hilfe/?x=1", "/seite/hilfe/?x=1", "/en/seite/hilfe/?x=1"),
    ],
)
def test_language_switch_keeps_page_and_query(
    client: Client, path: str, german: str, english: str
) -> None:
    html = client.get(path).content.decode()
    assert f'href="{german}" hreflang="de"' in html
    assert f'href="{english}" hreflang="en"' in html


def test_language_switch_works_on_a_missing_page(client: Client) -> None:
    response = client.get("/en/nirgends?a=1")
    assert response.status_code == 404
    assert 'href="/nirgends?a=1" hreflang="de"' in response.content.decode()


def test_alternates_and_canonical_have_no_query(client: Client) -> None:
    links = read(client, "/en/seite/hilfe/?x=1").all("link")
    assert [e["href"] for e in links if e.get("rel") == "canonical"] == [
        "http://127.0.0.1:8000/en/seite/hilfe/"
    ]
    assert {e["hreflang"]: e["href"] for e in links if e.get("rel") == "alternate"} == {
        "de": "http://127.0.0.1:8000/seite/hilfe/",
        "en": "http://127.0.0.1:8000/en/seite/hilfe/",
        "x-default": "http://127.0.0.1:8000/seite/hilfe/",
    }


def test_preview_tags_repeat_title_and_description(client: Client) -> None:
    page = read(client, "/seite/hilfe/")
    tags = {e.get("property"): e.get("content") for e in page.all("meta")}
    assert tags["og:title"] == "Hilfe"
    assert tags["og:image"] == "http://127.0.0.1:8000/vorschau/seite/start.png"


def test_links_inside_the_portal_lead_somewhere(client: Client) -> None:
    seen = set()
    for path in PAGES:
        for link in read(client, path).all("a"):
            href = (link["href"] or "").split("#")[0].split("?")[0]
            if href.startswith(("/seite/", "/suche/", "/barrierefreiheit/")) or href == "/":
                seen.add(href)
    assert len(seen) >= 9
    assert {path: client.get(path).status_code for path in seen} == dict.fromkeys(seen, 200)


def test_home_shows_figures_from_the_data(client: Client, actors: list[Actor]) -> None:
    html = " ".join(client.get("/").content.decode().split())
    assert "<strong>3</strong> Einträge auf der Landkarte für Nordrhein-Westfalen." in html
    assert "2 echte mit Quelle, 1 erfundene Beispiele." in html
    assert 'aria-label="Köln: 2"' in html
    assert 'aria-label="Hagen: 1"' in html
    assert html.count("data-actors=") == 53


def test_home_claims_work_only_for_real_entries(client: Client, actors: list[Actor]) -> None:
    actors[2].delete()
    html = client.get("/").content.decode()
    assert "<strong>2</strong> Stellen in Nordrhein-Westfalen arbeiten mit KI." in html
    assert "erfundene" not in html.split("<main")[1]


def test_home_without_entries_still_stands(client: Client) -> None:
    html = client.get("/").content.decode()
    assert "<strong>0</strong>" in html
    assert "st-overview__lights" in html


def test_unknown_page_of_text_is_not_found(client: Client) -> None:
    assert client.get("/seite/gibtesnicht/").status_code == 404
    assert client.get("/seite/base/").status_code == 404


def test_search_finds_regions_and_pages(client: Client) -> None:
    html = client.get("/suche/?q=Hagen").content.decode()
    assert "/landkarte/region/05914" in html
    assert "/seite/datenschutz/" in client.get("/suche/?q=Datenschutz").content.decode()


def test_search_says_what_to_do_when_nothing_fits(client: Client) -> None:
    html = client.get("/suche/?q=%3Cscript%3Eqqqqqq").content.decode()
    assert "Hier passt nichts auf „&lt;script&gt;qqqqqq“." in html
    assert "<script>qqqqqq" not in html


def test_sources_are_listed_with_their_licence(client: Client, actors: list[Actor]) -> None:
    html = client.get("/seite/datenquellen/").content.decode()
    assert "Test source" in html
    assert "GeoBasis-DE / BKG" in html


def test_search_forgives_typing_mistakes_in_offers(client: Client) -> None:
    make_publication(title_de="KI im Handwerksbetrieb")
    make_event(title_de="Beispiel: Sichtprüfung")
    make_community(name_de="Recht")
    for asked, title in (
        ("Handwrksbetrieb", "KI im Handwerksbetrieb"),
        ("Sichtprufng", "Beispiel: Sichtprüfung"),
        ("erlabt", "Recht"),
    ):
        html = client.get("/suche/", {"q": asked}).content.decode()
        assert f">{title}</a>" in html, asked
        assert "Nichts passt genau" in html, asked
    assert "Nichts passt genau" not in client.get("/suche/?q=Handwerksbetrieb").content.decode()


def test_search_guesses_nothing_for_words_that_are_found(client: Client) -> None:
    make_publication(title_de="Wir haben Lagen geprüft")
    assert "Wir haben Lagen" not in client.get("/suche/?q=Hagen").content.decode()
