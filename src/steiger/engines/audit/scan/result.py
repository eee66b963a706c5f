"""What a scan found: a verdict, the reasons for it, and what the file holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["safe", "not_safe", "unknown"]


class ScanError(ValueError):
    """There is nothing to scan: the path is missing, or no plain file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one scan may cost; whatever is larger is not called safe.

    Attributes:
        file: bytes of the file itself.
        unpacked: bytes that all members together may unpack to.
        ratio: how much larger than packed a member may be.
        members: number of members, over all depths.
        depth: how deeply files may be packed in one another.
        operations: operations of all pickles together.
    """

    file: int = 16_000_000_000
    unpacked: int = 1_000_000_000
    ratio: int = 200
    members: int = 20_000
    depth: int = 4
    operations: int = 8_000_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks against calling the file safe.

    Attributes:
        code: which rule, as in ``reasons.toml``.
        where: the member, with the files it is packed in: ``outer.zip!inner.pkl``.
        what: the thing itself, for example ``os.system``; may be empty.
    """

    code: str
    where: str
    what: str = ""

    @property
    def dangerous(self) -> bool:
        """Whether it makes the file *not safe*; else the file stays *unknown*."""
        return bool(texts()[self.code]["dangerous"])

    def text(self, language: str = "en") -> str:
        """The reason in words, German or English."""
        words = texts()[self.code]["de" if language == "de" else "en"]
        return f"{self.where}: {words}" + (f" ({self.what})" if self.what else "")


@dataclass(frozen=True, slots=True)
class Member:
    """One part of the file, and what it was recognised as."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer about one file.

    Attributes:
        verdict: *safe* means: each instruction in the file is on the allow-list. It says nothing
            about what the model answers.
        sha256: of the scanned bytes, in hexadecimal, so that the verdict is bound to them.
        kind: what the file was recognised as.
    """

    verdict: Verdict
    kind: str
    size: int
    sha256: str
    reasons: tuple[Reason, ...]
    members: tuple[Member, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "format": "steiger-audit-scan/1",
            "verdict": self.verdict,
            "kind": self.kind,
            "size": self.size,
            "sha256": self.sha256,
            "reasons": [
                {
                    "code": reason.code,
                    "where": reason.where,
                    "what": reason.what,
                    "de": reason.text("de"),
                    "en": reason.text("en"),
                }
                for reason in self.reasons
            ],
            "members": [
                {"name": member.name, "kind": member.kind, "size": member.size}
                for member in self.members
            ],
        }


class LimitReachedError(Exception):
    """The scan would cost more than its limits allow."""


@dataclass(slots=True)
class Findings:
    """What is collected while a file and its members are read."""

    limits: Limits
    reasons: dict[Reason, None] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    unpacked: int = 0
    operations: int = 0

    def add(self, code: str, where: str, what: str = "") -> None:
        """Note a reason; the same one once."""
        # What stands in a hostile file is shown, so it is cut and kept printable.
        shown = "".join(c if c.isprintable() else "�" for c in what[:120])
        self.reasons[Reason(code, where, shown)] = None

    def member(self, name: str, kind: str, size: int) -> None:
        """Note a part.

        Raises:
            LimitReachedError: there are too many.
        """
        self.members.append(Member(name, kind, size))
        if len(self.members) > self.limits.members:
            raise LimitReachedError("members")

    def unpack(self, size: int) -> None:
        """Note that so many bytes were unpacked.

        Raises:
            LimitReachedError: they are too many.
        """
        self.unpacked += size
        if self.unpacked > self.limits.unpacked:
            raise LimitReachedError("unpacked")

    def operate(self) -> None:
        """Note one operation of a pickle.

        Raises:
            LimitReachedError: there are too many.
        """
        self.operations += 1
        if self.operations > self.limits.operations:
            raise LimitReachedError("operations")

    @property
    def verdict(self) -> Verdict:
        """What follows from the reasons."""
        if any(reason.dangerous for reason in self.reasons):
            return "not_safe"
        return "unknown" if self.reasons else "safe"


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """Code → whether it is dangerous, and the words for it in German and English."""
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
