"""Districts and municipalities."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from factories.directory import make_actor
from steiger.regions import load_region
from steiger.web.directory.domain import index
from steiger.web.directory.domain.areas import area_page, area_url, resolve_place
from steiger.web.directory.interfaces.outline import outline
from steiger.web.directory.interfaces.regions import class_limits, level


@pytest.mark.django_db
def test_figures_rank_neighbours_and_list(client: Client) -> None:
    make_actor("Hammerwerk Digital", town="Hagen", ags="05914000")
    make_actor("Bäckerei Rheinblick", town="Köln", ags="05315000", spot=(50.94, 6.96))
    index.rebuild()
    page = client.get("/landkarte/region/05914-hagen/").content.decode()
    assert "KI in Hagen" in page
    assert "Hammerwerk Digital" in page
    assert "Bäckerei Rheinblick" not in page
    assert "Märkischer Kreis" in page
    area = area_page("05914")
    assert area is not None
    assert (area.figure.actors, area.rank) == (1, 1)
    assert area.categories == (("economy", 1),)


@pytest.mark.django_db
def test_a_wrong_name_in_the_address_leads_to_the_right_one(client: Client) -> None:
    response = client.get("/landkarte/region/05315000-kolonia/?view=table")
    assert (response.status_code, response["Location"]) == (
        301,
        "/landkarte/region/05315000-koeln/?view=table",
    )


@pytest.mark.django_db
def test_an_area_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/landkarte/region/99999-nirgendwo/").status_code == 404


@pytest.mark.django_db
def test_the_filters_work_within_an_area(client: Client) -> None:
    make_actor("Hammerwerk Digital", town="Hagen", ags="05914000")
    index.rebuild()
    page = client.get("/landkarte/region/05914-hagen/?category=research").content.decode()
    assert "Niemand passt auf alle Filter." in page
    assert 'name="district"' not in page


@pytest.mark.django_db
def test_the_overview_holds_all_districts_in_the_order_asked_for(client: Client) -> None:
    make_actor("Hammerwerk Digital", town="Hagen", ags="05914000")
    index.rebuild()
    page = client.get("/landkarte/region/?sort=actors").content.decode()
    rows = page.split("<tbody>")[1].split("<tr>")[1:]
    assert len(rows) == len(load_region("nrw").districts) == 53
    assert "Hagen" in rows[0]
    assert page.count("<path class=") == 53


@pytest.mark.django_db
@pytest.mark.shared
def test_every_district_and_municipality_has_a_page(client: Client, shared: Path) -> None:
    with (shared / "data/directory/nrw_municipalities.csv").open(encoding="utf-8") as file:
        keys = {row["ags"] for row in csv.DictReader(file)}
    region = load_region("nrw")
    assert keys == set(region.municipalities)
    addresses = [area_url(ags) for ags in (*region.districts, *keys)]
    assert len(set(addresses)) == 53 + 396
    for address in addresses[:53:10] + addresses[53::40]:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("text", "ags"),
    [("Hagen", "05914000"), ("58095", "05914000"), ("koeln", "05315000"), ("Kreis Unna", "05978")],
)
def test_a_clear_place_is_found(text: str, ags: str) -> None:
    place = resolve_place(text).place
    assert place is not None
    assert place.ags == ags


def test_a_choice_between_places_leads_to_one_of_them() -> None:
    from steiger.web.directory.domain.areas import area_label

    choices = resolve_place("Neunkirch").choices
    assert len(choices) > 1
    for choice in choices:
        place = resolve_place(area_label(choice)).place
        assert place is not None
        assert place.ags == choice.ags


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=60))
def test_every_rate_lies_in_a_class_and_more_is_never_less(rates: list[float]) -> None:
    limits = class_limits(rates)
    ordered = [level(rate, limits) for rate in sorted(rates)]
    assert ordered == sorted(ordered)
    assert 1 <= ordered[0] <= ordered[-1] <= 5


def test_the_drawing_holds_every_district_on_its_canvas() -> None:
    canvas = outline()
    assert len(canvas.districts) == 53
    assert all(canvas.holds(d.lat, d.lon) for d in load_region("nrw").districts.values())
    assert sum(map(len, canvas.districts.values())) < 16_000
