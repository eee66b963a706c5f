"""`steiger directory match` and `duplicates`: files in, files out, without a database."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from steiger.adapters.organisations import read_organisations
from steiger.cli import main

POOL = """id,name,other_names,town,country_code,website
1,University of Bonn,Universität Bonn,Bonn,DE,https://www.uni-bonn.de
2,Beispielwerk GmbH,,Köln,DE,https://beispielwerk.example
3,Beispielwerk AG,,Köln,DE,https://beispielwerk.example
"""


def _files(folder: Path, pool: str = POOL, queries: object = None) -> list[str]:
    (folder / "pool.csv").write_text(pool, encoding="utf-8")
    asked = [{"affiliation": "Univ. of Bonn, Bonn, Germany"}, {"affiliation": "Nobody"}]
    text = json.dumps(asked if queries is None else queries)
    (folder / "q.json.gz").write_bytes(gzip.compress(text.encode()))
    return ["--pool", str(folder / "pool.csv"), "--queries", str(folder / "q.json.gz")]


def test_answers_come_in_the_order_of_the_queries(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = CliRunner().invoke(main, ["directory", "match", *_files(tmp_path), "--json", str(out)])
    assert done.exit_code == 0, done.output
    answers = json.loads(out.read_text(encoding="utf-8"))
    assert [[m["id"] for m in answer["matches"]] for answer in answers] == [["1"], []]
    assert 0 < answers[0]["matches"][0]["score"] <= 1


@pytest.mark.parametrize(
    ("pool", "queries", "words"),
    [
        ("a,b\n1,2\n", None, "the columns id"),
        ("id,name\n1,\n", None, "line 2, field name"),
        ("id,name\n1,A\0\n", None, "no text"),
        ("id,name,country_code\n1,A,Germany\n", None, "field country_code"),
        ("id,name\n1,A,B\n", None, "line 2: more fields"),
        ("id,name\n", None, "no organisation"),
        ("id,name,lat,lng\n1,A,95,7\n", None, "line 2, field lat"),
        ("id,name,lat,lng\n1,A,51,\n", None, "line 2, field lng"),
        (POOL, {}, "JSON list"),
        (POOL, [{"affiliation": 1}], "entry 1, field affiliation"),
        (POOL, [{"text": "Bonn"}], "entry 1: the field affiliation is missing"),
        (POOL, ["Bonn", 7], "entry 2: a text is expected, found 7"),
    ],
)
def test_broken_files_are_named_and_nothing_is_written(
    tmp_path: Path, pool: str, queries: object, words: str
) -> None:
    out = tmp_path / "out.json"
    arguments = ["directory", "match", *_files(tmp_path, pool, queries), "--json", str(out)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert not out.exists()


EXPORTED = """id;kind;name;name_en;short_name;former_names;lat;lng;website
1;organisation;Grubenwerk Köln;Pit Works Cologne;GWK;Altes Grubenwerk;50,93;6,95;https://a.example
2;organisation;Wetterfunk;;;;;;https://b.example
"""


@pytest.mark.parametrize(
    "saved",
    [
        EXPORTED.encode("utf-8-sig"),
        EXPORTED.encode("cp1252"),
        EXPORTED.encode("utf-16"),
        EXPORTED.replace("id;kind;name", "ID;Kind;Name").encode(),
        EXPORTED.replace(";", "\t").encode(),
    ],
)
def test_a_list_is_read_as_spreadsheets_save_it(tmp_path: Path, saved: bytes) -> None:
    (tmp_path / "pool.csv").write_bytes(saved)
    first, second = read_organisations(tmp_path / "pool.csv")
    assert (first.name, first.latitude) == ("Grubenwerk Köln", 50.93)
    assert first.other_names == ("Altes Grubenwerk", "GWK", "Pit Works Cologne")
    assert (second.name, second.other_names) == ("Wetterfunk", ())


def test_a_second_row_with_an_id_is_left_out_and_named(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    files = _files(tmp_path, POOL + "1,Grubenwerk,,Bonn,DE,\n", ["Univ. of Bonn", "Grubenwerk"])
    done = CliRunner().invoke(main, ["directory", "match", *files, "--json", str(out)])
    assert done.exit_code == 0, done.output
    assert "line 5: left out, 1 stands in line 2 already" in done.stderr
    assert [len(answer["matches"]) for answer in json.loads(out.read_text())] == [1, 0]


def test_an_entry_without_a_text_gets_an_empty_answer(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    files = _files(tmp_path, queries=[{"affiliation": None}, "Univ. of Bonn, Bonn", None])
    done = CliRunner().invoke(main, ["directory", "match", *files, "--json", str(out)])
    assert done.exit_code == 0, done.output
    assert [len(answer["matches"]) for answer in json.loads(out.read_text())] == [0, 1, 0]


def test_nothing_but_the_affiliation_is_read(tmp_path: Path) -> None:
    text = "Univ. of Bonn, Bonn, Germany"
    results = []
    for extra in ({}, {"ror_ids": ["2"], "id": "2", "label": "Beispielwerk"}):
        out = tmp_path / "out.json"
        files = _files(
            tmp_path, queries=[{"affiliation": "Nobody"}, {"affiliation": text, **extra}]
        )
        done = CliRunner().invoke(main, ["directory", "match", *files, "--json", str(out)])
        assert done.exit_code == 0, done.output
        results.append(out.read_bytes())
    assert results[0] == results[1]
    assert [len(answer["matches"]) for answer in json.loads(results[0])] == [0, 1]


def test_duplicates_without_a_database(tmp_path: Path) -> None:
    _files(tmp_path)
    out = tmp_path / "out.json"
    code = "import sys; sys.modules['django'] = None; from steiger.cli import main; main()"
    arguments = [
        "directory",
        "duplicates",
        "--pool",
        str(tmp_path / "pool.csv"),
        "--json",
        str(out),
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text(encoding="utf-8"))
    assert [pair["ids"] for pair in result["pairs"]] == [["2", "3"]]
    assert result["clusters"] == [["2", "3"]]


def test_what_is_active_is_said_as_in_an_import(tmp_path: Path) -> None:
    said = ("", "active", "Active", "aktiv", "inactive", "closed")
    rows = "".join(f"{number},Beispiel {number},{text}\n" for number, text in enumerate(said))
    (tmp_path / "pool.csv").write_text(f"id,name,status\n{rows}", encoding="utf-8")
    found = [one.active for one in read_organisations(tmp_path / "pool.csv")]
    assert found == [True, True, True, True, False, False]
