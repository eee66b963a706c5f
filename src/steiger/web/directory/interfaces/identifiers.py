"""Where identifiers and links lead."""

from __future__ import annotations

from collections.abc import Mapping

from steiger.web.directory.domain.vocabulary_cache import vocabulary

#: Where a public register shows an id; others stand as plain text.
REGISTERS: Mapping[str, str] = {
    "ror": "https://ror.org/{}",
    "wikidata": "https://www.wikidata.org/wiki/{}",
    "grid": "https://www.grid.ac/institutes/{}",
    "isni": "https://isni.org/isni/{}",
    "gnd": "https://d-nb.info/gnd/{}",
}


def is_web(url: str) -> bool:
    """Whether an address may stand in a link: http or https, nothing that runs as a script."""
    return url.startswith(("https://", "http://"))


def register_url(scheme: str, value: str) -> str:
    """The page of an id in its register, or nothing where there is none."""
    if is_web(value):
        return value
    word = vocabulary().word("identifier", scheme)
    pattern = str((word.details if word else {}).get("url", "")) or REGISTERS.get(scheme, "")
    if not pattern:
        return ""
    return pattern.replace("{}", value).replace("{value}", value)
