"""Side by side, and the page to print."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.test import Client

from factories.directory import make_actor
from steiger.web.directory.domain.index import rebuild
from steiger.web.directory.models import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def actors() -> list[Actor]:
    rows = [
        make_actor("Alpha <b>", topics=("machine_learning", "computer_vision"), size="small"),
        make_actor("Beta", topics=("machine_learning",), town="Hagen", ags="05914000"),
        make_actor("Gamma"),
        make_actor("Delta"),
    ]
    rebuild()
    return rows


def page(client: Client, query: str) -> str:
    answer = client.get(f"/landkarte/vergleich/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_actors_stand_side_by_side_and_what_they_share_is_marked(
    client: Client, actors: list[Actor]
) -> None:
    text = page(client, "?eintrag=alpha-b&eintrag=beta")
    assert text.count('<th scope="col">') == 2
    assert "Alpha &lt;b&gt;" in text
    assert '<li class="is-shared">Maschinelles Lernen' in text
    assert 'href="/landkarte/vergleich/?eintrag=beta"' in text  # without the first


def test_more_than_three_and_unknown_ones_are_told(client: Client, actors: list[Actor]) -> None:
    query = "&".join(f"eintrag={row.slug}" for row in actors)
    text = page(client, f"?{query}&eintrag=niemand")
    assert text.count('<th scope="col">') == 3
    assert "gezeigt werden die ersten drei" in text
    assert "„niemand“ ist kein Eintrag der Karte." in text


def test_withdrawn_actor_is_not_compared(client: Client, actors: list[Actor]) -> None:
    Actor.objects.filter(pk=actors[1].pk).update(state=Actor.State.WITHDRAWN)
    assert "„beta“ ist kein Eintrag" in page(client, "?eintrag=beta")


def test_another_one_is_found_without_script(client: Client, actors: list[Actor]) -> None:
    text = page(client, "?eintrag=gamma&q=Beta")
    assert 'href="/landkarte/vergleich/?eintrag=gamma&amp;eintrag=beta"' in text
    assert "passt auf" not in page(client, "?eintrag=gamma")


def test_districts_stand_side_by_side_with_chart_and_table(
    client: Client, actors: list[Actor]
) -> None:
    text = page(client, "?gebiet=05124&gebiet=05914&gebiet=99999")
    assert text.count('<th scope="col">') == 2
    assert "st-compare-chart" in text
    assert "je 100.000 Einwohner" in text
    assert "„99999“ ist kein Kreis und keine Gemeinde." in text
    assert "Maschinelles Lernen" in text
    assert "Kreis oder Stadt wählen" in page(client, "?gebiet=")


def test_list_and_pages_offer_the_comparison(client: Client, actors: list[Actor]) -> None:
    text = client.get("/landkarte/").content.decode()
    assert '<input type="checkbox" name="eintrag" value="beta" form="vergleich">' in text
    assert '<form id="vergleich" method="get" action="/landkarte/vergleich/" hidden>' in text
    assert "vergleich/?eintrag=beta" in client.get("/landkarte/eintrag/beta/").content.decode()
    area = client.get("/landkarte/region/05914-hagen/").content.decode()
    assert "vergleich/?gebiet=05914" in area
    assert "steckbrief.pdf?district=05914" in area


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/landkarte/steckbrief.pdf?district=05914", "KI in Hagen"),
        ("/landkarte/steckbrief.pdf?municipality=05914000", "KI in Hagen"),
        ("/landkarte/steckbrief.pdf?topic=machine_learning", "KI in Nordrhein-Westfalen"),
        ("/en/landkarte/steckbrief.pdf?q=niemandheisstso", "AI in North Rhine-Westphalia"),
    ],
)
def test_selection_is_one_tagged_page(
    client: Client, actors: list[Actor], path: str, title: str
) -> None:
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf"
    document = pikepdf.open(io.BytesIO(answer.content))
    assert len(document.pages) == 1
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == title
        assert metadata["pdfuaid:part"] == "1"
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
