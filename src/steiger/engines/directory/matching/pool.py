"""The pool of organisations as compact arrays: quick to load, small in memory, the same everywhere.

Every organisation has several names, every name one or two ways to be read. Words are numbers;
from a word to its names leads an inverted index. A name's words in any order have one 64-bit key,
the sum of its words' keys, so that all spans of a text are looked up at once.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steiger.engines.directory.matching.host import domain, host
from steiger.engines.directory.matching.places import countries, is_country
from steiger.engines.directory.matching.slips import half_keys, spellings
from steiger.engines.directory.matching.types import MatchingError, Organisation
from steiger.engines.directory.matching.words import Words, clean, key_of, lexicon, read
from steiger.lib.atomic_files import write_atomically

FORMAT = 4
Ints = NDArray[np.int32]
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
MAX_WORDS = 30
#: Kinds of organisations as ROR calls them.
TYPES = ("education", "facility", "company", "healthcare", "government", "nonprofit", "funder")
REPORT_EVERY = 5_000
#: Pools of this size count as they are; in smaller ones a kind of organisation says this at most.
LARGE = 50_000
KIND_MOST = 2.5


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts in one block of bytes."""

    block: NDArray[np.uint8]
    ends: NDArray[np.int64]

    def __getitem__(self, place: int) -> str:
        begin = int(self.ends[place - 1]) if place else 0
        return bytes(self.block[begin : int(self.ends[place])]).decode()

    def __len__(self) -> int:
        return len(self.ends)

    def all(self) -> list[str]:
        """Every text."""
        return [self[place] for place in range(len(self))]

    @staticmethod
    def of(texts: Iterable[str]) -> Texts:
        """Pack texts."""
        packed = [text.encode("utf-8", "replace") for text in texts]
        ends = np.cumsum([len(p) for p in packed], dtype=np.int64)
        return Texts(np.frombuffer(b"".join(packed), np.uint8), ends)


