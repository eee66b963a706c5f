"""What was handed in stays: rows as JSON with a digest, and what differs from them later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from steiger.engines.reporting.book import Book, Spot
from steiger.engines.reporting.indicators import Dimension, Indicator, Measure, Row
from steiger.engines.reporting.periods import Period
from steiger.engines.reporting.words import Text


def canonical(value: Any) -> bytes:
    """One form for equal JSON (RFC 8785 in all that is used here)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(value: Any, salt: str = "") -> str:
    """SHA-256 of JSON; the salt keeps small contents from being guessed."""
    return hashlib.sha256(salt.encode() + canonical(value)).hexdigest()


def row_as_json(row: Row, salt: str) -> dict[str, Any]:
    """A row; who is behind it becomes a number that leads nowhere without the salt."""
    written: dict[str, Any] = {"key": row.key, "on": row.on.isoformat(), "amount": row.amount}
    written["values"] = {
        name: value if isinstance(value, str) else list(value) for name, value in row.values.items()
    }
    if row.who:
        written["who"] = hashlib.sha256(f"{salt} {row.who}".encode()).hexdigest()[:20]
    return written


def row_from_json(written: Mapping[str, Any]) -> Row:
    """The row again."""
    values = {
        name: value if isinstance(value, str) else tuple(value)
        for name, value in written["values"].items()
    }
    return Row(
        written["key"],
        date.fromisoformat(written["on"]),
        values,
        int(written["amount"]),
        written.get("who", ""),
    )


def rows_as_json(rows: Iterable[Row], salt: str) -> list[dict[str, Any]]:
    """Rows in one order."""
    return [row_as_json(row, salt) for row in sorted(rows, key=lambda r: (r.on, r.key))]


def text_as_json(text: Text) -> dict[str, str]:
    """Both languages."""
    return {"de": text.de, "en": text.en}


def indicator_as_json(indicator: Indicator) -> dict[str, Any]:
    """An indicator as it was defined when a report was handed in."""
    return {
        "key": indicator.key,
        **{
            name: text_as_json(getattr(indicator, name))
            for name in ("name", "definition", "unit", "source", "owner")
        },
        "since": indicator.since.isoformat(),
        "dimensions": [
            {"key": d.key, "name": text_as_json(d.name), "several": d.several}
            for d in indicator.dimensions
        ],
        "personal": indicator.personal,
        "measure": indicator.measure.value,
        "stock": indicator.stock,
    }


def indicator_from_json(written: Mapping[str, Any]) -> Indicator:
    """The indicator again."""
    return Indicator(
        key=written["key"],
        **{
            name: Text(**written[name])
            for name in ("name", "definition", "unit", "source", "owner")
        },
        since=date.fromisoformat(written["since"]),
        dimensions=tuple(
            Dimension(d["key"], Text(**d["name"]), d["several"]) for d in written["dimensions"]
        ),
        personal=written["personal"],
        measure=Measure(written["measure"]),
        stock=written["stock"],
    )


def spot_as_json(spot: Spot) -> list[Any]:
    """A place of a figure."""
    return [spot.indicator, spot.period.key, [list(pair) for pair in spot.where]]


def spot_from_json(written: list[Any]) -> Spot:
    """The place again."""
    indicator, period, where = written
    return Spot(indicator, Period.of(period), tuple((name, value) for name, value in where))


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure differs from what was handed in.

    Attributes:
        added, removed, altered: keys of rows.
    """

    spot: Spot
    then: int
    now: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing has changed, not even a row that leaves the sum as it is."""
        return not (self.added or self.removed or self.altered)


def compare(then: Book, now: Book, spots: Iterable[Spot], salt: str) -> list[Difference]:
    """Each figure as it was handed in beside the same figure today."""
    found = []
    for spot in sorted(spots):
        old = {row.key: row_as_json(row, "") | {"who": ""} for row in then.behind(spot)}
        new = {row.key: row_as_json(row, salt) | {"who": ""} for row in now.behind(spot)}
        altered = sorted(key for key in old.keys() & new.keys() if old[key] != new[key])
        found.append(
            Difference(
                spot,
                then.figure(spot),
                now.figure(spot),
                tuple(sorted(new.keys() - old.keys())),
                tuple(sorted(old.keys() - new.keys())),
                tuple(altered),
            )
        )
    return found
