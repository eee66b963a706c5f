"""What may be asked: the parameters of the operations, and the filters of the site among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field, StringConstraints

from steiger.engines.directory.search import Query as Question
from steiger.web.api.interfaces.problems import ProblemError, Wrong
from steiger.web.directory.domain.areas import area_label, resolve_place
from steiger.web.directory.interfaces.facets import known_keys
from steiger.web.directory.interfaces.filters import (
    FACETS,
    MAX_PAGE,
    MAX_PLACE,
    MAX_RADIUS,
    MAX_TEXT,
    MAX_VALUES,
    Filters,
    parse,
    to_query,
)

DEFAULT_LIMIT, MOST = 20, 100
#: Facets whose keys stand in the description as they are at the moment.
Key = Annotated[str, StringConstraints(max_length=64)]
_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,6})?"


class FilterQuestion(Schema):
    """The filters, with the names that they have in the addresses of the site."""

    q: str = Field(
        "",
        max_length=MAX_TEXT,
        description=_("What is looked for: a name, a topic, a need. Typing errors do no harm."),
        examples=["maschinelles Lernen"],
    )
    category: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Category. Several values: one of them.")
    )
    role: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Sub-category. Several values: one of them.")
    )
    topic: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Method or technology. Several: one of them.")
    )
    sector: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Sector. Several values: one of them.")
    )
    size: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Size class. Several values: one of them.")
    )
    district: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("District by its official key, five digits.")
    )
    municipality: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Municipality by its official key, eight digits.")
    )
    verified: list[Key] = Field(
        [], max_length=MAX_VALUES, description=_("Only checked entries (yes), only others (no).")
    )
    near: str = Field(
        "",
        max_length=MAX_PLACE,
        description=_("Town or postcode around which is searched."),
        examples=["42103"],
    )
    radius: int | None = Field(
        None,
        ge=0,
        le=MAX_RADIUS,
        description=_("Kilometres around the place, 40 if nothing is said; 0: any distance."),
        examples=[20],
    )
    bounds: str = Field(
        "",
        pattern=rf"^({_DEGREES},{_DEGREES},{_DEGREES},{_DEGREES})?$",
        description=_("Part of the map in degrees: west,south,east,north."),
        examples=["7.0,51.1,7.4,51.4"],
    )
    examples: Literal["", "show", "hide"] = Field(
        "", description=_("Whether invented entries of a demonstration are left out.")
    )
    sort: Literal["", "relevance", "name", "newest", "distance"] = Field(
        "",
        description=_(
            "Order. If nothing is said: by distance with a place, by relevance with words, else by "
            "name."
        ),
    )
    view: Literal["", "list", "map", "table"] = Field(
        "", description=_("Stands in addresses of the site; has no effect here.")
    )
    more: Key = Field("", description=_("Stands in addresses of the site; has no effect here."))
    page: int = Field(
        1,
        ge=1,
        le=MAX_PAGE,
        description=_("Stands in addresses of the site; has no effect here: pages have a cursor."),
    )


class ListQuestion(FilterQuestion):
    """A page of entries."""

    limit: int = Field(
        DEFAULT_LIMIT, ge=1, le=MOST, description=_("How many entries the page holds.")
    )
    cursor: str = Field(
        "",
        max_length=8_000,
        pattern=r"^[A-Za-z0-9_-]*$",
        description=_("Where the page begins: the value of “next_cursor” of the page before."),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, understood.

    Attributes:
        ignored_page: nothing; pages have cursors.
    """

    filters: Filters
    question: Question
    place: str


def asked(request: HttpRequest, limit: int) -> Asked:
    """The filters of an address, exactly as the site reads them; what it would leave out is named.

    Raises:
        ProblemError: a value exists nowhere here.
    """
    data = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        data.setlist(name, [value for value in values if value])
    parsed = parse(data, known_keys)
    wrong = [_unknown(name, value) for name, value in parsed.ignored if name != "more"]
    filters = parsed.filters.but(view="list", more="")
    answer = resolve_place(filters.near)
    spot, label = None, ""
    if answer.place:
        spot, label = (answer.place.lat, answer.place.lon), area_label(answer.place)
    elif answer.asked:
        choices = tuple(area_label(place) for place in answer.choices)
        text = _("Several places have this name.") if choices else _("This place is not known.")
        wrong.append(Wrong("query", "near", gettext(text), choices))
    if wrong:
        raise ProblemError("unknown-value", wrong=wrong)
    return Asked(filters, to_query(filters, near=spot, per_page=limit), label)


def _unknown(name: str, value: str) -> Wrong:
    from rapidfuzz import process

    if name in FACETS:
        near = process.extract(value, sorted(known_keys(name)), limit=3, score_cutoff=60)
        text = gettext("“%(value)s” is not known under “%(name)s”.")
        return Wrong(
            "query", name, text % {"value": value, "name": name}, tuple(n for n, *_ in near)
        )
    text = gettext("“%(value)s” makes no sense here.")
    return Wrong("query", name, text % {"value": value})


def parameters_of(operation: dict[str, Any], part: str = "query") -> frozenset[str]:
    """Names of an operation's parameters, from its description."""
    return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == part)
