"""A tiny catalogue laid out as the files of MISSION KI's portal."""

from __future__ import annotations

from typing import Any


def vcio() -> dict[str, Any]:
    indicator = {
        "title": " möglich sein, Rechte wahrzunehmen.",
        "A": "Analyse<br>  - alles<br><br>- mehr",
        "B": "Analyse &amp; Teil",
        "C": "Wenig",
        "D": "",
        "type": "Maßnahme",
        "weighting": "Maximalwert",
    }
    criterion = {"index": "DA1", "title": "Daten", "indicators": {"DA1.1": indicator}}
    return {"DA": {"title": "Datenqualität", "criteria": [criterion]}}


def question(key: str, kind: str, answers: dict[str, str]) -> dict[str, Any]:
    return {
        "id": key,
        "dimension": "DA",
        "question": f"Frage {key}?",
        "criteria": 10,
        "answers": answers,
        "type": kind,
    }


def needs() -> dict[str, Any]:
    yes_no = {"3": "Ja", "1": "Nein"}
    degrees = {"3": "viel", "2": "etwas", "1": "nichts"}
    return {
        "DA": {
            "questions": [
                [question("DA-Z1", "AF", yes_no)],
                [question("DA-Z2", "GF", degrees)],
                [question("DA-Z3", "EF", yes_no)],
            ]
        }
    }


def methods() -> dict[str, Any]:
    return {
        "indicators": [
            {
                "id": 1,
                "short_name": "DA1.1",
                "requirement": "Es muss möglich sein, Rechte wahrzunehmen.",
            }
        ],
        "methods": [{"id": 7, "name": "Zählen"}, {"id": 8, "name": "Raten"}],
        "indicator_method": [
            {"method_id": 7, "indicator_id": 1},
            {"method_id": 7, "indicator_id": 1},
        ],
    }
