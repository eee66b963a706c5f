"""Which actors a new name is probably one of."""

from __future__ import annotations

import pytest

from factories.directory import make_actor, make_source
from steiger.web.directory.domain import likeness
from steiger.web.directory.domain.likeness import duplicate_pairs, likely_actors
from steiger.web.directory.models import Place

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_name_with_another_spelling_finds_the_actor() -> None:
    actor = make_actor(name="Beispielwerk Künstliche Sicht GmbH")
    found = likely_actors("Beispielwerk Kuenstliche Sicht GmbH")
    assert [one.actor_id for one in found] == [actor.pk]
    assert found[0].score > 0.8
    assert found[0].reasons == ("same_name",)


@pytest.mark.parametrize("name", ["", "   ", "Ganz anderer Verein Xyz"])
def test_nothing_like_it_finds_nothing(name: str) -> None:
    make_actor(name="Beispielwerk Künstliche Sicht GmbH")
    assert likely_actors(name) == []


def test_a_new_actor_is_known_at_once_and_after_the_file_is_built_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make_actor(name="Lampenbau Beispiel AG")
    assert [one.actor_id for one in likely_actors("Lampenbau Beispiel")] == [first.pk]
    second = make_actor(name="Stollenfunk Beispiel")
    likeness.note_changed([second.pk])
    assert [one.actor_id for one in likely_actors("Stollenfunk Beispiel")] == [second.pk]
    monkeypatch.setattr(likeness, "REBUILD_FROM", 0)
    third = make_actor(name="Grubenlicht Beispiel")
    likeness.note_changed([third.pk])
    assert [one.actor_id for one in likely_actors("Grubenlicht Beispiel")] == [third.pk]
    assert not likeness._journal().exists()


def test_a_broken_file_is_built_anew() -> None:
    actor = make_actor(name="Lampenbau Beispiel AG")
    likely_actors("Lampenbau Beispiel")
    likeness._base().write_bytes(b"PK broken")
    assert [one.actor_id for one in likely_actors("Lampenbau Beispiel")] == [actor.pk]


def test_withdrawn_actors_are_not_proposed() -> None:
    make_actor(name="Lampenbau Beispiel AG", state="withdrawn")
    assert likely_actors("Lampenbau Beispiel") == []


def test_pairs_of_the_database_name_both_actors_and_the_reason() -> None:
    one = make_actor(name="Institut für Grubenlicht Beispielstadt")
    other = make_actor(name="Inst. f. Grubenlicht Beispielstadt e.V.")
    make_actor(name="Wetterwerk Beispielort")
    steps: list[tuple[int, int]] = []
    pairs = duplicate_pairs(lambda done, total: steps.append((done, total)))
    assert [(first, second) for first, second, _, _ in pairs] == [(one.pk, other.pk)]
    assert pairs[0][3][0] in {"same_name", "similar_name"}
    assert steps[-1] == (3, 3)


def test_the_address_of_the_strongest_source_is_evidence() -> None:
    one = make_actor(name="Grubenlicht Beispielstadt GmbH")
    other = make_actor(name="Grubenlicht Beispielstadt")
    for actor in (one, other):
        Place.objects.filter(actor=actor).update(street="Hofaue 55", postcode="42103")
    Place.objects.create(
        actor=other, town="Wuppertal", street="Am Rand 1", source=make_source("alt", 10)
    )
    assert [org.street for org in likeness.organisations()] == ["Hofaue 55"] * 2
    assert "same_address" in duplicate_pairs()[0][3]
