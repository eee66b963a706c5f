"""What the region's editors state about real organisations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from shapely.geometry import Point

from steiger.regions import SeedActor, load_region

REGION = load_region("nrw")
ACTORS = list(REGION.actors())
REPORT = "Vorlage 18/3992"


def test_enough_actors_beyond_the_report() -> None:
    assert len([actor for actor in ACTORS if actor.source != REPORT]) >= 150


@pytest.mark.parametrize(
    "name",
    [
        "Zertifizierte KI",
        "SmartHospital.NRW",
        "Innovative Secure Medical Campus",
        "Datenfabrik.NRW",
        "Hochwasserschutz 4.0",
        "Cyber Production Management Lab",
        "KI und Digital Offensive HANDwerk.NRW",
        "KI-Navi Handel",
    ],
)
def test_flagship_of_the_report_is_there(name: str) -> None:
    actor = next(actor for actor in ACTORS if actor.name == name)
    assert (actor.kind, actor.initiative_kind, actor.source) == ("initiative", "flagship", REPORT)


@pytest.mark.parametrize(
    "slug",
    [
        "ki-nrw",
        "lamarr-institut",
        "zaki-d",
        "ai-village-huerth",
        "digitale-zukunft-ki",
        "jupiter-ai-factory",
        "leam",
        "ai-gigafactory",
        "claas",
        "schmitz-cargobull",
        "universitaetsmedizin-essen",
        "universitaetsklinikum-bonn",
        "fraunhofer-iais",
        "fraunhofer-iml",
        "fraunhofer-fit",
        "iw-koeln",
        "mwike",
        "rheinische-hochschule-koeln",
        "zukunftsagentur-rheinisches-revier",
        "handelsverband-nrw",
    ],
)
def test_named_in_the_report(slug: str) -> None:
    assert slug in {actor.slug for actor in ACTORS}


def test_names_and_slugs_are_unique() -> None:
    assert len({actor.slug for actor in ACTORS}) == len(ACTORS)
    assert len({actor.name for actor in ACTORS}) == len(ACTORS)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.slug)
def test_actor_is_complete(actor: SeedActor) -> None:
    assert actor.source
    assert not actor.is_example
    assert actor.description_de
    assert actor.description_en
    for role in actor.roles:
        assert 10 <= len(role.offer_de) <= 400
        assert 10 <= len(role.offer_en) <= 400
    for address in [link.url for link in actor.links] + [actor.source_url]:
        if address:
            parts = urlsplit(address)
            assert parts.scheme == "https"
            assert "." in parts.netloc
            assert not parts.username
    assert actor.seat.municipality in REGION.municipalities
    border = REGION.shape(actor.seat.municipality)
    assert border.buffer(0.005).contains(Point(actor.seat.lon, actor.seat.lat))


def test_voice_is_the_houses() -> None:
    for actor in ACTORS:
        for text in (actor.description_de, *(role.offer_de for role in actor.roles)):
            assert "!" not in text
            assert "Leider" not in text
            assert not re.search(r"\bInnovation(en)?\b", text)


def test_identifiers_have_their_form() -> None:
    for actor in ACTORS:
        for identifier in actor.identifiers:
            scheme = REGION.term("identifier", identifier.scheme)
            assert re.fullmatch(str(scheme.details["pattern"]), identifier.value)
            assert identifier.source


def test_no_identifier_is_given_twice() -> None:
    ids = [(i.scheme, i.value) for actor in ACTORS for i in actor.identifiers]
    assert len(ids) == len(set(ids))


def test_every_category_and_most_sub_categories_are_used() -> None:
    used = {role.role for actor in ACTORS for role in actor.roles}
    assert used == {term.key for term in REGION.vocabularies["role"]}


def test_actors_are_spread_over_the_region() -> None:
    districts = {actor.seat.municipality[:5] for actor in ACTORS}
    assert {d[:3] for d in districts} == set(REGION.government_regions)


@pytest.mark.shared
def test_identifiers_exist_in_the_register(shared: Path) -> None:
    import csv
    import gzip

    folder = shared / "data/directory"
    with gzip.open(folder / "ror_germany_earlier.json.gz", "rt", encoding="utf-8") as file:
        known = {record["id"].rsplit("/", 1)[1] for record in json.load(file)}
    with gzip.open(folder / "organisations_world.csv.gz", "rt", encoding="utf-8") as file:
        known |= {row["ror_id"].rsplit("/", 1)[1] for row in csv.DictReader(file)}
    ids = {i.value for actor in ACTORS for i in actor.identifiers if i.scheme == "ror"}
    assert ids - known == set()
