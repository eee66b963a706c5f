"""What an import did, or why it was not carried out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from steiger.engines.directory.records import LeftOut, RejectedRow

KEPT_OUTSIDE = 1_000


class ImportRefusedError(Exception):
    """The import was not carried out; the database is as it was."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, slots=True)
class Outside:
    """A row whose seat is not in the region asked for, with what it says about the place."""

    row: int
    record_id: str
    place: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        withdrawn: were on the map and are withdrawn now.
        outside, outside_rows: seated outside the region asked for; the first of them.
        inactive: the source has closed them, and they were never taken over.
        left_out: values and columns that nobody here knows: where they stand first, how often.
        offered: somebody speaks for them, so the difference waits for a decision.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    outside: int = 0
    inactive: int = 0
    offered: int = 0
    outside_rows: list[Outside] = field(default_factory=list)
    left_out: dict[tuple[str, str], tuple[LeftOut, int]] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    dry_run: bool = False

    def counts(self) -> dict[str, int]:
        """Numbers only."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "outside": self.outside,
            "inactive": self.inactive,
            "offered": self.offered,
            "left_out": sum(number for _, number in self.left_out.values()),
            "rejected": len(self.rejected),
        }

    def pass_over(self, found: Outside) -> None:
        """Note a row outside the region; a world-wide list has too many to name them all."""
        self.outside += 1
        if len(self.outside_rows) < KEPT_OUTSIDE:
            self.outside_rows.append(found)

    def leave_out(self, found: LeftOut) -> None:
        """Note a value that is not taken over; the same one in many rows is told once."""
        first, number = self.left_out.get((found.field, found.value), (found, 0))
        self.left_out[found.field, found.value] = (first, number + 1)

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        rows = [
            {"row": r.row, "field": r.field, "reason": r.reason, "value": r.value}
            for r in self.rejected
        ]
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            **self.counts(),
            "rejected_rows": rows,
            "outside_rows": [asdict(one) for one in self.outside_rows],
            "left_out_values": [
                {"row": f.row, "field": f.field, "reason": f.reason, "value": f.value, "times": n}
                for f, n in self.left_out.values()
            ],
        }
