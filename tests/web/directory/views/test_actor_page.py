"""The page of an actor."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from factories.directory import make_actor, make_source, relate
from steiger.web.accounts.domain import audit
from steiger.web.accounts.models import LogEntry
from steiger.web.directory.domain.sources import get_source, region_source
from steiger.web.directory.interfaces.evidence import event
from steiger.web.directory.models import (
    Actor,
    Description,
    Fact,
    FormerAddress,
    Identifier,
    Name,
)

pytestmark = pytest.mark.django_db


def get(client: Client, actor: Actor, prefix: str = "") -> str:
    response = client.get(f"{prefix}/landkarte/eintrag/{actor.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_begins_with_what_a_firm_gets(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", roles={"provider": "Prüft Bauteile mit Kameras."})
    page = get(client, actor)
    assert page.index("Was Sie hier bekommen") < page.index("Kontakt</h2>")
    assert "Prüft Bauteile mit Kameras." in page
    assert 'href="https://example.org/"' in page


def test_the_weightier_source_is_shown_and_the_other_is_named(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", description="Alter Text.")
    moderation = make_source("moderation", 100)
    Description.objects.create(actor=actor, source=moderation, language="de", text="Neuer Text.")
    page = get(client, actor)
    assert '<p class="st-lead">Neuer Text.</p>' in page
    assert page.count("nicht gezeigt, eine andere Quelle gilt") == 1


def test_relations_stand_on_both_sides(client: Client) -> None:
    whole, part = make_actor("Hochschule Beispielstadt"), make_actor("Labor Beispielstadt")
    relate(part, "part_of", whole, "seit 2020")
    assert 'gehört zu</span> <a href="/landkarte/eintrag/hochschule-beispielstadt/"' in get(
        client, part
    )
    assert 'umfasst</span> <a href="/landkarte/eintrag/labor-beispielstadt/"' in get(client, whole)


def test_a_relation_stated_elsewhere_names_its_source_here_too(client: Client) -> None:
    whole, part = make_actor("Hochschule Beispielstadt"), make_actor("Labor Beispielstadt")
    relate(part, "part_of", whole)
    table = get(client, whole).split("<tbody>")[1].split("</tbody>")[0]
    assert '<th scope="row">umfasst</th><td data-label="Wert">Labor Beispielstadt</td>' in table


def test_the_kind_of_initiative_is_a_word(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital")
    Fact.objects.create(actor=actor, source=make_source(), key="initiative", value="platform")
    table = get(client, actor).split("<tbody>")[1].split("</tbody>")[0]
    assert '<th scope="row">Art der Initiative</th>' in table


def test_the_history_tells_the_day_where_the_region_is() -> None:
    entry = LogEntry(at=datetime(2026, 1, 1, 23, 30, tzinfo=UTC), act="directory.actor.edit")
    assert event(entry).on == date(2026, 1, 2)


def test_the_history_names_roles_and_no_person(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital")
    with transaction.atomic():
        audit.record(
            by=audit.Actor(4711, "moderator"),
            act="directory.actor.edit",
            on=actor,
            changes={"name": ["Hammerwerk", "Hammerwerk Digital"]},
        )
    page = get(client, actor)
    assert "Angaben geändert" in page
    assert "(Redaktion; Name)" in page
    assert "4711" not in page


def test_neighbours_are_named_with_their_distance(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", spot=(51.2562, 7.1508))
    make_actor("Labor am Fluss", spot=(51.2562, 7.2508))
    make_actor("Werk am Meer", spot=(53.5, 8.1))
    page = get(client, actor)
    assert 'Labor am Fluss</a> <span class="st-muted">Wuppertal, etwa 7 km' in page
    assert "Werk am Meer" not in page


def test_two_at_the_centre_of_a_town_claim_no_distance(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", spot=(51.2562, 7.1508))
    make_actor("Labor am Fluss", spot=(51.2562, 7.1508))
    assert 'Labor am Fluss</a> <span class="st-muted">Wuppertal</span>' in get(client, actor)


def test_machines_read_the_same(client: Client) -> None:
    actor = make_actor(
        "Institut </script><b>",
        roles={"research_institution": "Forscht."},
        short="IFL",
        topics=("machine_learning",),
    )
    Identifier.objects.create(
        actor=actor, source=make_source(), scheme="ror", value="https://ror.org/01"
    )
    found = re.search(
        r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', get(client, actor)
    )
    assert found is not None
    data = json.loads(found.group(1))
    assert data["@type"] == "ResearchOrganization"
    assert data["name"] == "Institut </script><b>"
    assert data["alternateName"] == ["IFL"]
    assert data["sameAs"] == ["https://ror.org/01"]
    assert data["location"]["address"]["addressLocality"] == "Wuppertal"


def test_a_link_that_runs_as_script_is_not_shown(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", website="")
    actor.links.create(source=make_source(), kind="website", url="javascript:alert(1)")
    assert 'href="javascript' not in get(client, actor)


def test_a_withdrawn_entry_says_so(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", state=Actor.State.WITHDRAWN)
    response = client.get(actor.get_absolute_url())
    assert response.status_code == 410
    assert "Dieser Eintrag wurde zurückgezogen" in response.content.decode()


def test_a_merged_entry_leads_to_the_one_that_remains(client: Client) -> None:
    last = make_actor("Drittes Werk")
    middle = make_actor("Zweites Werk", state=Actor.State.MERGED, merged_into=last)
    first = make_actor("Erstes Werk", state=Actor.State.MERGED, merged_into=middle)
    response = client.get(first.get_absolute_url())
    assert (response.status_code, response["Location"]) == (301, last.get_absolute_url())


def test_a_former_address_leads_to_the_new_one(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital")
    FormerAddress.objects.create(slug="hammerwerk", actor=actor)
    response = client.get("/landkarte/eintrag/hammerwerk/")
    assert (response.status_code, response["Location"]) == (301, actor.get_absolute_url())


def test_drafts_and_unknown_addresses_are_not_found(client: Client) -> None:
    draft = make_actor("Hammerwerk Digital", state=Actor.State.DRAFT)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get("/landkarte/eintrag/gibt-es-nicht/").status_code == 404


def test_an_actor_with_nothing_but_a_name_has_a_page(client: Client) -> None:
    actor = make_actor("Hammerwerk", town="", ags="", spot=None, roles={}, website="")
    assert "<h1>Hammerwerk</h1>" in get(client, actor, "/en")


def test_hidden_values_are_not_on_the_page(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", former=("Alter Name",))
    Name.objects.filter(text="Alter Name").update(hidden=True)
    assert "Alter Name" not in get(client, actor)


def test_the_english_page_falls_back_to_german_texts(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", description="Nur auf Deutsch.")
    page = get(client, actor, "/en")
    assert "Nur auf Deutsch." in page
    assert "What you can get here" in page


def test_the_date_of_a_check_is_shown(client: Client) -> None:
    actor = make_actor("Hammerwerk Digital", verified_on=date(2025, 6, 27))
    assert "Geprüft am 27. Juni 2025." in get(client, actor)


def test_the_page_of_an_example_stays_out_of_search_engines(client: Client) -> None:
    actor = make_actor("Beispiel Werk", is_example=True)
    page = get(client, actor)
    assert 'name="robots" content="noindex' in page
    assert "Dieser Eintrag ist erfunden." in page


def test_the_index_is_not_needed(client: Client, settings: Any) -> None:
    actor = make_actor("Hammerwerk Digital")
    get(client, actor)
    assert not settings.SEARCH_INDEX_DIR.exists()


def test_our_own_sources_are_named_in_the_reader_s_language(client: Client) -> None:
    source = get_source(region_source("nrw"))
    actor = make_actor("Hammerwerk Digital", source=source)
    assert "Quellen: Redaktion der Region, mit Einzelnachweis." in get(client, actor)
    english = get(client, actor, "/en")
    assert "Sources: Editors of the region, with a note for each entry." in english
    assert "Redaktion" not in english
