"""Pages that file things under communities read the names once, however many there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories.communities import make_community
from factories.events import make_event
from factories.publications import make_publication
from steiger.web.communities.models import Community
from steiger.web.events.models import Event
from steiger.web.publications.models import Publication

pytestmark = pytest.mark.django_db
PLACES = 5


def reads(client: Client, address: str) -> list[str]:
    """Questions that a page asks of the table of communities."""
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert client.get(address).status_code == 200
    table = Community._meta.db_table
    return [one["sql"] for one in told.captured_queries if f'FROM "{table}"' in one["sql"]]


@pytest.mark.parametrize(
    ("address", "model"), [("/wissen/", Publication), ("/veranstaltungen/", Event)]
)
def test_each_page_reads_the_names_once(
    client: Client, address: str, model: type[Publication] | type[Event]
) -> None:
    for number in range(PLACES):
        slug = f"kreis-{number}"
        make_community(slug, name_de=f"Kreis {number}")
        if model is Event:
            make_event(community=slug)
        else:
            make_publication(title_de=f"Heft {number}", community=slug)
    assert len(reads(client, address)) == 1
    several = "&".join(f"community=kreis-{number}" for number in range(PLACES))
    # Groups of options, and what is chosen, each once.
    assert len(reads(client, f"{address}?{several}")) <= 3