@dataclass(frozen=True)
class Pool:
    """All arrays. n organisations, m readings of names, v words, p postings.

    Attributes:
        ids, shown, towns, hosts: texts of the n organisations.
        active: (n) bool.
        types: (n) one bit per entry of ``TYPES``.
        town_of, region_of: (n) number in ``places``, or -1.
        country_of: (n) number in ``codes``, or -1.
        seat: (n, 2) latitude and longitude in degrees, or not a number.
        places: words of towns and regions, joined by spaces.
        evidence: (n) street, postcode and identifiers as one text per organisation.
        owner: (m) organisation of a reading.
        label: (m) number in ``labels``, the name as written.
        kind: (m) 0 the name to show, 1 another one, 2 an acronym.
        word_ends, word_ids: words of a reading, in order.
        weight: (m) sum of its words' weights.
        key: (m) sum of its words' keys, sorted; ``key_name`` (m) the readings in that order.
        words: (v) texts; ``rarity`` (v) weights: ln(1 + n / organisations with the word).
        posting_ends, postings: readings that hold a word.
        spelt: letters of names (:mod:`.slips`); ``spelt_name`` the readings they belong to.
        half_key: keys of their halves, sorted; ``half_spelt`` numbers in ``spelt`` in that order.
    """

    ids: Texts
    shown: Texts
    towns: Texts
    hosts: Texts
    active: NDArray[np.bool_]
    types: Ints
    town_of: Ints
    region_of: Ints
    country_of: Ints
    seat: NDArray[np.float32]
    codes: Texts
    places: Texts
    evidence: Texts
    owner: Ints
    label: Ints
    labels: Texts
    kind: NDArray[np.int8]
    word_ends: Ints
    word_ids: Ints
    weight: NDArray[np.float32]
    key: NDArray[np.uint64]
    key_name: Ints
    words: Texts
    rarity: NDArray[np.float32]
    word_key: NDArray[np.uint64]
    posting_ends: Ints
    postings: Ints
    spelt: Texts
    spelt_name: Ints
    half_key: NDArray[np.uint64]
    half_spelt: Ints
    name_ends: Ints

    def __len__(self) -> int:
        return len(self.ids)

    # --- looking up -----------------------------------------------------------------------------
    @cached_property
    def number(self) -> dict[str, int]:
        """Word -> its number."""
        return {word: place for place, word in enumerate(self.words.all())}

    @cached_property
    def place_number(self) -> dict[str, int]:
        """Words of a town or region -> its number."""
        return {text: place for place, text in enumerate(self.places.all())}

    @cached_property
    def place_countries(self) -> dict[int, frozenset[int]]:
        """Town -> countries it lies in."""
        found: dict[int, set[int]] = {}
        for place, country in zip(self.town_of.tolist(), self.country_of.tolist(), strict=True):
            if place >= 0 and country >= 0:
                found.setdefault(place, set()).add(country)
        return {place: frozenset(countries) for place, countries in found.items()}

    @cached_property
    def place_seats(self) -> dict[int, NDArray[np.float32]]:
        """Town -> (k, 2) where organisations of towns of this name sit, to a tenth of a degree."""
        found: dict[int, set[tuple[float, float]]] = {}
        for place, (lat, lng) in zip(self.town_of.tolist(), self.seat.tolist(), strict=True):
            if place >= 0 and lat == lat:  # noqa: PLR0124 - false for "not a number"
                found.setdefault(place, set()).add((round(lat, 1), round(lng, 1)))
        return {place: np.array(sorted(seats), np.float32) for place, seats in found.items()}

    @cached_property
    def domains(self) -> list[str]:
        """(n) what an organisation's website shares with those of its parts, or ""."""
        return [domain(name) for name in self.hosts.all()]

    @cached_property
    def at_domain(self) -> dict[str, list[int]]:
        """Domain -> organisations there."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self.domains):
            if name:
                found.setdefault(name, []).append(place)
        return found

    def heirs(self, organisation: int) -> list[int]:
        """Active organisations of the same country that have the main site of its domain."""
        return [
            other
            for other in self.at_domain.get(self.domains[organisation], ())
            if self.active[other]
            and self.is_head(other)
            and self.country_of[other] == self.country_of[organisation]
        ]

    def is_head(self, organisation: int) -> bool:
        """Whether the organisation has a domain's main site."""
        return self.hosts[organisation] == self.domains[organisation] != ""

    def words_of(self, name: int) -> Ints:
        """Numbers of the words of a reading, in order."""
        begin = self.word_ends[name - 1] if name else 0
        return self.word_ids[begin : self.word_ends[name]]

    def names_with(self, word: int) -> Ints:
        """Readings that hold a word."""
        begin = self.posting_ends[word - 1] if word else 0
        return self.postings[begin : self.posting_ends[word]]

    def names_of(self, organisation: int) -> range:
        """Readings of an organisation's names."""
        begin = int(self.name_ends[organisation - 1]) if organisation else 0
        return range(begin, int(self.name_ends[organisation]))

    @cached_property
    def _hosts(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self.hosts.all()):
            if name:
                found.setdefault(name, []).append(place)
        return found

    def at_host(self, name: str) -> list[int]:
        """Organisations whose website has this host name."""
        return self._hosts.get(name, [])

    # --- on disk --------------------------------------------------------------------------------
    def to_bytes(self) -> bytes:
        """The pool as the content of a file."""
        arrays: dict[str, NDArray[Any]] = {"format": np.array([FORMAT])}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Texts):
                arrays[f"{one.name}.block"], arrays[f"{one.name}.ends"] = value.block, value.ends
            else:
                arrays[one.name] = value
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    def save(self, path: Path) -> None:
        """Write the pool to a file, whole or not at all."""
        write_atomically(path, self.to_bytes())

    @staticmethod
    def load(source: Path | bytes) -> Pool:
        """Read what :meth:`save` wrote.

        Raises:
            MatchingError: no such file, or not one of this version.
        """
        try:
            opened = io.BytesIO(source) if isinstance(source, bytes) else source
            with np.load(opened, allow_pickle=False) as arrays:
                if arrays["format"].tolist() != [FORMAT]:
                    raise ValueError("another version wrote it")  # noqa: TRY301 - one explanation for all
                columns: dict[str, Any] = {
                    one.name: Texts(arrays[f"{one.name}.block"], arrays[f"{one.name}.ends"])
                    if one.type == "Texts"
                    else arrays[one.name]
                    for one in fields(Pool)
                }
                return Pool(**columns)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            where = "the bytes" if isinstance(source, bytes) else str(source)
            raise MatchingError(
                f"{where}: no built matcher of this version ({error}); build it anew."
            ) from error


