"""The staff's search: one box, everything that the person may see, grouped by what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.http import urlencode

from steiger.web.accounts.domain.finding import Hit, Searcher, searchers_for
from steiger.web.accounts.models import User

LONGEST = 100
#: Lines of each kind when all are asked, and of one kind on a page.
FEW, PER_PAGE = 5, 25


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind."""

    key: str
    label: str
    total: int
    hits: Sequence[Hit]
    url: str

    @property
    def rest(self) -> int:
        """How many are not named here."""
        return self.total - len(self.hits)


def search_context(person: User, text: str, kind: str, page: str | None) -> dict[str, Any]:
    """Answers to a text, of all kinds or of one; an unknown kind stands for all."""
    asked = " ".join(text.replace("\x00", "").split())[:LONGEST]
    known = searchers_for(person)
    chosen = next((one for one in known if one.key == kind), None)
    base = {"asked": asked, "kind": chosen.key if chosen else "", "kinds": known}
    if not asked:
        return base
    if chosen is not None:
        return base | _of_one(person, chosen, asked, page)
    groups = [_group(person, one, asked) for one in known]
    found = [group for group in groups if group.total]
    return base | {"groups": found, "total": sum(group.total for group in found)}


def _group(person: User, one: Searcher, asked: str) -> Group:
    rows = one.rows(person, asked)
    hits = [one.hit(row) for row in rows[:FEW]]
    # Few answers are all there are, which spares the counting.
    total = rows.count() if len(hits) == FEW else len(hits)
    url = f"?{urlencode({'q': asked, 'art': one.key})}"
    return Group(one.key, str(one.label), total, hits, url)


def _of_one(person: User, one: Searcher, asked: str, number: str | None) -> dict[str, Any]:
    page: Page[Any] = Paginator(one.rows(person, asked), PER_PAGE).get_page(number)
    total = page.paginator.count
    group = Group(one.key, str(one.label), total, [one.hit(row) for row in page], "")
    return {"groups": [group] if total else [], "total": total, "page_obj": page}
