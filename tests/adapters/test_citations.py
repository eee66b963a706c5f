"""Citations, read again by parsers written from the formats' descriptions and not from ours."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steiger.adapters.citations import Citation, as_bibtex, as_csl_json, as_ris

HARD = 'A & B_1: 100 % "{offen}" #1 $5 ~ ^ \\input{/etc/passwd} <script> ÄÖÜß – „ja“'
DAY = date(2026, 3, 9)


def citation(**fields: object) -> Citation:
    given_fields = {
        "key": "beispiel-leitfaden",
        "kind": "guide",
        "title": "Leitfaden",
        "authors": ("Beispiel, Meyer & Partner", "Amt"),
        "publisher": "Steiger",
        "issued": DAY,
        "url": "https://example.org/wissen/beispiel-leitfaden/",
        "doi": "10.1234/abc_(d)",
        "languages": ("de", "en"),
        "licence": "CC BY 4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "keywords": ("Recht", "R&D"),
    }
    return Citation(**(given_fields | fields))  # type: ignore[arg-type]


# --- a reader of BibTeX: braces that match, backslash commands, nothing else ----------------------
COMMANDS = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^"}


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Kind, key and raw fields of the only entry."""
    head = re.match(r"@(\w+)\{([^,\s]+),", text)
    assert head is not None
    at, fields = head.end(), {}
    while True:
        found = re.compile(r"\s*(\w+)\s*=\s*\{").match(text, at)
        if found is None:
            break
        depth, end = 1, found.end()
        while depth:
            sign = text[end]
            if sign == "\\":
                end += 1
            elif sign == "{":
                depth += 1
            elif sign == "}":
                depth -= 1
            end += 1
        fields[found.group(1)] = text[found.end() : end - 1]
        at = end + (text[end] == ",")
    assert text[at:].strip() == "}"
    return head.group(1), head.group(2), fields


def untex(text: str) -> str:
    """What TeX would set."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\":
            word = re.compile(r"\\([a-z]+)\{\}").match(text, at)
            if word:
                out.append(COMMANDS[word.group(1)])
                at = word.end()
            else:
                out.append(text[at + 1])
                at += 2
        elif text[at] in "{}":
            at += 1
        else:
            assert text[at] not in "$&%#_~^", f"{text[at]} is not escaped"
            out.append(text[at])
            at += 1
    return "".join(out)


def names(field: str) -> list[str]:
    return [untex(part) for part in re.split(r"(?<=\}) and (?=\{)", field)]


# --- a reader of RIS ------------------------------------------------------------------------------
def read_ris(text: str) -> list[tuple[str, str]]:
    pairs = []
    for line in text.split("\r\n"):
        if line:
            assert re.match(r"[A-Z][A-Z0-9]  - ", line), line
            pairs.append((line[:2], line[6:]))
    assert pairs[0][0] == "TY"
    assert [tag for tag, _ in pairs].count("ER") == 1
    assert pairs[-1] == ("ER", "")
    return pairs


def test_bibtex_is_read_again() -> None:
    kind, key, fields = read_bibtex(as_bibtex(citation(title=HARD, abstract=HARD)))
    assert (kind, key) == ("manual", "beispiel-leitfaden")
    assert untex(fields["title"]) == HARD
    assert untex(fields["abstract"]) == HARD
    assert names(fields["author"]) == ["Beispiel, Meyer & Partner", "Amt"]
    assert fields["doi"] == "10.1234/abc_(d)"
    assert fields["date"] == "2026-03-09"


def test_ris_is_read_again() -> None:
    pairs = read_ris(as_ris(citation(title="Eins\r\nER  - \r\nTY  - JOUR", abstract=HARD)))
    found = dict(pairs)
    assert found["TI"] == "Eins ER - TY - JOUR"
    assert found["AB"] == HARD
    assert [v for t, v in pairs if t == "AU"] == ["Beispiel Meyer & Partner,", "Amt,"]
    assert [v for t, v in pairs if t == "KW"] == ["Recht", "R&D"]
    assert found["DA"] == "2026/03/09/"


def test_csl_is_read_again() -> None:
    (item,) = json.loads(as_csl_json(citation(title=HARD)))
    assert item["title"] == HARD
    assert item["author"][0] == {"literal": "Beispiel, Meyer & Partner"}
    assert item["issued"] == {"date-parts": [[2026, 3, 9]]}
    assert item["license"] == "https://creativecommons.org/licenses/by/4.0/"


@given(st.text(min_size=1).filter(lambda text: text.strip()), st.text())
def test_any_text_survives_all_formats(title: str, abstract: str) -> None:
    given_one = citation(title=title, abstract=abstract)
    line = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    _kind, _key, fields = read_bibtex(as_bibtex(given_one))
    assert untex(fields["title"]) == line
    assert dict(read_ris(as_ris(given_one))).get("TI", "") == line
    assert json.loads(as_csl_json(given_one))[0].get("title", "") == line


@pytest.mark.parametrize("wrong", [{"key": "a,b"}, {"key": ""}, {"kind": "novel"}, {"title": "  "}])
def test_nonsense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        citation(**wrong)
