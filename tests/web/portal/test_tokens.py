"""Colours: both copies of the dark theme agree, and every pair has enough contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[3] / "frontend/src/styles/tokens.css"
GROUNDS = ("ground", "level-1", "level-2")
TEXTS = (
    "text",
    "muted",
    "primary",
    "visited",
    "cat-economy",
    "cat-research",
    "cat-qualification",
    "level-warn-1",
    "level-warn-2",
    "level-warn-3",
    "good",
    "bad",
    "lamp-text",
)
PAIRS = (
    ("on-primary", "primary"),
    ("lamp-ink", "lamp"),
    ("primary", "primary-soft"),
    ("cat-economy", "cat-economy-soft"),
    ("cat-research", "cat-research-soft"),
    ("cat-qualification", "cat-qualification-soft"),
    ("map-label", "map-land"),
)


def blocks() -> dict[str, list[dict[str, str]]]:
    """Blocks of colour tokens by theme."""
    found: dict[str, list[dict[str, str]]] = {"light": [], "dark": []}
    for head, body in re.findall(r"([^{}]*)\{([^{}]*)\}", TOKENS.read_text(encoding="utf-8")):
        colours = dict(re.findall(r"--st-([\w-]+):\s*([^;]+);", body))
        if "ground" in colours:
            dark = "dark" in head or colours["ground"] != "#ffffff"
            found["dark" if dark else "light"].append(colours)
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1, 1.4.3) of ``#rrggbb``."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.1)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_copies_of_a_theme_are_equal(theme: str) -> None:
    first, second = blocks()[theme]
    assert first == second


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast_on_every_ground(theme: str) -> None:
    colours = blocks()[theme][0]
    weak = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text in TEXTS
        for ground in GROUNDS
        if contrast(colours[text], colours[ground]) < 4.5
    }
    weak |= {pair: 0 for pair in PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < 4.5}
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_fields_are_visible(theme: str) -> None:
    colours = blocks()[theme][0]
    assert all(contrast(colours["border"], colours[ground]) >= 3 for ground in GROUNDS)
