"""Countries by the names people write, as comparable words."""

from __future__ import annotations

from functools import lru_cache

from steiger.engines.directory.matching.words import lexicon, read

Phrase = tuple[str, ...]
LONGEST = 6


@lru_cache(maxsize=1)
def countries() -> dict[Phrase, frozenset[str]]:
    """Words of a country, state or province -> codes of countries ("Georgia" has two)."""
    found: dict[Phrase, set[str]] = {}
    table = lexicon()
    for code, names in table.countries.items():
        for name in names:
            found.setdefault(read(name).words, set()).add(code)
    for name, code in table.state_names.items():
        found.setdefault(read(name).words, set()).add(code)
    return {words: frozenset(codes) for words, codes in found.items() if words}


@lru_cache(maxsize=4096)
def is_country(text: str) -> bool:
    """Whether a text is the name of a country and nothing else."""
    return read(text).words in countries()
