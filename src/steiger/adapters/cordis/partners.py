"""Who works with whom: from participations in projects to relations between organisations.

In a small project everyone works with everyone, so each pair becomes a relation. In a large one
that would be untrue and unreadable: 60 partners would make 1,770 lines. There each partner is
related to the one that holds the project together: its coordinator, or where that one lies outside
the region, the partner with the largest contribution. A project with n partners thus makes at most
max(10, n - 1) relations. Every relation says only what the source says: both took part in these
projects. (docs/decisions/0027)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from steiger.engines.directory.records import IncomingRelation

#: Up to so many partners everyone is related to everyone.
SMALL_PROJECT = 5
KIND = "project_partner"
PAGE = "https://cordis.europa.eu/project/id/{}"
#: Length of a relation's note.
MAX_NOTE = 255


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its number, acronym and first day."""

    id: str
    acronym: str
    started: date | None


@dataclass(frozen=True, slots=True)
class Participation:
    """One organisation in one project; ``share`` is the EU's contribution to it in euros."""

    project: str
    organisation: str
    is_coordinator: bool
    share: float


def relations(
    parts: Iterable[Participation], projects: Mapping[str, Project]
) -> dict[str, tuple[IncomingRelation, ...]]:
    """Relations by the organisation that tells them: of each pair the smaller id."""
    members: defaultdict[str, list[Participation]] = defaultdict(list)
    for part in parts:
        members[part.project].append(part)
    together: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for project, partners in members.items():
        for pair in pairs(partners):
            together[pair].add(project)
    found: defaultdict[str, list[IncomingRelation]] = defaultdict(list)
    for (one, other), keys in sorted(together.items()):
        order = sorted((projects[key] for key in keys), key=_newest_first)
        evidence = PAGE.format(order[0].id)
        found[one].append(IncomingRelation(KIND, other, note(order), evidence))
    return {key: tuple(ties) for key, ties in found.items()}


def pairs(partners: Iterable[Participation]) -> Iterator[tuple[str, str]]:
    """Which partners of one project become related, smaller id first."""
    shares: defaultdict[str, float] = defaultdict(float)
    leading: set[str] = set()
    for part in partners:
        shares[part.organisation] += part.share
        if part.is_coordinator:
            leading.add(part.organisation)
    everyone = sorted(shares)
    if len(everyone) <= SMALL_PROJECT:
        yield from combinations(everyone, 2)
        return
    hub = min(everyone, key=lambda key: (key not in leading, -shares[key], key))
    for key in everyone:
        if key != hub:
            yield (hub, key) if hub < key else (key, hub)


def note(projects: list[Project]) -> str:
    """The projects as text: acronym and number, as many as fit, then how many more there are."""
    text = ""
    for number, project in enumerate(projects):
        piece = f"{project.acronym} ({project.id})" if project.acronym else f"({project.id})"
        longer = f"{text} · {piece}" if text else piece
        if len(longer) > MAX_NOTE - 8:
            return f"{text} · +{len(projects) - number}"
        text = longer
    return text


def _newest_first(project: Project) -> tuple[int, str]:
    return (-(project.started or date.min).toordinal(), project.id)
