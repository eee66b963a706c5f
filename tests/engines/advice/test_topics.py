"""Topics out of a firm's own words."""

from __future__ import annotations

import pytest

from steiger.engines.advice import Topic, TopicFinder

TOPICS = (
    Topic(
        "time_series",
        ("Zeitreihen und Vorhersage", "Forecasting", "Prognose"),
        ("wie viel", "wegwerfen", "Absatz"),
        "Aus Verläufen vorhersagen.",
    ),
    Topic("food", ("Landwirtschaft und Ernährung",), ("Brot", "backen")),
    Topic("vision", ("Bildverarbeitung", "Computer vision"), ("Kamera",)),
    Topic("law", ("Recht und Regulierung", "Datenschutz"), ("DSGVO",)),
)
FINDER = TopicFinder(TOPICS, [("Prognose", "Vorhersage", "Prediction")])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Wie viel Brot sollen wir backen?", ["food", "time_series"]),
        ("Wir brauchen eine Absatzplanung", ["time_series"]),
        ("We want a prediction of sales", ["time_series"]),
        ("Eine Kamera soll Teile prüfen", ["vision"]),
        ("Was sagt die DSGVO zum Datenschutz?", ["law"]),
        ("Zeitreihe", ["time_series"]),
        ("KI für uns", []),
        ("", []),
    ],
)
def test_words_mean_topics(text: str, keys: list[str]) -> None:
    assert [match.key for match in FINDER.find(text)] == keys


def test_words_stand_as_they_were_written() -> None:
    (match,) = FINDER.find("Was tun gegen Wegwerfen und ABSATZ-Sorgen?")
    assert match.words == ("Wegwerfen", "ABSATZ-Sorgen")


def test_saying_it_twice_makes_it_no_truer() -> None:
    assert FINDER.find("Brot")[0].weight == FINDER.find("Brot Brot Brot")[0].weight
