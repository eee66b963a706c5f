"""Texts in two languages, and how numbers are written in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from steiger.lib.text import percent

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text, German and English."""

    de: str
    en: str

    def __post_init__(self) -> None:
        if not self.de or not self.en:
            raise ValueError(f"A text needs both languages: {self.de!r}, {self.en!r}.")

    def of(self, language: Language) -> str:
        """The text in a language."""
        return self.en if language == "en" else self.de


#: Stands where a figure is withheld; explained below each table that has one.
WITHHELD = "•"

UNKNOWN = Text("ohne Angabe", "not stated")
TOTAL = Text("Insgesamt", "Total")
CHANGE = Text("Veränderung", "Change")
INDICATOR = Text("Kennzahl", "Indicator")
COUNT = Text("Anzahl", "Number")
WITHHELD_INLINE = Text("(geheim)", "(withheld)")
WITHHELD_NOTE = Text(
    "• geheim: unter 5, oder zum Schutz solcher Werte.",
    "• withheld: under 5, or to protect such values.",
)
NOT_COLLECTED = Text("nicht erhoben", "not collected")
NOT_COLLECTED_NOTE = Text(
    "nicht erhoben: Die Zahl wird noch nicht seit Beginn des Zeitraums erhoben; seit wann, steht "
    "im Anhang.",
    "not collected: the figure is not collected since the period’s begin; since when is said in "
    "the annex.",
)
NOT_COMPARED = "–"
SEVERAL_NOTE = Text(
    "Mehrfachnennungen möglich; die Teile können zusammen mehr ergeben als die Gesamtzahl.",
    "Several answers are possible; the parts may add up to more than the total.",
)
SOURCE = Text("Quelle", "Source")
AS_OF = Text("Stand", "As of")
NEW = Text("neu", "new")


def number(value: float, language: Language, decimals: int = 0) -> str:
    """A number with the language's separators: 1.412 or 1,412."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 and any(c in "123456789" for c in text) else text


def change(now: int, before: int, language: Language) -> str:
    """How much more or less, in percent; in numbers where the base is under 20."""
    if before == 0:
        return NOT_COMPARED if now == 0 else NEW.of(language)
    difference = now - before
    sign = "+" if difference > 0 else ("±" if difference == 0 else "")
    if before < 20:
        return f"{sign}{number(difference, language)}"
    return f"{sign}{percent(difference / before, language, 1)}"
