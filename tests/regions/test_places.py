"""Finding towns, districts and postcodes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.regions import load_region

REGION = load_region("nrw")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Köln", "Köln"),
        ("koeln", "Köln"),
        ("KOLN", "Köln"),
        ("Cologne", "Köln"),
        ("Hagen", "Hagen"),
        ("  hagen ", "Hagen"),
        ("Stadt Hagen", "Hagen"),
        ("in Hagen", "Hagen"),
        ("around Hagen", "Hagen"),
        ("42103", "42103 Wuppertal"),
        ("D-42103 Wuppertal", "42103 Wuppertal"),
        ("Hennef", "Hennef (Sieg)"),
        ("St. Augustin", "Sankt Augustin"),
        ("Sankt-Augustin", "Sankt Augustin"),
        ("Mülheim", "Mülheim an der Ruhr"),
        ("muelheim an der ruhr", "Mülheim an der Ruhr"),
        ("Fröndenberg", "Fröndenberg/Ruhr"),
        ("Unna", "Unna"),
        ("Kreis Unna", "Kreis Unna"),
        ("Märkischer Kreis", "Märkischer Kreis"),
        ("Rhein Sieg Kreis", "Rhein-Sieg-Kreis"),
        ("Städteregion Aachen", "Städteregion Aachen"),
        ("Aachen", "Aachen"),
        ("Bad Godesberg", "Bonn"),
    ],
)
def test_place_is_found_first(text: str, label: str) -> None:
    assert REGION.find_place(text)[0].label == label


def test_beginning_of_a_name_is_not_exact() -> None:
    place = REGION.find_place("Dortm")[0]
    assert (place.label, place.exact) == ("Dortmund", False)


@pytest.mark.parametrize("text", ["", "   ", "xyz", "99999", "00000", "(", "Kreis"])
def test_nothing_is_found(text: str) -> None:
    assert [p.label for p in REGION.find_place(text) if p.exact] == []


def test_unknown_postcode_gives_its_area_and_says_so() -> None:
    unknown = next(
        code
        for code in (f"58{n:03d}" for n in range(1000))
        if not REGION.knows_postcode(code)
        and any(known[:3] == code[:3] for known in REGION.postcodes)
    )
    place = REGION.find_place(unknown)[0]
    assert (place.kind, place.postcode, place.exact) == ("postcode", unknown, False)


def test_every_municipality_and_district_is_found_by_its_name() -> None:
    for area in REGION.municipalities.values():
        assert area.ags in [place.ags for place in REGION.find_place(area.name)]
    for district in REGION.districts.values():
        found = {place.ags for place in REGION.find_place(district.display_name)}
        assert found & {district.ags, *district.municipalities}


def test_every_postcode_leads_to_its_town() -> None:
    for code, keys in REGION.postcodes.items():
        assert tuple(place.ags for place in REGION.find_place(code)) == keys[:10]


@given(st.text(max_size=60))
def test_any_text_gives_places_of_the_region(text: str) -> None:
    for place in REGION.find_place(text):
        assert REGION.area(place.ags) is not None
