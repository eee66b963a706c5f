"""CSL-JSON, BibTeX and RIS.

CSL-JSON 1.0.2: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
BibTeX: O. Patashnik, BibTeXing (1988); names of organisations in braces, texts in UTF-8 (biber).
RIS: two letters, two spaces, hyphen, space, value; one line each, ended by ``ER  -``.
"""

from __future__ import annotations

import json
from typing import Any

from steiger.adapters.citations.types import KINDS, Citation

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def one_line(text: str) -> str:
    """Without line breaks and control characters, which would begin a new field."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


# --- CSL-JSON -------------------------------------------------------------------------------------
def as_csl(c: Citation) -> dict[str, Any]:
    """One item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": c.key,
        "type": KINDS[c.kind][0],
        "title": one_line(c.title),
        "author": [{"literal": one_line(name)} for name in c.authors],
        "publisher": one_line(c.publisher),
        "issued": {"date-parts": [[c.issued.year, c.issued.month, c.issued.day]]},
        "URL": c.url,
        "abstract": c.abstract.strip(),
        "edition": one_line(c.edition),
        "DOI": c.doi,
        "language": c.languages[0] if c.languages else "",
        "license": c.licence_url or one_line(c.licence),
        "keyword": ", ".join(one_line(word) for word in c.keywords),
    }
    return {name: value for name, value in item.items() if value}


def as_csl_json(c: Citation) -> str:
    """A list with one item, as programs read it."""
    return json.dumps([as_csl(c)], ensure_ascii=False, indent=1)


# --- BibTeX ---------------------------------------------------------------------------------------
def as_bibtex(c: Citation) -> str:
    """One entry of BibTeX."""
    fields = {
        "title": f"{{{_tex(c.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in c.authors),
        "year": str(c.issued.year),
        "month": str(c.issued.month),
        "date": c.issued.isoformat(),
        "institution" if c.kind == "study" else "organization": _tex(c.publisher),
        "edition" if c.kind == "guide" else "note": _tex(c.edition),
        "url": _plain(c.url),
        "doi": _plain(c.doi),
        "langid": {"de": "ngerman", "en": "english"}.get(c.languages[0] if c.languages else "", ""),
        "keywords": ", ".join(_tex(word) for word in c.keywords),
        "abstract": _tex(c.abstract),
        "copyright": _tex(" ".join(part for part in (c.licence, c.licence_url) if part)),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{KINDS[c.kind][1]}{{{c.key},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(c, c) for c in one_line(text))


def _plain(address: str) -> str:
    """Addresses are read as they stand; only what would end the field is percent-encoded."""
    coded = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
    return "".join(coded.get(c, c) for c in one_line(address))


# --- RIS ------------------------------------------------------------------------------------------
def as_ris(c: Citation) -> str:
    """One record of RIS, with the line ends that the format asks for."""
    pairs = [("TY", KINDS[c.kind][2]), ("ID", c.key), ("TI", c.title)]
    # A comma would split a name into last and first name.
    pairs += [("AU", name.replace(",", " ").strip() + ",") for name in c.authors]
    pairs += [
        ("PB", c.publisher),
        ("PY", str(c.issued.year)),
        ("DA", f"{c.issued:%Y/%m/%d/}"),
        ("ET", c.edition),
        ("DO", c.doi),
        ("UR", c.url),
        ("LA", ", ".join(c.languages)),
    ]
    pairs += [("KW", word) for word in c.keywords]
    pairs += [("AB", c.abstract), ("N1", " ".join(p for p in (c.licence, c.licence_url) if p))]
    lines = [f"{tag}  - {text}" for tag, value in pairs if (text := one_line(value))]
    return "\r\n".join([*lines, "ER  - ", ""])
