"""Mistakes in what a network says about its sources, in German."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from factories.flood_sources import SOURCES_TOML as GOOD
from steiger.engines.flood.network import examine
from steiger.web.flood.interfaces.mistakes import mistake_text

CASES = [
    ('adapter = "kiwis"', 'adapter = "wiski"', "Es gibt keinen Adapter „wiski“"),
    ('base = "https://daten', 'base = "ftp://daten', "„ftp://daten.example.org/KiWIS/KiWIS/“ ist"),
    ('base = "https://daten.example.org/KiWIS/KiWIS/"', "", "„base“ fehlt."),
    ('product = "RV"', 'product = "RE"', "„RE“ ist hier nicht möglich"),
    ("around = 1", "around = 11", "11 ist keine ganze Zahl von 0 bis 10."),
    ("around = 1", "umkreis = 1", "Diese Quelle hat kein Feld „umkreis“"),
    ("STEIGER_SOURCE_KEY_TAL", "STEIGER_SECRET_KEY", "keine Umgebungsvariable wie"),
    ('source = "bund"', 'source = "land"', "Keine Quelle heißt „land“."),
    ('source = "bund"', 'quelle = "bund"', "Das Feld „quelle“ gibt es nicht."),
    ("6476a76ae868/W", "6476a76ae868", "ist kein Schlüssel von PEGELONLINE"),
    ('key = "4711010"', 'key = "4711010", unit = "mm"', "KiWIS nennt seine Einheit selbst."),
    ('{ source = "verband", key = "4711010" }', '"verband"', "Schreiben Sie zum Beispiel"),
    ('"verband", key = "4711010"', '"bund", key = "x/W"', "PEGELONLINE misst nicht"),
    ('"verband", key = "4711010"', '"radar", key = "1"', "RADOLAN / RADVOR hat keine Schlüssel"),
    ('rain_forecast = "radar"', 'rain_forecast = "bund"', "PEGELONLINE sagt keinen Regen vorher"),
    ('kind = "rain"', 'kind = "rain"\ntarget = true', "Vorhergesagt werden nur Wasserstände"),
    ('rain_forecast = "radar"', 'rain_forecast = "wind"', "Keine Quelle heißt „wind“."),
]


@pytest.mark.parametrize(("old", "new", "german"), CASES)
def test_mistake_is_told_in_german(tmp_path: Path, old: str, new: str, german: str) -> None:
    (tmp_path / "network.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    (problem,) = examine(tmp_path).problems
    with translation.override("de"):
        text, english = mistake_text(problem.text)
    assert german in text
    assert not english
