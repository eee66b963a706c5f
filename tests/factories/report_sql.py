"""Counts every figure of a report from raw tables, without a line of the code that made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
KINDS = {
    "enquiries": "enquiry",
    "consultations": "talk",
    "firms_advised": "talk",
    "partners": "partner",
    "use_cases": "use_case",
    "funding": "funding",
    "trials": "trial",
    "answers": "outcome",
    "outcomes": "outcome",
}
ENTRIES = """
SELECT e.id, e.happened_at, f.id, f.size, f.sector,
    CASE WHEN f.municipality <> '' THEN f.municipality ELSE COALESCE(a.district, '') END, e.result
FROM cases_caseentry e JOIN cases_case c ON c.id = e.case_id JOIN cases_firm f ON f.id = c.firm_id
LEFT JOIN directory_actor a ON a.id = f.actor_id
WHERE e.kind = %s
"""


class Cursor(Protocol):
    """What is needed of a database."""

    def execute(self, sql: str, params: Sequence[Any] = ...) -> Any:
        """Ask."""

    def fetchall(self) -> list[Any]:
        """All rows."""


def days(key: str) -> tuple[date, date]:
    """First day, and the day after the last, of 2026, 2026-H1 or 2026-03."""
    year = int(key[:4])
    if "H" in key:
        return (
            (date(year, 1, 1), date(year, 7, 1))
            if key[-1] == "1"
            else (
                date(year, 7, 1),
                date(year + 1, 1, 1),
            )
        )
    if len(key) == 7:
        month = int(key[5:])
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return date(year, 1, 1), date(year + 1, 1, 1)


def moment(given: Any) -> datetime:
    """What a database gives for a moment."""
    found = datetime.fromisoformat(given) if isinstance(given, str) else given
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(given: Any) -> date:
    """The day in Germany of what a database gives for a moment."""
    return moment(given).astimezone(BERLIN).date()


_CAME = (
    "FROM events_attendance a JOIN events_event e ON e.id = a.event_id "
    "WHERE e.state = 'published' AND e.ends_at <= CURRENT_TIMESTAMP"
)
#: Indicators of other rooms: day, amount, who, district.
OTHER = {
    "events": "SELECT starts_at, 1, '', district FROM events_event "
    "WHERE state = 'published' AND ends_at <= CURRENT_TIMESTAMP",
    "visits": f"SELECT e.starts_at, 1, '', e.district {_CAME}",
    "visitors": f"SELECT e.starts_at, 1, a.person, e.district {_CAME}",
    "communities": "SELECT created_at, 1, '', '' FROM communities_community "
    "WHERE closed_at IS NULL",
    "members": "SELECT day, joined - \"left\", '', '' FROM communities_movement",
    "publications": "SELECT published_at, 1, '', '' FROM publications_publication "
    "WHERE published_at IS NOT NULL",
    "downloads": "SELECT day, number, '', '' FROM publications_downloadcount",
}


class Counter:
    """Reads the tables once."""

    def __init__(self, cursor: Cursor) -> None:
        cursor.execute(
            "SELECT t.key, p.key FROM directory_term t LEFT JOIN directory_term p "
            "ON p.id = t.parent_id WHERE t.vocabulary = 'sector'"
        )
        self.sections = {key: parent or key for key, parent in cursor.fetchall()}
        cursor.execute(
            "SELECT t.key, p.key FROM directory_term t JOIN directory_term p "
            "ON p.id = t.parent_id WHERE t.vocabulary = 'role'"
        )
        self.categories = dict(cursor.fetchall())
        self.entries: dict[str, list[tuple[int, date, Any, dict[str, str]]]] = {}
        for kind in set(KINDS.values()):
            cursor.execute(ENTRIES, [kind])
            self.entries[kind] = [
                (
                    number,
                    day(at),
                    firm,
                    {
                        "size": size,
                        "sector": self.sections.get(sector, sector),
                        "district": town[:5],
                        "month": f"{day(at):%Y-%m}",
                        "result": result,
                    },
                )
                for number, at, firm, size, sector, town, result in sorted(
                    cursor.fetchall(), key=lambda row: (moment(row[1]), row[0])
                )
            ]
        cursor.execute(
            "SELECT created_at, role_keys, district FROM directory_actor WHERE state = 'published'"
        )
        self.actors = [
            (day(at), roles if isinstance(roles, list) else json.loads(roles), district)
            for at, roles, district in cursor.fetchall()
        ]
        cursor.execute(
            "SELECT s.confirmed_at, n.key FROM flood_subscription s JOIN flood_sensor g "
            "ON g.id = s.sensor_id JOIN flood_network n ON n.id = g.network_id "
            "WHERE s.confirmed_at IS NOT NULL"
        )
        self.warned = [(day(at), key) for at, key in cursor.fetchall()]
        self.other = {key: self._listed(cursor, statement) for key, statement in OTHER.items()}

    @staticmethod
    def _listed(cursor: Any, statement: str) -> list[tuple[date, int, str, str]]:
        """Day, amount, who and district of each row."""
        cursor.execute(statement)
        return [
            (at if type(at) is date else day(at), amount, who, district)
            for at, amount, who, district in cursor.fetchall()
        ]

    def figure(self, indicator: str, period: str, where: Iterable[Sequence[str]]) -> int:
        """One figure."""
        begin, end = days(period)
        wanted = [(name, value) for name, value in where]
        if indicator == "map_entries":
            return sum(at < end and self._actor_fits(r, d, wanted) for at, r, d in self.actors)
        if indicator == "flood_subscriptions":
            return sum(
                begin <= at < end and all(key == value for _, value in wanted)
                for at, key in self.warned
            )
        if indicator in OTHER:
            return self._of_other_room(indicator, begin, end, wanted)
        entries = self.entries[KINDS[indicator]]
        if indicator == "outcomes":
            # Once in all its time, so before anything is cut to the period.
            used: dict[Any, Any] = {}
            for entry in entries:
                if entry[3]["result"] == "in_use":
                    used.setdefault(entry[2], entry)
            entries = list(used.values())
        rows = sorted(
            (at, str(number), firm, values)
            for number, at, firm, values in entries
            if begin <= at < end
        )
        if indicator == "firms_advised":
            first = {}
            for row in rows:
                first.setdefault(row[2], row)
            rows = list(first.values())
        return sum(all(row[3][n] == v for n, v in wanted) for row in rows)

    def _of_other_room(
        self, indicator: str, begin: date, end: date, wanted: list[tuple[str, str]]
    ) -> int:
        stock = indicator in {"communities", "members"}
        rows = [
            row
            for row in self.other[indicator]
            if row[0] < end
            and (stock or begin <= row[0])
            and all(
                value == {"district": row[3], "month": f"{row[0]:%Y-%m}"}[name]
                for name, value in wanted
            )
        ]
        if indicator == "visitors":
            return len({row[2] for row in rows if row[2]})
        return sum(row[1] for row in rows)

    def _actor_fits(self, roles: list[str], district: str, wanted: list[tuple[str, str]]) -> bool:
        held = {
            "district": {district},
            "role": set(roles) or {""},
            "category": {self.categories[r] for r in roles if r in self.categories} or {""},
        }
        return all(value in held[name] for name, value in wanted)
