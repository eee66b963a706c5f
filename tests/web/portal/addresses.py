"""Addresses of all kinds of pages in this room."""

TEXTS = (
    "ueber",
    "hilfe",
    "einfache-sprache",
    "einfache-sprache-suchen",
    "einfache-sprache-hilfe",
    "impressum",
    "datenschutz",
    "datenquellen",
)
PAGES = ("/", "/suche/", "/suche/?q=Hagen", "/barrierefreiheit/", *(f"/seite/{t}/" for t in TEXTS))


def both_languages() -> list[tuple[str, str]]:
    """Pairs of language and address."""
    return [("de", page) for page in PAGES] + [("en", f"/en{page}") for page in PAGES]
