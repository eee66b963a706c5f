"""What a check of the installation says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warn", "fail"]
MARKS: dict[State, str] = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        part: key of the part, for example ``database``.
        state: ok, warn (works, but look at it), fail (does not work).
        text: what was found, in the reader's language.
        todo: what to do; empty exactly if all is well.
    """

    part: str
    state: State
    text: str
    todo: str = ""

    def __post_init__(self) -> None:
        if (self.state == "ok") == bool(self.todo):
            raise ValueError("A finding says what to do exactly if something is not well.")

    def line(self) -> str:
        """One line for people."""
        return f"{MARKS[self.state]} {self.part:<9} {self.text}" + (
            f" → {self.todo}" if self.todo else ""
        )

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)
