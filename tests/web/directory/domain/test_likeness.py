"""Which actors a new name is probably one of."""

from __future__ import annotations

import pytest

from factories.directory import make_actor
from steiger.web.directory.domain.likeness import likely_actors

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_name_with_another_spelling_finds_the_actor() -> None:
    actor = make_actor(name="Beispielwerk Künstliche Sicht GmbH")
    found = likely_actors("Beispielwerk Kuenstliche Sicht GmbH")
    assert [one.actor_id for one in found] == [actor.pk]
    assert found[0].score > 0.8
    assert found[0].reasons


@pytest.mark.parametrize("name", ["", "   ", "Ganz anderer Verein Xyz"])
def test_nothing_like_it_finds_nothing(name: str) -> None:
    make_actor(name="Beispielwerk Künstliche Sicht GmbH")
    assert likely_actors(name) == []
