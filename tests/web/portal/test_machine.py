"""robots.txt, sitemap, security.txt, icons and previews."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.test import Client
from PIL import Image

from factories.communities import make_community
from factories.events import make_event
from factories.publications import make_draft, make_publication
from steiger.web.communities.models import Community
from steiger.web.directory.models import Actor
from steiger.web.events.models import Event
from steiger.web.portal.domain.pictures import preview
from steiger.web.portal.domain.security import security_txt
from steiger.web.publications.models import Publication

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def _xml(client: Client, path: str) -> Element:
    response = client.get(path)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def test_security_txt_has_the_fields_of_rfc_9116(client: Client) -> None:
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert set(fields) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert fields["Contact"].startswith("mailto:")
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=178) < left <= timedelta(days=180)


def test_security_txt_changes_once_a_day() -> None:
    morning, evening = (datetime(2026, 1, 1, hour, 30, tzinfo=UTC) for hour in (1, 23))
    texts = {
        security_txt(contact="a@example.org", base_url="https://example.org", now=now)
        for now in (morning, evening)
    }
    assert len(texts) == 1
    assert "Expires: 2026-06-30T00:00:00+00:00" in texts.pop()


def test_robots_name_the_sitemap_and_keep_staff_pages_out(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in lines
    assert {"Disallow: /konto/", "Disallow: /en/konto/", "Disallow: /betrieb/"} <= set(lines)


@pytest.mark.django_db
def test_sitemap_index_lists_sections_that_exist(client: Client) -> None:
    index = _xml(client, "/sitemap.xml")
    addresses = [node.text or "" for node in index.iter(f"{SITEMAP}loc")]
    assert len(addresses) >= 3
    for address in addresses:
        _xml(client, address.removeprefix("http://testserver"))


def test_sitemap_has_each_page_in_both_languages_with_alternates(
    client: Client, actors: list[Actor]
) -> None:
    pages = _xml(client, "/sitemap-eintraege.xml")
    found = {
        url.findtext(f"{SITEMAP}loc"): {
            link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")
        }
        for url in pages.iter(f"{SITEMAP}url")
    }
    base = settings.BASE_URL
    assert set(found) == {
        f"{base}{prefix}/landkarte/eintrag/{slug}/"
        for prefix in ("", "/en")
        for slug in ("pruefhaus", "rat-und-tat")
    }
    german = f"{base}/landkarte/eintrag/pruefhaus/"
    english = f"{base}/en/landkarte/eintrag/pruefhaus/"
    assert found[english] == {"de": german, "en": english, "x-default": german}


@pytest.mark.django_db
def test_sitemap_has_what_is_published_and_nothing_invented(client: Client) -> None:
    event = make_event()
    make_event(example=True), make_event(state=Event.State.DRAFT)
    publication, community = make_publication(), make_community()
    make_draft()
    Publication.objects.filter(pk=make_publication(title_de="Erfunden").pk).update(example=True)
    Community.objects.filter(pk=make_community("erfunden").pk).update(example=True)
    for section, thing in (
        ("veranstaltungen", event),
        ("veroeffentlichungen", publication),
        ("gemeinschaften", community),
    ):
        pages = _xml(client, f"/sitemap-{section}.xml")
        german = f"{settings.BASE_URL}{thing.get_absolute_url()}"
        english = german.replace(settings.BASE_URL, f"{settings.BASE_URL}/en")
        assert [node.text for node in pages.iter(f"{SITEMAP}loc")] == [german, english]


@pytest.mark.django_db
def test_sitemap_pages_and_regions(client: Client) -> None:
    pages = _xml(client, "/sitemap-seiten.xml")
    addresses = [node.text or "" for node in pages.iter(f"{SITEMAP}loc")]
    for address in addresses:
        assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 200
    regions = _xml(client, "/sitemap-regionen.xml")
    assert len(list(regions.iter(f"{SITEMAP}url"))) == 2 * (53 + 396)


@pytest.mark.parametrize("kind_and_slug", ["seite/start", "eintrag/pruefhaus", "region/05315"])
def test_preview_is_a_picture_of_the_right_size(
    client: Client, actors: list[Actor], settings: Any, tmp_path: Path, kind_and_slug: str
) -> None:
    settings.DATA_DIR = tmp_path
    response = client.get(f"/vorschau/{kind_and_slug}.png")
    assert response.status_code == 200
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)


@pytest.mark.parametrize(
    "kind_and_slug",
    ["seite/andere", "eintrag/entwurf", "eintrag/nix", "region/99999", "unsinn/start"],
)
def test_preview_of_nothing_is_not_found(
    client: Client, actors: list[Actor], kind_and_slug: str
) -> None:
    assert client.get(f"/vorschau/{kind_and_slug}.png").status_code == 404


def test_preview_copes_with_any_name(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    for title in ("X", "Donaudampfschifffahrtsgesellschaft" * 9, "Übung macht " * 40, "株式会社"):
        picture = preview(title, title, {})
        assert Image.open(io.BytesIO(picture)).size == (1200, 630)


def test_preview_is_kept_on_disk_until_its_words_change(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "previews"
    preview("Einmal", "Ort", {})
    before = set(folder.iterdir())
    preview("Einmal", "Ort", {})
    assert set(folder.iterdir()) == before
    preview("Zweimal", "Ort", {})
    assert len(set(folder.iterdir()) - before) == 1


def test_icons_and_manifest(client: Client) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["name"] == "Steiger Nordrhein-Westfalen"
    for icon in manifest["icons"]:
        if icon["src"].endswith(".png"):
            picture = Image.open(io.BytesIO(client.get(icon["src"]).content))
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert client.get("/favicon.ico").status_code == 200
    assert client.get("/icon-33.png").status_code == 404
