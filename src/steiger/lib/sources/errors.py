"""What a source is, and the one error of everything that reads it."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_PART = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A foreign source, as it is named to people who use its data.

    `kinds` are what it measures (values of the engine's `Kind`), `attribution` is the text that
    must stand beside the data.
    """

    key: str
    name: str
    homepage: str
    licence: str
    licence_url: str
    attribution: str
    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        """Reject a source that could not be cited.

        Raises:
            ValueError: naming the field.
        """
        for field in ("key", "name", "homepage", "licence", "attribution"):
            if not getattr(self, field).strip():
                raise ValueError(f"source {self.key!r}: {field} is empty")
        if not self.kinds:
            raise ValueError(f"source {self.key!r}: kinds is empty")


class SourceError(Exception):
    """A foreign source could not be read.

    The text is one line: source, what was asked for, where in the answer, what is wrong there.
    `status` is the HTTP status of a refusal, 0 for every other reason. `away` says that the
    source did not answer at all, so that asking it for something else would not help.
    """

    def __init__(
        self,
        source: str,
        problem: str,
        *,
        station: str = "",
        where: str = "",
        status: int = 0,
        away: bool = False,
    ) -> None:
        self.source, self.station, self.where, self.problem = source, station, where, problem
        self.status, self.away = status, away
        parts = [source, f"station {station}" if station else "", where]
        head = ", ".join(_short(part) for part in parts if part)
        super().__init__(f"{head}: {_short(problem)}")


def _short(text: str) -> str:
    # What a source sends lands in logs and on pages: one line, no control characters, not endless.
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= LONGEST_PART else plain[: LONGEST_PART - 1] + "…"
