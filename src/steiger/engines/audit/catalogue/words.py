"""Texts in German and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text, German first; a foreign catalogue may have no English, which the lint tells."""

    de: str
    en: str = ""

    def of(self, language: Language) -> str:
        """The text in a language; German where there is no English."""
        return self.en or self.de if language == "en" else self.de
