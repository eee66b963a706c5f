"""CORDIS: what is read from a download, what is refused, and who becomes whose partner."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.cordis import ORGANISATION, download, organisation, project, text
from steiger.adapters.cordis import read_cordis
from steiger.adapters.cordis.partners import SMALL_PROJECT, Participation, Project, note, pairs
from steiger.engines.directory.records import (
    IncomingRecord,
    IncomingRelation,
    RejectedRow,
    UnusableFileError,
)


def read(path: Path, **options: object) -> tuple[list[IncomingRecord], list[RejectedRow]]:
    found = list(read_cordis(path, this_year=2026, **options))  # type: ignore[arg-type]
    records = [one for one in found if isinstance(one, IncomingRecord)]
    return records, [one for one in found if isinstance(one, RejectedRow)]


@pytest.mark.parametrize("packed", [False, True])
def test_everything_a_row_says_is_read(tmp_path: Path, packed: bool) -> None:
    row = organisation(1, 7, shortName="BW7", ecContribution="123456,5")
    (record,), rejected = read(download(tmp_path, [row], [project(1)], packed=packed))
    assert rejected == []
    assert record.record_id == "999000007"
    assert [(name.text, name.kind) for name in record.names] == [
        ("BEISPIEL WERKSTATT 7 GMBH", "official"),
        ("BW7", "short"),
    ]
    assert record.place is not None
    place = record.place
    assert (place.street, place.postcode, place.town) == ("BEISPIELSTRASSE 1", "58095", "Hagen")
    assert (place.lat, place.lon, place.region, place.precision) == (
        51.36,
        7.4007,
        "DEA53",
        "address",
    )
    assert record.identifiers == (("pic", "999000007"),)
    assert record.types == ("company", "sme")
    assert record.stated_on == date(2024, 5, 1)
    assert record.website == "https://werkstatt-7.example.org"


def test_organisation_in_several_projects_is_one_with_its_newest_address(tmp_path: Path) -> None:
    rows = [
        organisation(1, 1, city="Hagen"),
        organisation(2, 1, city="Witten", contentUpdateDate="2025-01-01 00:00:00"),
        organisation(3, 1, city="Herne", contentUpdateDate="2023-01-01 00:00:00"),
    ]
    (record,), rejected = read(download(tmp_path, rows, [project(n) for n in (1, 2, 3)]))
    assert rejected == []
    assert record.place is not None
    assert record.place.town == "Witten"


def test_partners_of_several_projects_are_one_relation_with_all_of_them(tmp_path: Path) -> None:
    rows = [organisation(n, who) for n in (1, 3) for who in (1, 2)]
    records, _ = read(download(tmp_path, rows, [project(1), project(3)]))
    assert records[0].relations == (
        IncomingRelation(
            "project_partner",
            "999000002",
            "BEISPIEL-3 (101070003) · BEISPIEL-1 (101070001)",
            "https://cordis.europa.eu/project/id/101070003",
        ),
    )
    assert records[0].relations[0].note.startswith("BEISPIEL-3")
    assert records[1].relations == ()


def test_partners_outside_and_partners_who_left_are_nobodys_partners(tmp_path: Path) -> None:
    rows = [
        organisation(1, 1),
        organisation(1, 2, nutsCode="DE212"),
        organisation(1, 3, endOfParticipation="true"),
        organisation(1, 4),
    ]
    folder = download(tmp_path, rows, [project(1)])
    records, _ = read(folder, inside=lambda place: place.region.startswith("DEA"))
    assert len(records) == 4
    others = [tie.record_id for record in records for tie in record.relations]
    assert others == ["999000004"]


def test_large_project_is_a_star_around_its_coordinator(tmp_path: Path) -> None:
    rows = [organisation(1, n, role="coordinator" if n == 9 else "participant") for n in range(60)]
    records, _ = read(download(tmp_path, rows, [project(1)]))
    ends = Counter(
        end for r in records for tie in r.relations for end in (r.record_id, tie.record_id)
    )
    assert sum(ends.values()) == 2 * 59
    assert ends["999000009"] == 59


def test_only_projects_about_something(tmp_path: Path) -> None:
    rows = [organisation(1, 1), organisation(2, 2)]
    other = project(2, title="Bees", objective="Honey", keywords="bees")
    records, rejected = read(download(tmp_path, rows, [project(1), other]), about=["INTELLIGENCE"])
    assert ([record.record_id for record in records], rejected) == (["999000001"], [])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"organisationID": ""}, "organisationID", "is empty"),
        ({"organisationID": "DE-12"}, "organisationID", "no PIC"),
        ({"name": " "}, "name", "is empty"),
        ({"name": "<b>X</b>"}, "name", "HTML"),
        ({"projectID": "4711"}, "projectID", "no project of project.csv"),
        ({"geolocation": "51.36"}, "geolocation", "latitude,longitude"),
        ({"geolocation": "north,east"}, "lat", "not a number"),
        ({"geolocation": "91,7"}, "lat", "between -90 and 90"),
        ({"geolocation": "0,0"}, "lat", "Atlantic"),
        ({"nutsCode": "Hagen!"}, "nutsCode", "NUTS"),
        ({"SME": "perhaps"}, "SME", "neither"),
        ({"ecContribution": "much"}, "ecContribution", "not a number"),
        ({"ecContribution": "-1"}, "ecContribution", "negative"),
        ({"contentUpdateDate": "yesterday"}, "date", "no day"),
        ({"organizationURL": "javascript:alert(1)"}, "organizationURL", "web address"),
    ],
)
def test_broken_row_is_named_and_the_others_are_read(
    tmp_path: Path, change: dict[str, str], field: str, words: str
) -> None:
    rows = [organisation(1, 1, **change), organisation(1, 2)]
    records, (problem,) = read(download(tmp_path, rows, [project(1)]))
    assert [record.record_id for record in records] == ["999000002"]
    assert (problem.row, problem.field) == (2, field)
    assert words in problem.reason


def test_row_of_another_length_is_named(tmp_path: Path) -> None:
    folder = download(tmp_path, [organisation(1, 1)], [project(1)])
    with (folder / "organization.csv").open("a") as file:
        file.write('"101070001";"X"\n')
    _, (problem,) = read(folder)
    assert problem.reason == f"has 2 cells, but the header has {len(ORGANISATION)}"


def test_broken_project_is_named_and_so_are_its_partners(tmp_path: Path) -> None:
    folder = download(tmp_path, [organisation(1, 1)], [project(1, id="one")])
    _, (first, second) = read(folder)
    assert (first.field, second.field) == ("project.csv id", "projectID")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        ("id;acronym;title\n".encode("utf-16"), "UTF-16"),
        ('"id";"acronym";"title"\n"1";"Jülich";"x"\n'.encode("latin-1"), "not UTF-8"),
        (b"id,acronym,title\n1,A,B\n", "no column"),
        (b'"id";"acronym";"title"\n"1";"open;"x"\n', "line"),
        (b"id;acronym;title\n1;\0;x\n", "zero bytes"),
        (b'id;acronym;title\n"' + b"x" * 200_000, "quotation mark left open"),
    ],
)
def test_unusable_file_is_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    folder = download(tmp_path, [organisation(1, 1)], [project(1)])
    (folder / "project.csv").write_bytes(content)
    with pytest.raises(UnusableFileError, match=words) as caught:
        read(folder)
    assert "project.csv" in str(caught.value)


def test_missing_file_and_wrong_zip_are_told(tmp_path: Path) -> None:
    folder = download(tmp_path, [organisation(1, 1)], [project(1)])
    (folder / "project.csv").unlink()
    with pytest.raises(UnusableFileError, match=r"holds no project\.csv"):
        read(folder)
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(UnusableFileError, match="no readable ZIP"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(UnusableFileError, match=r"holds no project\.csv"):
        read(path)


def test_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.csv", "id;acronym;title\n" + (" " * 5_000 + "\n") * 6_000)
        archive.writestr("organization.csv", text(ORGANISATION, [organisation(1, 1)]))
    with pytest.raises(UnusableFileError, match="unpacks to more than"):
        read(path)


# --- laws -----------------------------------------------------------------------------------------
participations = st.lists(
    st.builds(
        Participation,
        project=st.just("1"),
        organisation=st.integers(1, 40).map(str),
        is_coordinator=st.booleans(),
        share=st.integers(0, 10**6).map(float),
    ),
    max_size=40,
)


@given(participations)
def test_relations_are_few_reach_everyone_and_join_nobody_to_himself(
    parts: list[Participation],
) -> None:
    found = list(pairs(parts))
    everyone = {part.organisation for part in parts}
    most = SMALL_PROJECT * (SMALL_PROJECT - 1) // 2
    assert len(found) == len(set(found)) <= max(most, len(everyone) - 1)
    assert all(one < other for one, other in found)
    if len(everyone) > 1:
        assert {end for pair in found for end in pair} == everyone


@given(participations.flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))))
def test_order_of_rows_plays_no_part(
    both: tuple[list[Participation], list[Participation]],
) -> None:
    parts, shuffled = both
    assert list(pairs(parts)) == list(pairs(shuffled))


@given(st.lists(st.text("ABCÄ", max_size=60), min_size=1, max_size=60))
def test_note_always_fits_and_counts_the_rest(acronyms: list[str]) -> None:
    projects = [Project(str(101070000 + n), name, None) for n, name in enumerate(acronyms)]
    said = note(projects)
    assert len(said) <= 255
    named = said.count("(1010")
    rest = int(said.rsplit("+", 1)[1]) if "+" in said else 0
    assert named + rest == len(projects)
