"""Names as people type them, and entries as they come a second time: with a fixed seed."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from dataclasses import replace

from steiger.engines.directory.matching import Organisation
from steiger.engines.directory.matching.words import lexicon, read
from steiger.lib.text import fold

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
_PLAIN = {"é": "e", "è": "e", "á": "a", "ã": "a", "ç": "c", "ñ": "n", "ó": "o", "í": "i", "ô": "o"}
_SHORT = {
    "University": "Univ.",
    "Institute": "Inst.",
    "Center": "Centre",
    "Centre": "Center",
    "Hospital": "Hosp.",
    "Department": "Dept.",
    "National": "Natl.",
    "International": "Intl.",
    "Laboratory": "Lab",
    "Universität": "Uni",
    "Institut": "Inst.",
    "Technology": "Tech.",
    "and": "&",
}
_FORMS = {"DE": "GmbH", "AT": "GmbH", "CH": "AG", "FR": "SAS", "GB": "Ltd", "US": "Inc."}
Change = Callable[[Organisation, random.Random], Organisation | None]


def _named(one: Organisation, name: str) -> Organisation | None:
    return replace(one, name=name) if name.strip() and name != one.name else None


def legal_form(one: Organisation, draw: random.Random) -> Organisation | None:
    """A form is added or left out; foundations and clubs have theirs, too."""
    bare = re.sub(r",?\s+(GmbH|Inc\.?|Ltd\.?|LLC|AG|e\.V\.|Corp\.?)$", "", one.name)
    if bare != one.name:
        return _named(one, bare)
    if "(" in one.name:
        return None
    form = "e.V." if one.country == "DE" and draw.random() < 0.5 else _FORMS.get(one.country, "Ltd")
    return _named(one, f"{one.name} {form}")


def acronym(one: Organisation, draw: random.Random) -> Organisation | None:
    """The acronym stands before or behind the name."""
    short = [n for n in one.other_names if n.isupper() and n.isascii() and 3 <= len(n) <= 8]
    if not short:
        return None
    return _named(
        one, f"{one.name} ({short[0]})" if draw.random() < 0.6 else f"{short[0]} - {one.name}"
    )


def umlaut(one: Organisation, draw: random.Random) -> Organisation | None:
    """Letters with marks are written without."""
    table = (
        {**_UMLAUTS, **_PLAIN} if draw.random() < 0.6 else {**_PLAIN, "ä": "a", "ö": "o", "ü": "u"}
    )
    return _named(one, "".join(table.get(c, c) for c in one.name))


def translation(one: Organisation, draw: random.Random) -> Organisation | None:
    """Another of its names in Latin letters, in more than one word."""
    others = [
        n for n in one.other_names if len(n.split()) > 1 and re.fullmatch(r"[\x20-\u024f’–-]+", n)
    ]
    return _named(one, draw.choice(others)) if others else None


def typo(one: Organisation, draw: random.Random) -> Organisation | None:
    """Two letters exchanged, one left out or one doubled, inside a longer word."""
    words = one.name.split()
    long = [i for i, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    if not long:
        return None
    which = draw.choice(long)
    word, at = words[which], draw.randrange(2, len(words[which]) - 2)
    kind = draw.randrange(3)
    if kind == 0:
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        word = word[:at] + (word[at + 1 :] if kind == 1 else word[at] + word[at:])
    words[which] = word
    return _named(one, " ".join(words))


def word_order(one: Organisation, draw: random.Random) -> Organisation | None:
    """ "University of X" becomes "X University"; a last word moves to the front."""
    match = re.fullmatch(r"(University|Institute|College|Hospital) of (.+)", one.name)
    if match and len(match.group(2).split()) <= 3:
        return _named(one, f"{match.group(2)} {match.group(1)}")
    words = one.name.split()
    if len(words) < 3 or "(" in one.name:
        return None
    return _named(one, f"{words[-1]}, {' '.join(words[:-1])}")


def abbreviation(one: Organisation, draw: random.Random) -> Organisation | None:
    """Common words are shortened."""
    return _named(one, " ".join(_SHORT.get(word, word) for word in one.name.split()))


def moved(one: Organisation, draw: random.Random) -> Organisation | None:
    """The seat is in another town; name and website stay."""
    if not one.website or len(one.name.split()) < 3:
        return None
    return replace(one, town=draw.choice(("Berlin", "Springfield", "Newtown", "Hamburg")))


def missing_fields(one: Organisation, draw: random.Random) -> Organisation | None:
    """Only name and town were given."""
    return replace(one, website="", region="", other_names=(), street="", postcode="")


#: Ways to alter an entry, by name.
CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        legal_form,
        acronym,
        umlaut,
        translation,
        typo,
        word_order,
        abbreviation,
        moved,
        missing_fields,
    )
}
#: Those that concern the name as it is typed.
TYPING = ("legal_form", "acronym", "umlaut", "word_order", "translation")


#: What happens to one letter when a key is missed.
SLIPS = ("dropped", "doubled", "swapped", "wrong")


def slip(name: str, kind: str, draw: random.Random) -> str:
    """The name with one letter of it dropped, doubled, swapped with the next, or another one."""
    swaps = re.finditer(r"(?=([^\W\d_])([^\W\d_]))", name)
    places = (
        [m.start() for m in swaps if m[1].casefold() != m[2].casefold()]
        if kind == "swapped"
        else [at for at, letter in enumerate(name) if letter.isalpha()]
    )
    if not places:
        return name
    at = draw.choice(places)
    if kind == "swapped":
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    other = draw.choice([c for c in string.ascii_lowercase if c != fold(name[at])])
    return (
        name[:at] + {"dropped": "", "doubled": name[at] * 2, "wrong": other}[kind] + name[at + 1 :]
    )


def mistyped(
    organisations: list[Organisation], count: int, seed: int = 17
) -> list[tuple[str, Organisation, str]]:
    """(name with one typing mistake, who is meant, kind of mistake), the kinds in turn."""
    draw = random.Random(seed)
    ordered = sorted((one for one in organisations if one.active), key=lambda one: one.id)
    found: list[tuple[str, Organisation, str]] = []
    for source in draw.sample(ordered, len(ordered)):
        kind = SLIPS[len(found) % len(SLIPS)]
        altered = slip(source.name, kind, draw)
        if altered != source.name:
            found.append((altered, source, kind))
        if len(found) == count:
            break
    return found


def plant(
    organisations: list[Organisation], count: int, seed: int = 7
) -> list[tuple[Organisation, str, str]]:
    """(second entry, id of the first, kind of change), the kinds in turn.

    Half of the second entries give the website, and none their other names, as people do who fill
    in a form.
    """
    draw = random.Random(seed)
    ordered = sorted((one for one in organisations if one.active), key=lambda one: one.id)
    sources = iter(draw.sample(ordered, len(ordered)))
    kinds = list(CHANGES)
    planted: list[tuple[Organisation, str, str]] = []
    while len(planted) < count:
        source = next(sources)
        kind = kinds[len(planted) % len(kinds)]
        altered = CHANGES[kind](source, draw)
        if altered is None:
            continue
        keep = kind == "moved" or draw.random() < 0.5
        second = replace(
            altered,
            id=f"planted-{len(planted):04}",
            other_names=(),
            website=altered.website if keep else "",
        )
        planted.append((second, source.id, kind))
    return planted


def typed(
    organisations: list[Organisation], count: int, seed: int = 11
) -> list[tuple[str, Organisation, str]]:
    """(name as typed, who is meant, kind of change), the kinds in turn."""
    draw = random.Random(seed)
    ordered = sorted((one for one in organisations if one.active), key=lambda one: one.id)
    sources = iter(draw.sample(ordered, len(ordered)))
    found: list[tuple[str, Organisation, str]] = []
    while len(found) < count:
        source = next(sources)
        kind = TYPING[len(found) % len(TYPING)]
        altered = CHANGES[kind](source, draw)
        if altered is not None:
            found.append((altered.name, source, kind))
    return found


_SMALL = frozenset(
    "of for and the in at on de du des la le für und der die das zu zur im am".split()  # noqa: SIM905
)


def with_acronym(one: Organisation, draw: random.Random) -> Organisation | None:
    """The acronym behind the town or the first word that is no kind ("Fraunhofer IAIS")."""
    short = [n for n in one.other_names if n.isupper() and n.isalpha() and 3 <= len(n) <= 8]
    telling = [
        word
        for word in re.findall(r"[^\W\d_]{3,}", one.name)
        if word.casefold() not in _SMALL and fold(word) not in lexicon().same
    ]
    more = [*telling[:1], *([one.town] if one.town else [])]
    if not short or not more or short[0] in one.name:
        return None
    return _named(one, f"{draw.choice(more)} {short[0]}")


def initials(one: Organisation, draw: random.Random) -> Organisation | None:
    """The first two or three words, a kind among them, by their initials ("MPI für Informatik").

    What stands behind them tells more than a kind.
    """
    words, count = re.findall(r"[\w’']+", one.name), draw.choice((2, 3))
    first, rest = words[:count], words[count:]
    if "(" in one.name or not rest or any(w.casefold() in _SMALL or len(w) < 3 for w in first):
        return None
    kinds = lexicon().kinds
    meant = [read(word).words for word in first]
    if not any(kinds.issuperset(one) for one in meant) or kinds.issuperset(
        read(" ".join(rest)).words
    ):
        return None
    short = "".join(word[0].upper() for word in first)
    return _named(one, f"{short} {' '.join(rest)}") if short.isascii() and short.isalpha() else None


def shortened(
    organisations: list[Organisation], count: int, seed: int = 13
) -> list[tuple[str, Organisation, str]]:
    """(short name as typed, who is meant, kind of shortening), the kinds in turn."""
    draw = random.Random(seed)
    ordered = sorted((one for one in organisations if one.active), key=lambda one: one.id)
    found: list[tuple[str, Organisation, str]] = []
    for source in draw.sample(ordered, len(ordered)):
        change = (with_acronym, initials)[len(found) % 2]
        altered = change(source, draw)
        if altered is not None:
            found.append((altered.name, source, change.__name__))
        if len(found) == count:
            break
    return found
