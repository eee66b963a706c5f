"""An actor's page lists what it has published."""

from __future__ import annotations

import pytest
from django.test import Client

from factories.directory import make_actor, make_terms
from factories.publications import make_draft, make_publication
from steiger.web.directory.models import Actor
from steiger.web.publications.models import Author

pytestmark = pytest.mark.django_db


@pytest.fixture
def institute() -> Actor:
    """An actor of the map."""
    make_terms()
    return make_actor("Beispielinstitut")


def test_page_lists_publications(client: Client, institute: Actor) -> None:
    assert (
        'id="regal-publications"' not in client.get(institute.get_absolute_url()).content.decode()
    )
    shown, draft = make_publication(title_de="Leitfaden Ofen"), make_draft(title_de="Entwurf Ofen")
    make_publication(title_de="Von anderen")
    Author.objects.filter(publication__in=(shown, draft)).update(actor=institute)
    page = client.get(institute.get_absolute_url()).content.decode()
    assert 'id="regal-publications"' in page
    assert f'<a href="{shown.get_absolute_url()}">Leitfaden Ofen</a>' in page
    assert "Entwurf Ofen" not in page
    assert "Von anderen" not in page
