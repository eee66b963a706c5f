"""Scores as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steiger.engines.flood.verification.pairs import BLEND
from steiger.engines.flood.verification.words import Words

COLUMNS = ("nse", "kge", "persistence_index", "flood_nse", "crps")


def as_table(result: Mapping[str, Any], language: str = "en") -> list[str]:
    """The main scores: by lead time and method, calibration, events, and what is undecided."""
    words = Words(language)
    extent = result["forecasts"]
    lines = [
        words("for", network=result["network"]),
        words(
            "extent" if len(extent["gauges"]) != 1 else "extent_one",
            rows=words.number(extent["rows"], 0),
            gauges=len(extent["gauges"]),
            start=extent["from"][:10],
            end=extent["to"][:10],
        ),
        "",
        *_aligned([_header(words), *_rows(result, words)]),
        "",
        words("events"),
        *_aligned(_event_rows(result, words)),
    ]
    if result["undecided"]:
        lines += ["", words("open"), *(f"  {note[language]}" for note in result["undecided"])]
    return lines


def _header(words: Words) -> list[str]:
    names = [words(column) for column in COLUMNS]
    return [words("lead"), words("method"), *names, words("pod"), words("far"), "80 %"]


def _rows(result: Mapping[str, Any], words: Words) -> list[list[str]]:
    rows = []
    for lead in result["leads"]:
        for number, (method, scores) in enumerate(lead["methods"].items()):
            median = scores["median"]
            rates = lead["new_crossings_flood_level"].get(method, {}).get("median", {})
            inside = lead["calibration"]["median"]["coverage_80"]["value"]
            rows.append(
                [
                    "" if number else words.hours(lead["lead_minutes"]),
                    words(method),
                    *(words.number(median[c]["value"], 3 if c == "crps" else 2) for c in COLUMNS),
                    words.number(rates.get("pod", {}).get("value")),
                    words.number(rates.get("far", {}).get("value")),
                    words.percent(inside) if method == BLEND else "",
                ]
            )
    return rows


def _event_rows(result: Mapping[str, Any], words: Words) -> list[list[str]]:
    keys = ("hits", "misses", "false_alarms")
    head = [words("lead"), words("method"), *(words(key) for key in keys), words("gained")]
    rows = [[*head, words("false_per_year")]]
    groups = [(words.hours(lead["lead_minutes"]), lead["events"]) for lead in result["leads"]]
    groups.append((words("any_lead"), result["events"]["methods"]))
    for name, methods in groups:
        for number, (method, row) in enumerate(methods.items()):
            rows.append(
                [
                    "" if number else name,
                    words(method),
                    *(str(row[key]) for key in keys),
                    words.hours(row["median_lead_gained_minutes"]),
                    words.number(row["false_alarms_per_gauge_and_year"]),
                ]
            )
    return rows


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