def readings(name: str) -> list[Words]:
    """The ways to read a name: whole, and without what stands in brackets.

    A country in brackets ("Example (Germany)") only tells namesakes apart and is no part of it.
    """
    name = clean(name)
    bare = _BRACKET.sub(lambda m: "" if is_country(m.group(1)) else m.group(), name).strip() or name
    found = {read(bare).words: read(bare)}
    short = _BRACKET.sub("", bare).strip()
    if short and short != bare:
        found.setdefault(read(short).words, read(short))
    return [one for one in found.values() if one.words]


def country_in_brackets(name: str) -> frozenset[str]:
    """Codes of a country that stands in brackets in a name ("Example (Japan)")."""
    codes: frozenset[str] = frozenset()
    for match in _BRACKET.finditer(clean(name)):
        codes |= countries().get(read(match.group(1)).words, frozenset())
    return codes


def build(
    organisations: Iterable[Organisation], progress: Callable[[int, int], None] | None = None
) -> Pool:
    """Arrays of organisations; their order does not matter.

    Args:
        progress: called with (done, total).

    Raises:
        MatchingError: two organisations have the same id.
    """
    ordered = sorted(organisations, key=lambda one: one.id)
    for one, other in pairwise(ordered):
        if one.id == other.id:
            raise MatchingError(f"Two organisations have the id {one.id!r}.")
    names = _Names()
    for place, one in enumerate(ordered):
        names.add(place, one)
        if progress and (place + 1) % REPORT_EVERY == 0:
            progress(place + 1, len(ordered))
    if progress:
        progress(len(ordered), len(ordered))
    return names.finish(ordered)


