"""Entries: lists, one in full, completions, matches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from steiger.web.api.domain.actors import absolute, actor_url, full
from steiger.web.api.domain.walks import page as walk_page
from steiger.web.api.interfaces import schemas
from steiger.web.api.interfaces.cursors import (
    MOST_BY_RELEVANCE,
    Cursor,
    CursorError,
    question_key,
    read,
    write,
)
from steiger.web.api.interfaces.description import PROBLEMS, known_parameters
from steiger.web.api.interfaces.problems import ProblemError, Wrong
from steiger.web.api.interfaces.questions import ListQuestion, asked
from steiger.web.directory.domain.likeness import likely_actors
from steiger.web.directory.domain.queries import find_actor, target_of
from steiger.web.directory.domain.search import suggest
from steiger.web.directory.interfaces.filters import MAX_TEXT, Filters, clean_text
from steiger.web.directory.models import Actor

router = Router(tags=[_("Entries")])


@router.get(
    "/actors",
    response={200: schemas.ActorPage, **PROBLEMS["list"]},
    summary=_("Search and walk through entries"),
    description=_(
        "Takes the filters of the site with the same names: copy an address of the map and it "
        "works here. A walk over all pages shows every entry once, also when entries are added "
        "meanwhile. By relevance it ends after 1,000 entries; by name it has no end."
    ),
    operation_id="actors",
)
def actors(request: HttpRequest, question: Query[ListQuestion]) -> dict[str, Any]:
    """One page of the walk."""
    known_parameters(request, "actors")
    understood = asked(request, question.limit)
    key = question_key(understood.filters.but(page=1), understood.question.near)
    try:
        cursor = read(question.cursor, key) if question.cursor else Cursor()
        found = walk_page(understood.question, after=cursor.after, seen=cursor.seen)
    except (CursorError, TypeError) as error:
        text = gettext("It belongs to another question, or was not copied in full.")
        raise ProblemError("unknown-value", wrong=[Wrong("query", "cursor", text)]) from error
    seen = cursor.seen | found.shown if found.last is None else frozenset()
    more = found.more and len(seen) < MOST_BY_RELEVANCE
    onward = write(Cursor(found.last, seen), key) if more else ""
    return {
        "total": found.total,
        "items": list(found.items),
        "next_cursor": onward,
        "next": _next(understood.filters, question.limit, onward) if onward else "",
        "approximate": found.approximate,
        "place": understood.place,
    }


def _next(filters: Filters, limit: int, cursor: str) -> str:
    query = filters.but(page=1).query_string()
    sign = "&" if query else "?"
    return f"{absolute(reverse('api:actors'))}{query}{sign}limit={limit}&cursor={cursor}"


@router.get(
    "/actors/{slug}",
    response={200: schemas.Actor, 301: None, **PROBLEMS["actor"]},
    summary=_("One entry with all values and their sources"),
    description=_(
        "Names, places, links, identifiers, offers: each value says which source states it, since "
        "when, and whether it is the one that the site shows. An entry that moved leads on (301)."
    ),
    url_name="actor",
    operation_id="actor",
)
def actor(
    request: HttpRequest,
    slug: str = Path(max_length=120, pattern=schemas.SLUG, description=_("Id of the entry.")),
) -> Any:
    """One entry."""
    known_parameters(request, "actor")
    found = find_actor(slug)
    if found is None:
        text = gettext("There is no entry “%(slug)s”. Search for its name under “actors”.")
        raise ProblemError("not-found", text % {"slug": slug})
    target = target_of(found)
    if target.state != Actor.State.PUBLISHED:
        raise ProblemError("gone")
    if target.slug != slug:
        return HttpResponse(status=301, headers={"Location": actor_url(target.slug)})
    return full(target)


@router.get(
    "/suggestions",
    response={200: schemas.Suggestions, **PROBLEMS["question"]},
    summary=_("Completions of a name while typing"),
    description=_("From two letters on. Former names, short forms and other languages count, too."),
    operation_id="suggestions",
)
def suggestions(
    request: HttpRequest,
    q: str = Query(
        max_length=MAX_TEXT, description=_("What has been typed."), examples=["Fraunhof"]
    ),
    limit: int = Query(8, ge=1, le=20, description=_("How many completions at most.")),
) -> dict[str, Any]:
    """Names that continue the text."""
    known_parameters(request, "suggestions")
    text = clean_text(q, MAX_TEXT)
    items = [
        {
            "id": item.slug,
            "text": item.text,
            "matched": item.matched,
            "why": item.why,
            "town": item.town,
            "url": actor_url(item.slug),
        }
        for item in (suggest(text, limit) if len(text) > 1 else [])
    ]
    return {"items": items}


@router.get(
    "/match",
    response={200: schemas.Matches, **PROBLEMS["question"]},
    summary=_("Which entry a name means"),
    description=_(
        "Finds the entry behind a name as people write it: with or without its legal form, as an "
        "acronym, with typing errors. Town and website make it surer. Nothing fits: an empty list."
    ),
    operation_id="match",
)
def match(
    request: HttpRequest,
    name: str = Query(
        min_length=1,
        max_length=255,
        description=_("The name, as it stands in your list."),
        examples=["Fraunhofer Institut fuer Materialfluss"],
    ),
    town: str = Query("", max_length=120, description=_("Its town."), examples=["Dortmund"]),
    website: str = Query("", max_length=500, description=_("Its website.")),
    limit: int = Query(3, ge=1, le=20, description=_("How many entries at most.")),
) -> dict[str, Any]:
    """Entries that the name probably means."""
    known_parameters(request, "match")
    found = likely_actors(
        clean_text(name, 255),
        town=clean_text(town, 120),
        website=clean_text(website, 500),
        limit=limit,
    )
    items = [
        {
            "id": one.slug,
            "name": one.name,
            "town": one.town,
            "score": round(min(1.0, max(0.0, one.score)), 4),
            "reasons": list(one.reasons),
            "url": actor_url(one.slug),
        }
        for one in found
    ]
    return {"items": items}
