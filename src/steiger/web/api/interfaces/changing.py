"""What a representative sends about an entry, read as statements; what does not fit is named.

What is stated already may be sent again as it is: rules that came later hold for changes only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from steiger.engines.directory.records.validation import CONTROL, FORMULA, MARKUP
from steiger.web.api.domain.own_entries import GROUPS, OwnEntry
from steiger.web.api.interfaces import own_schemas as given
from steiger.web.api.interfaces.problems import ProblemError, Wrong
from steiger.web.directory.domain.areas import area_label, region, region_name, resolve_place
from steiger.web.directory.domain.reconcile import has_many, slot_of
from steiger.web.directory.domain.statements import to_data
from steiger.web.directory.domain.vocabulary_cache import Word, vocabulary
from steiger.web.directory.domain.writing import key_of
from steiger.web.directory.models import (
    Classification,
    Description,
    Fact,
    Identifier,
    Link,
    Name,
    Place,
    Role,
    Sourced,
    Term,
)

EARLIEST_YEAR = 1000
TOPICS = ("method", "technology", "sector")
_web = URLValidator(schemes=["http", "https"])


def wanted_values(body: given.ActorChange, entry: OwnEntry) -> list[Sourced]:
    """Everything that the actor shall state: the lists that were sent, and the others as they are.

    Raises:
        ProblemError: something does not fit; every part is named by its place in the body.
    """
    sent = [name for name in GROUPS if name in body.model_fields_set]
    if not sent:
        text = _("Send at least one list, for example “descriptions”.")
        raise ProblemError("invalid", wrong=[Wrong("body", "", text)])
    reading = _Reading(entry.wanted)
    stays = {GROUPS[name] for name in GROUPS if name not in sent}
    values = [value for value in entry.wanted if value._meta.model_name in stays]
    for name in sent:
        values += reading.group(name, getattr(body, name))
    if "names" in sent and not body.names and not _named_by_others(entry):
        reading.wrong("/names", _("An entry needs a name."))
    if reading.found:
        raise ProblemError("not-possible", wrong=reading.found)
    return values


def _named_by_others(entry: OwnEntry) -> bool:
    own = [value.pk for value in entry.now if isinstance(value, Name)]
    return Name.objects.filter(actor=entry.actor, hidden=False).exclude(pk__in=own).exists()


class _Reading:
    """Reads lists one by one and collects what is wrong.

    Args:
        known: what is stated already; what is sent equal to one of them is taken as it is.
    """

    def __init__(self, known: Iterable[Sourced]) -> None:
        self.found: list[Wrong] = []
        self._known = {key_of(value): value for value in known}
        self._words = vocabulary()

    def wrong(self, place: str, text: str, choices: Sequence[str] = ()) -> None:
        """Note what is wrong at a place of the body (a JSON pointer)."""
        self.found.append(Wrong("body", place, text, tuple(choices)))

    def group(self, name: str, items: Sequence[Any]) -> list[Sourced]:
        """The values of one list, each slot once."""
        read: Callable[[Any, str], Sourced | None] = getattr(self, f"_{GROUPS[name]}")
        values: dict[int, Sourced] = {}
        for number, item in enumerate(items):
            before = len(self.found)
            value = read(item, f"/{name}/{number}")
            if value is None:
                continue
            known = self._known.get(key_of(value))
            if known is not None:
                del self.found[before:]
                value = known
            values[number] = value
        self._check_slots(name, values)
        return list(values.values())

    def _check_slots(self, name: str, values: Mapping[int, Sourced]) -> None:
        """The same question is answered once, and nothing is said twice."""
        seen: Counter[str] = Counter()
        for number, value in values.items():
            slot = slot_of(to_data([value])[0])
            mark = repr(key_of(value)) if has_many(slot) else slot
            if seen[mark]:
                self.wrong(f"/{name}/{number}", _("The same stands there already."))
            seen[mark] += 1

    # --- texts, addresses, words ------------------------------------------------------------------
    def _text(self, text: str, place: str, *, lines: bool = False) -> str:
        """A text as it is stored: one line, or several; nothing that an import would refuse."""
        clean = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
        clean = clean if lines else " ".join(clean.split(" "))
        if CONTROL.search(clean.replace("\n", "") if lines else clean):
            self.wrong(place, _("It holds characters that cannot be read."))
        if MARKUP.search(clean):
            self.wrong(place, _("It holds HTML; give plain text."))
        if FORMULA.match(clean):
            self.wrong(place, _("It begins like a formula of a spreadsheet; give plain text."))
        return clean

    def _needed(self, text: str, place: str, *, lines: bool = False) -> str:
        clean = self._text(text, place, lines=lines)
        if not clean:
            self.wrong(place, _("It is missing."))
        return clean

    def _url(self, text: str, place: str) -> str:
        clean = self._text(text, place)
        if clean:
            try:
                _web(clean)
            except ValidationError:
                self.wrong(
                    place, _("An address on the web looks like this: https://www.example.org.")
                )
        return clean

    def _word(self, key: str, place: str, *vocabularies: str) -> Word | None:
        """The term of one of these vocabularies."""
        found = [w for name in vocabularies if (w := self._words.word(name, key)) is not None]
        if not found:
            text = _("“%(value)s” is not known in the vocabulary “%(name)s”.")
            names = {"value": key, "name": "”, “".join(vocabularies)}
            self.wrong(place, text % names, self._near(key, vocabularies))
            return None
        if not found[0].active:
            self.wrong(place, _("New entries do not use this word any more."))
        return found[0]

    def _near(self, key: str, vocabularies: Iterable[str]) -> list[str]:
        from rapidfuzz import process

        names = set(vocabularies)
        keys = sorted(w.key for w in self._words.words.values() if w.vocabulary in names)
        return [near for near, *_rest in process.extract(key, keys, limit=3, score_cutoff=60)]

    # --- one kind of value each -------------------------------------------------------------------
    def _name(self, item: given.NameInput, place: str) -> Sourced:
        text = self._needed(item.text, f"{place}/text")
        return Name(kind=item.kind, text=text, language=item.language)

    def _description(self, item: given.DescriptionInput, place: str) -> Sourced:
        text = self._needed(item.text, f"{place}/text", lines=True)
        return Description(language=item.language, text=text)

    def _link(self, item: given.LinkInput, place: str) -> Sourced:
        self._word(item.kind, f"{place}/kind", "link")
        url = self._url(self._needed(item.url, f"{place}/url"), f"{place}/url")
        return Link(kind=item.kind, url=url)

    def _identifier(self, item: given.IdentifierInput, place: str) -> Sourced:
        word = self._word(item.scheme, f"{place}/scheme", "identifier")
        value = self._needed(item.value, f"{place}/value")
        pattern = str(word.details.get("pattern", "")) if word else ""
        if pattern and not re.fullmatch(pattern, value):
            self.wrong(f"{place}/value", _("An id of this register looks different."))
        return Identifier(scheme=item.scheme, value=value)

    def _classification(self, item: given.TermInput, place: str) -> Sourced | None:
        among = (item.vocabulary,) if item.vocabulary else TOPICS
        word = self._word(item.key, f"{place}/key", *among)
        return Classification(term=Term.objects.get(pk=word.id)) if word else None

    def _fact(self, item: given.FactInput, place: str) -> Sourced:
        value, where = item.value, f"{place}/value"
        if item.key == "founded":
            self._year(value, where)
        elif item.key == "sme":
            if not isinstance(value, bool):
                self.wrong(where, _("It must be “true” or “false”."))
        else:
            self._word(str(value)[:64], where, item.key)
        return Fact(key=item.key, value=value)

    def _place(self, item: given.PlaceInput, place: str) -> Sourced:
        fields = {
            name: self._text(getattr(item, name), f"{place}/{name}")
            for name in ("street", "postcode", "town", "municipality")
        }
        if not fields["town"]:
            self.wrong(f"{place}/town", _("It is missing."))
        spot = item.location
        value = Place(kind=item.kind, country=item.country, **fields)
        if spot is not None:
            value.latitude, value.longitude = spot.latitude, spot.longitude
            value.precision = Place.Precision.ADDRESS if value.street else Place.Precision.TOWN
        if key_of(value) not in self._known and item.country == "DE":
            self._locate(value, place)
        elif value.kind == Place.Kind.SEAT and item.country != "DE":
            self._outside(value.town, f"{place}/country")
        return value

    def _locate(self, value: Place, place: str) -> None:
        """Find the municipality of a place, and its centre where no point was sent."""
        towns = region().municipalities
        if not value.municipality:
            answer = resolve_place(value.town)
            found = answer.place
            if found is None or len(found.ags) != 8 or not (found.exact or found.postcode):
                self._unclear(value, place, [area_label(one) for one in answer.choices])
                return
            value.municipality = found.ags
        town = towns.get(value.municipality)
        if town is None:
            text = _("There is no municipality with this key in %(region)s.")
            self.wrong(f"{place}/municipality", text % {"region": region_name()})
            return
        value.town = town.name
        if value.latitude is None:
            value.latitude, value.longitude = town.lat, town.lon

    def _unclear(self, value: Place, place: str, choices: Sequence[str]) -> None:
        if choices:
            text = _("Several places have this name. Send the key of the municipality, too.")
            self.wrong(f"{place}/town", text, choices)
        elif value.kind == Place.Kind.SEAT:
            self._outside(value.town, f"{place}/town")

    def _outside(self, town: str, place: str) -> None:
        text = _(
            "“%(place)s” is no town in %(region)s. Only who has a seat in %(region)s stands on "
            "this map."
        )
        self.wrong(place, text % {"place": town, "region": region_name()})

    def _role(self, item: given.RoleInput, place: str) -> Sourced | None:
        word = self._word(item.key, f"{place}/key", "role")
        if word is None:
            return None
        return Role(
            term=Term.objects.get(pk=word.id),
            offer_de=self._text(item.offer.de, f"{place}/offer/de", lines=True),
            offer_en=self._text(item.offer.en, f"{place}/offer/en", lines=True),
            url=self._url(item.url, f"{place}/url"),
            values=self._fields(item.values, word, f"{place}/values"),
        )

    def _fields(self, values: Mapping[str, Any], word: Word, place: str) -> dict[str, Any]:
        """The sub-category's own fields."""
        specs = {str(spec["key"]): spec for spec in word.fields}
        for key in values.keys() - specs.keys():
            choices = list(specs)[:30]
            self.wrong(f"{place}/{_step(key)}", _("This field does not exist here."), choices)
        found = {
            key: self._field(value, specs[key], f"{place}/{_step(key)}")
            for key, value in values.items()
            if key in specs
        }
        for key, spec in specs.items():
            if spec.get("required") and found.get(key) in (None, "", []):
                self.wrong(f"{place}/{_step(key)}", _("It is missing."))
        return found

    def _field(self, value: Any, spec: Mapping[str, Any], place: str) -> Any:
        kind = spec["type"]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == "boolean" and not isinstance(value, bool):
            self.wrong(place, _("It must be “true” or “false”."))
        elif kind == "number" and not (is_number and abs(value) < 1e15):
            self.wrong(place, _("It must be a number."))
        elif kind == "year":
            self._year(value, place)
        elif kind == "choice":
            self._choice(value, spec, place)
        elif kind in {"text", "url", "date"}:
            if not isinstance(value, str) or len(value) > 1000:
                self.wrong(place, _("It must be a text of at most 1,000 characters."))
                return ""
            if kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                self.wrong(place, _("A date looks like this: 2026-03-01."))
            return self._url(value, place) if kind == "url" else self._text(value, place)
        return value

    def _year(self, value: Any, place: str) -> None:
        last = timezone.localdate().year
        if type(value) is not int or not EARLIEST_YEAR <= value <= last:
            text = _("It must be a year from %(low)s to %(high)s.")
            self.wrong(place, text % {"low": EARLIEST_YEAR, "high": last})

    def _choice(self, value: Any, spec: Mapping[str, Any], place: str) -> None:
        keys = [choice["key"] for choice in spec["choices"]]
        several = value if isinstance(value, list) else [value]
        if any(one not in keys for one in several):
            text = _("It must be one of: %(expected)s.")
            self.wrong(place, text % {"expected": ", ".join(keys)}, keys)


def _step(key: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901)."""
    return key[:80].replace("~", "~0").replace("/", "~1")