class _Names:
    """Collects readings of names."""

    def __init__(self) -> None:
        self.owner: list[int] = []
        self.label: list[int] = []
        self.labels: dict[str, int] = {}
        self.kind: list[int] = []
        self.ends: list[int] = []
        self.ids: list[int] = []
        self.number: dict[str, int] = {}
        self.name_ends: list[int] = []
        self.spelt: list[str] = []
        self.spelt_name: list[int] = []

    def add(self, place: int, one: Organisation) -> None:
        """Take up all names of one organisation, each way of reading once."""
        seen: dict[tuple[str, ...], int] = {}
        spelt: set[str] = set()
        for rank, name in enumerate((one.name, *one.other_names)):
            for words in readings(name) if name.strip() else ():
                if len(words.words) > MAX_WORDS:
                    continue
                before = seen.setdefault(words.words, len(self.owner))
                new = [text for text in spellings(name, words) if text not in spelt]
                spelt.update(new)
                self.spelt += new
                self.spelt_name += [before] * len(new)
                if before < len(self.owner):
                    continue
                acronym = len(set(zip(words.words, words.segments, strict=True))) == 1 and (
                    words.capital[0] and len(words.words[0]) <= 9
                )
                self.owner.append(place)
                self.label.append(self.labels.setdefault(name, len(self.labels)))
                self.kind.append(2 if acronym else int(rank > 0))
                self.ids.extend(self.number.setdefault(w, len(self.number)) for w in words.words)
                self.ends.append(len(self.ids))
        self.name_ends.append(len(self.owner))

    def finish(self, ordered: Sequence[Organisation]) -> Pool:
        """All arrays."""
        owner, ids = np.array(self.owner, np.int32), np.array(self.ids, np.int32)
        ends = np.array(self.ends, np.int32)
        count = len(self.number)
        name_of = np.repeat(
            np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=np.int32(0))
        )
        both = np.unique(np.stack([ids, name_of]), axis=1) if len(ids) else np.zeros((2, 0), int)
        posting_ends = np.cumsum(np.bincount(both[0], minlength=count)).astype(np.int32)
        holders = np.unique(np.stack([ids, owner[name_of]]), axis=1) if len(ids) else both
        frequency = np.bincount(holders[0], minlength=count)
        rarity = _rarity(list(self.number), frequency, len(ordered))
        word_key = np.array([key_of(word) for word in self.number], np.uint64)
        sums = np.concatenate([[np.uint64(0)], np.cumsum(word_key[ids], dtype=np.uint64)])
        begins = np.concatenate([[0], ends[:-1]]).astype(np.int64) if len(ends) else ends
        key = (sums[ends] - sums[begins]).astype(np.uint64)
        order = np.argsort(key, kind="stable").astype(np.int32)
        weights = np.concatenate([[0.0], np.cumsum(rarity[ids], dtype=np.float64)])
        halves = np.array([key for one in self.spelt for key in half_keys(one)], np.uint64)
        by_half = np.argsort(halves, kind="stable")
        return Pool(
            **_columns(ordered),
            owner=owner,
            label=np.array(self.label, np.int32),
            labels=Texts.of(self.labels),
            kind=np.array(self.kind, np.int8),
            word_ends=ends,
            word_ids=ids,
            weight=(weights[ends] - weights[begins]).astype(np.float32),
            key=key[order],
            key_name=order,
            words=Texts.of(self.number),
            rarity=rarity,
            word_key=word_key,
            posting_ends=posting_ends,
            postings=both[1].astype(np.int32),
            spelt=Texts.of(self.spelt),
            spelt_name=np.array(self.spelt_name, np.int32),
            half_key=halves[by_half],
            half_spelt=(by_half // 2).astype(np.int32),
            name_ends=np.array(self.name_ends, np.int32),
        )


def _rarity(words: Sequence[str], frequency: NDArray[Any], count: int) -> NDArray[np.float32]:
    """ln(1 + n / f) of each word, where a small pool counts like a part of a large one.

    The model was trained where a word with one organisation in 50,000 is rare. In a small pool a
    word with one organisation is held to be as rare, others by their share; words of kinds
    ("institute") stay common even where they occur once.
    """
    often = np.maximum(frequency, 1).astype(np.float64)
    if count >= LARGE:
        return np.asarray(np.log1p(count / often), np.float32)
    often = 1 + (often - 1) / max(count, 1) * LARGE
    rarity = np.log1p(LARGE / often)
    common = np.array([word in lexicon().kinds for word in words], np.bool_)
    return np.asarray(np.where(common, np.minimum(rarity, KIND_MOST), rarity), np.float32)


def _columns(ordered: Sequence[Organisation]) -> dict[str, Any]:
    places: dict[str, int] = {}
    codes: dict[str, int] = {}

    def place(text: str) -> int:
        words = " ".join(read(text).words) if text.strip() else ""
        return places.setdefault(words, len(places)) if words else -1

    return {
        "ids": Texts.of(one.id for one in ordered),
        "shown": Texts.of(one.name for one in ordered),
        "towns": Texts.of(one.town for one in ordered),
        "hosts": Texts.of(host(one.website) for one in ordered),
        "active": np.array([one.active for one in ordered], np.bool_),
        "types": np.array(
            [sum(1 << TYPES.index(t) for t in set(one.types) if t in TYPES) for one in ordered],
            np.int32,
        ),
        "town_of": np.array([place(one.town) for one in ordered], np.int32),
        "region_of": np.array([place(one.region) for one in ordered], np.int32),
        "country_of": np.array(
            [
                codes.setdefault(one.country.upper(), len(codes)) if one.country else -1
                for one in ordered
            ],
            np.int32,
        ),
        "seat": np.array(
            [
                (np.nan, np.nan) if one.latitude is None else (one.latitude, one.longitude)
                for one in ordered
            ],
            np.float32,
        ).reshape(len(ordered), 2),
        "codes": Texts.of(codes),
        "places": Texts.of(places),
        "evidence": Texts.of(_evidence(one) for one in ordered),
    }


def _evidence(one: Organisation) -> str:
    """Lines "scheme<TAB>value"; the address is one of them."""
    lines = [f"{scheme.lower()}\t{_plain(value)}" for scheme, value in one.identifiers if value]
    if one.street and (one.postcode or one.town):
        street = re.sub(r"(?i)stra(ß|ss)e\b", "str", one.street)
        lines.append(f"address\t{_plain(street)} {_plain(one.postcode or one.town)}")
    return "\n".join(sorted(lines))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", clean(text).casefold())
