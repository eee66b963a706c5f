"""Texts in two languages, and how figures are written in them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text, German and English."""

    de: str
    en: str

    def of(self, language: Language) -> str:
        """The text in a language."""
        return self.en if language == "en" else self.de


VERDICTS: Mapping[str, Text] = {
    "met": Text("erfüllt", "met"),
    "violated": Text("nicht erfüllt", "not met"),
    "undecidable": Text("nicht entscheidbar", "undecidable"),
}
TASKS: Mapping[str, Text] = {
    "classification": Text("Ordnet in Klassen ein", "Sorts into classes"),
    "regression": Text("Schätzt oder sagt Zahlen vorher", "Estimates or forecasts numbers"),
    "text": Text("Schreibt oder beantwortet Texte", "Writes or answers texts"),
}
NEEDS: Mapping[str, Text] = {
    "none": Text("kein", "none"),
    "low": Text("gering", "low"),
    "moderate": Text("mittel", "moderate"),
    "high": Text("hoch", "high"),
}


def figure(value: float, language: Language) -> str:
    """A figure with four significant digits: 0,2799; open ends as a sign."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.0f}" if abs(value) >= 10_000 else f"{abs(value):.4g}"
    if "e" in text:
        digits, power = text.split("e")
        text = f"{digits} · 10^{int(power)}".replace("^-", "^−")
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 else text
