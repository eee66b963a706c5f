"""Feeds read with a reader's library; frames that store nothing and may stand in any page."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from factories.directory import make_actor
from steiger.web.directory.domain import index
from steiger.web.directory.models import Actor, Relation

feedparser = pytest.importorskip("feedparser")
pytestmark = pytest.mark.django_db


@pytest.fixture
def actors() -> list[Actor]:
    """Three entries, the oldest changed last."""
    now = timezone.now()
    made = [
        make_actor(
            f"Stelle {number} & Söhne",
            created_at=now - timedelta(days=9 - number),
            changed_at=now - timedelta(days=number),
            roles={role: offer},
        )
        for number, role, offer in (
            (0, "provider", "Berät <alle>."),
            (1, "research_institution", "Forscht."),
            (2, "provider", "Schult."),
        )
    ]
    index.rebuild()
    return made


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_reader_finds_the_new_entries_first(
    client: Client, actors: list[Actor], form: str
) -> None:
    response = client.get(f"/landkarte/neues.{form}?category=economy")
    read = feedparser.parse(response.content)
    assert read.bozo == 0
    assert [entry.title for entry in read.entries] == ["Stelle 2 & Söhne", "Stelle 0 & Söhne"]
    assert "Wirtschaft" in read.feed.title
    entry = read.entries[1]
    assert entry.link.endswith(actors[0].get_absolute_url())
    assert "<alle>" in html.unescape(entry.summary)
    assert entry.published_parsed[:3] == actors[0].created_at.timetuple()[:3]
    links = [link.href for link in read.feed.links if link.rel == "self"]
    assert links[0].endswith(f"/landkarte/neues.{form}?category=economy")


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_each_change_is_an_item_of_its_own(client: Client, actors: list[Actor], form: str) -> None:
    def read() -> list[tuple[str, str]]:
        content = client.get(f"/landkarte/neues.{form}?show=changed").content
        return [(entry.title, entry.id) for entry in feedparser.parse(content).entries]

    before = read()
    assert [title for title, _ in before] == [actor.name for actor in actors]
    Actor.objects.filter(pk=actors[2].pk).update(changed_at=timezone.now() + timedelta(minutes=1))
    index.rebuild()
    after = read()
    assert after[0][0] == actors[2].name
    assert set(before) - set(after) == {before[2]}


def test_feeds_are_valid_when_nobody_fits(client: Client, actors: list[Actor]) -> None:
    read = feedparser.parse(client.get("/landkarte/neues.atom?q=gibtesnicht").content)
    assert (read.bozo, read.entries) == (0, [])


# --- frames ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["list", "map"])
def test_a_frame_stores_nothing_and_may_stand_anywhere(
    client: Client, actors: list[Actor], view: str
) -> None:
    response = client.get(f"/landkarte/eingebettet/?view={view}&category=economy")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy["frame-ancestors"] == "*"
    assert policy["default-src"] == "'self'"
    assert "X-Frame-Options" not in response
    assert not response.cookies
    page = response.content.decode()
    assert '<base target="_blank">' in page
    assert "Stelle 0" in page
    assert "Stelle 1" not in page
    assert "csrf" not in page


def test_only_frames_may_stand_in_other_pages(client: Client, actors: list[Actor]) -> None:
    for address in ("/landkarte/", "/landkarte/einbetten/", actors[0].get_absolute_url()):
        response = client.get(address)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"
    events = client.get("/veranstaltungen/einbetten/")
    assert "frame-ancestors *" in events["Content-Security-Policy"]


def test_a_frame_keeps_its_colours_from_page_to_page(client: Client) -> None:
    for _ in range(23):
        make_actor()
    index.rebuild()
    page = client.get("/landkarte/eingebettet/?theme=dark").content.decode()
    assert 'data-kern-theme="dark"' in page
    ways = {html.unescape(way) for way in re.findall(r'href="([^"]*page=2[^"]*)"', page)}
    assert {(urlsplit(w).path, parse_qs(urlsplit(w).query)["theme"][0]) for w in ways} == {
        ("/landkarte/eingebettet/", "dark")
    }


def test_the_maker_gives_html_that_shows_the_wish(client: Client, actors: list[Actor]) -> None:
    page = client.get(
        "/landkarte/einbetten/?category=economy&q=%22S%C3%B6hne%22&view=map&height=9000&lang=en&theme=dark"
    ).content.decode()
    code = html.unescape(page.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])
    found = re.fullmatch(r'<iframe src="([^"]+)" title="([^"]+)" .*height="1600".*></iframe>', code)
    assert found is not None
    assert "style" not in code
    assert "script" not in code
    address = urlsplit(html.unescape(found[1]))
    assert address.path == "/en/landkarte/eingebettet/"
    assert parse_qs(address.query) == {
        "q": ['"Söhne"'], "category": ["economy"], "view": ["map"], "theme": ["dark"],
    }  # fmt: skip
    frame = client.get(f"{address.path}?{address.query}").content.decode()
    assert '<html lang="en" data-kern-theme="dark">' in frame
    assert "frame-src http://" in page


@pytest.mark.parametrize(
    "query", ["height=-5&view=table&theme=pink&lang=fr", "height=%F0%9F%98%80"]
)
def test_the_maker_takes_the_usual_for_what_it_does_not_know(
    client: Client, actors: list[Actor], query: str
) -> None:
    page = client.get(f"/landkarte/einbetten/?{query}").content.decode()
    assert "height=&quot;600&quot;" in page
    assert "/landkarte/eingebettet/&quot;" in page


def test_a_frame_of_the_network_shows_it_with_its_relations(client: Client) -> None:
    one, two, three = (make_actor(f"Beispiel {name}") for name in ("Eins", "Zwei", "Drei"))
    Relation.objects.create(
        actor=one, other=two, kind="partner", source=one.names.get().source, stated_on="2026-01-01"
    )
    index.rebuild()
    page = client.get("/landkarte/eingebettet/?view=network&category=economy").content.decode()
    assert 'id="netz"' in page
    assert "?category=economy" in page.split('data-url="', 1)[1].split('"', 1)[0]
    assert "network.js" in page
    assert "1 Beziehung zwischen 2 Einträgen." in page
    assert [name in page for name in (one.name, two.name, three.name)] == [True, True, False]
    maker = client.get("/landkarte/einbetten/?view=network").content.decode()
    assert "/landkarte/eingebettet/?view=network&quot;" in maker
