"""The network: list, data and picture say the same, follow the filters, and wait for nobody."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.test import Client

from factories.directory import make_actor, make_source, relate
from steiger.web.directory.domain.index import queue, rebuild
from steiger.web.directory.domain.network import network, settle
from steiger.web.directory.models import Actor, Relation
from steiger.web.directory.tasks import ensure_network_laid_out

pytestmark = pytest.mark.django_db
LINE = re.compile(r'data-row="(\d+)" data-one="(\d+)" data-other="(\d+)"')


@pytest.fixture
def actors() -> list[Actor]:
    """A in Wuppertal – B in Wuppertal, B – C in Hagen; D with nobody."""
    a, b = make_actor("Alpha <b>"), make_actor("Beta", roles={"research_institution": ""})
    c, d = make_actor("Gamma", town="Hagen", ags="05914000"), make_actor("Delta")
    relate(b, "partner_of", a)
    relate(b, "part_of", c, "BEISPIEL (101070001)")
    rebuild()
    return [a, b, c, d]


def listed(client: Client, query: str = "") -> set[tuple[int, ...]]:
    page = client.get(f"/landkarte/?view=network&{query}")
    assert page.status_code == 200
    return {tuple(map(int, found)) for found in LINE.findall(page.content.decode())}


def drawn(client: Client, query: str = "") -> tuple[set[tuple[int, ...]], dict[str, Any]]:
    data = client.get(f"/landkarte/netz.json?{query}").json()
    ids = data["ids"]
    ends = zip(data["row"], data["one"], data["other"], strict=True)
    return {(row, ids[one], ids[other]) for row, one, other in ends}, data


def test_list_and_drawing_say_the_same(client: Client, actors: list[Actor]) -> None:
    a, b, c, _ = actors
    ties, data = drawn(client)
    assert listed(client) == ties
    # The mutual relation is told from the first in the alphabet.
    assert {tie[1:] for tie in ties} == {(a.pk, b.pk), (b.pk, c.pk)}
    assert data["names"] == ["Alpha <b>", "Beta", "Gamma"]
    page = client.get("/landkarte/?view=network").content.decode()
    assert "2 Beziehungen zwischen 3 Einträgen." in page
    assert "Zu 1 Eintrag ist noch keine Beziehung bekannt." in page
    assert "Alpha &lt;b&gt;" in page
    assert 'href="https://cordis.europa.eu/project/id/101070001"' in page
    assert '<noscript><img class="st-net-picture" src="/landkarte/netz.svg"' in page


def test_filters_leave_ties_with_one_end_inside(client: Client, actors: list[Actor]) -> None:
    _, b, c, _ = actors
    ties, data = drawn(client, "district=05914")
    assert {tie[1:] for tie in ties} == {(b.pk, c.pk)}
    assert listed(client, "district=05914") == ties
    assert [data["ids"][at] for at in data["outside"]] == [b.pk]


def test_same_statement_of_two_sources_is_one_tie_of_the_weightier(
    client: Client, actors: list[Actor]
) -> None:
    _, b, c, _ = actors
    strong = Relation.objects.create(
        actor=b, kind="part_of", other=c, source=make_source("moderation", 100)
    )
    ties, _ = drawn(client)
    assert (strong.pk, b.pk, c.pk) in ties
    assert len(ties) == 2


def test_hidden_relations_and_withdrawn_actors_are_gone(
    client: Client, actors: list[Actor]
) -> None:
    Relation.objects.filter(kind="part_of").update(hidden=True)
    assert len(drawn(client)[0]) == 1
    with transaction.atomic():
        Actor.objects.filter(pk=actors[0].pk).update(state=Actor.State.WITHDRAWN)
        queue([actors[0].pk])
    rebuild()
    assert drawn(client)[0] == set()
    assert listed(client) == set()


def test_layout_is_kept_and_made_anew_only_when_relations_change(actors: list[Actor]) -> None:
    assert not network().settled
    assert settle() == 3
    first = network()
    assert first.settled
    assert settle() == 0
    relate(actors[3], "part_of", actors[0])
    grown = network()
    assert not grown.settled
    # Whoever had a place keeps it until the drawing is laid out anew.
    stays = np.isin(grown.ids, first.ids)
    assert np.allclose(grown.places[stays], first.places)
    assert settle() == 4


def test_broken_file_of_places_is_as_good_as_none(actors: list[Actor]) -> None:
    from steiger.web.directory.domain.network import _file

    settle()
    _file().write_bytes(b"nothing")
    assert not network().settled
    assert settle() == 3


def test_worker_queues_the_layout_once(actors: list[Actor], settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    assert ensure_network_laid_out()
    assert not ensure_network_laid_out()
    settle()
    assert not ensure_network_laid_out()


def test_ties_of_one_actor_are_told_from_its_side(client: Client, actors: list[Actor]) -> None:
    page = client.get(f"/landkarte/netz/{actors[2].pk}/").content.decode()
    assert "umfasst" in page
    assert page.index("Gamma") < page.index("Beta")
    assert client.get(f"/landkarte/netz/{actors[3].pk}/").status_code == 404
    assert client.get("/landkarte/netz/99999999999999999999/").status_code == 404


def test_data_are_sent_once_and_anew_after_a_change(client: Client, actors: list[Actor]) -> None:
    first = client.get("/landkarte/netz.json")
    again = client.get("/landkarte/netz.json", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    relate(actors[3], "part_of", actors[0])
    assert client.get("/landkarte/netz.json")["ETag"] != first["ETag"]
    assert client.get("/en/landkarte/netz.json").json()["kinds"] == ["part of", "partner of"]


def test_picture_holds_every_tie_and_actor(client: Client, actors: list[Actor]) -> None:
    answer = client.get("/landkarte/netz.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    picture = answer.content.decode()
    assert (picture.count("L"), picture.count("h0")) == (2, 3)
    empty = client.get("/landkarte/netz.svg?q=niemandheisstso").content.decode()
    assert "h0" not in empty


def test_list_has_pages(client: Client, actors: list[Actor]) -> None:
    others = [make_actor(f"Stelle {n:03}", roles={}, website="") for n in range(55)]
    for other in others:
        relate(actors[0], "carries", other)
    rebuild()
    first, second = listed(client), listed(client, "page=2")
    assert (len(first), len(second)) == (50, 7)
    assert first | second == drawn(client)[0]
